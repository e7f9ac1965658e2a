"""Changing a posting: silently or not, two people at once, with approval or without."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.caches import bump
from groupware.db import session, unit
from groupware.directory.picking import Ref
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.events.models import Event
from groupware.rules.models import RuleValue
from plugins.bulletin.enums import Phase, RevisionState
from plugins.bulletin.events import RETURNED, SUBMITTED
from plugins.bulletin.models import Posting
from plugins.bulletin.queries import board as lists
from plugins.bulletin.queries.audience import EVERYONE
from plugins.bulletin.queries.postings import awaiting, awaiting_count, opened
from plugins.bulletin.queries.revisions import proposed, returned, revisions
from plugins.bulletin.services import approvals, postings, reading
from plugins.bulletin.services.content import Content


def set_rule(board, rule, value, unit_id=None):
    with board.app.app_context(), unit("write"):
        session.add(
            RuleValue(
                rule=rule, unit_id=unit_id, value=value, effective_from=clock.today(), set_at=clock.now()
            )
        )
        bump("rules")


def version_of(board, uid):
    with board.app.app_context(), unit("read"):
        return session.scalars(select(Posting.version).where(Posting.uid == uid)).one()


def read_it(board, person, uid):
    found = board.read(opened, person, uid)
    board.write(reading.mark_read, person, found.item.id, found.item.edition)


def is_unread(board, person):
    return [item.is_unread for item in board.read(lists.page, person, lists.View.CURRENT).items]


def test_notifying_again_makes_the_posting_unread_and_silent_correction_does_not(board):
    uid = board.post()
    read_it(board, board.colleague, uid)
    board.write(
        postings.revise,
        board.author,
        uid,
        board.content(title="訂正"),
        version=version_of(board, uid),
        is_silent=True,
    )
    assert is_unread(board, board.colleague) == [False]
    board.write(
        postings.revise, board.author, uid, board.content(title="変更"), version=version_of(board, uid)
    )
    assert is_unread(board, board.colleague) == [True]


def test_change_keeps_every_wording_and_names_what_changed(board, read):
    uid = board.post()
    before = board.read(lambda a: Content.of(opened(a, uid).posting), board.author)
    changed = replace(before, title="変更後", has_comments=True)
    board.write(postings.revise, board.author, uid, changed, version=version_of(board, uid), is_silent=True)
    with read():
        posting = session.scalars(select(Posting).where(Posting.uid == uid)).one()
        newest, first = revisions(posting.id)
        assert (first.title, newest.title) == ("夏季の節電について", "変更後")
        assert sorted(newest.changed) == ["has_comments", "title"]
        assert newest.made_by_name == "佐藤 葵(保護課)"
        payload = session.scalars(select(Event.payload).where(Event.kind == "bulletin.posting_changed")).one()
        assert sorted(payload["changed"]) == ["has_comments", "title"]
        assert payload["is_silent"] is True


def test_saving_without_a_change_adds_no_wording(board, read):
    uid = board.post()
    content = board.read(lambda _actor: Content.of(opened(_actor, uid).posting), board.author)
    board.write(postings.revise, board.author, uid, content, version=version_of(board, uid))
    with read():
        assert len(revisions(session.scalars(select(Posting.id)).one())) == 1


def test_change_based_on_an_older_version_is_a_conflict_that_names_the_other(board):
    account = board.section_account(board.shelter, "保護課")
    uid = board.post(sender=f"section:{account}")
    old = version_of(board, uid)
    board.write(postings.revise, board.colleague, uid, board.content(title="先に"), version=old)
    with pytest.raises(Conflict) as refusal:
        board.write(postings.revise, board.author, uid, board.content(title="後から"), version=old)
    assert str(refusal.value.message) == (
        "編集中に鈴木 蓮(保護課)が内容を変更しました。違いを確認してから保存してください。"
    )
    assert board.read(opened, board.author, uid).item.title == "先に"


def test_outsider_cannot_tell_a_hidden_posting_from_an_absent_one(board):
    uid = board.post()
    for act in (
        lambda: board.write(postings.revise, board.outsider, uid, board.content(), version=1),
        lambda: board.write(postings.end, board.outsider, uid),
        lambda: board.write(postings.remove, board.outsider, uid),
        lambda: board.write(reading.confirm, board.outsider, uid, 1),
    ):
        with pytest.raises(NotFound):
            act()
    assert version_of(board, uid) == 1


def test_reader_may_not_change_what_others_posted(board):
    uid = board.post()
    with pytest.raises(Denied):
        board.write(postings.revise, board.colleague, uid, board.content(title="x"), version=1)
    with pytest.raises(Denied):
        board.write(postings.remove, board.colleague, uid)


# ---- Approval ----


@pytest.fixture
def approving(board):
    """The board where 福祉局 wants approval, given by the colleague."""
    set_rule(board, "bulletin.approval", "always", board.welfare)
    board.factory.grant(
        PrincipalKind.PERSON,
        board.colleague,
        "bulletin:posting:approve",
        scope="subtree",
        unit_id=board.welfare,
    )
    return board


def proposed_number(board, uid):
    return board.read(lambda a: proposed(opened(a, uid).posting).number, board.author)


def test_posting_waits_for_approval_and_then_appears(approving):
    board = approving
    uid = board.post()
    assert board.read(opened, board.author, uid).item.phase is Phase.AWAITING
    assert board.read(lists.page, board.colleague, lists.View.CURRENT).items == []
    assert [item.uid for item in board.read(awaiting, board.colleague)] == [uid]
    assert board.read(awaiting_count, board.colleague) == 1
    board.write(approvals.approve, board.colleague, uid, 1)
    assert [item.uid for item in board.read(lists.page, board.colleague, lists.View.CURRENT).items] == [uid]
    assert board.read(awaiting, board.colleague) == []


def test_author_cannot_approve_even_with_the_permission(approving):
    board = approving
    board.factory.grant(PrincipalKind.PERSON, board.author, "bulletin:posting:approve")
    uid = board.post()
    with pytest.raises(Denied) as refusal:
        board.write(approvals.approve, board.author, uid, 1)
    assert refusal.value.code == "own"
    assert board.read(awaiting_count, board.author) == 0


def test_reader_without_the_permission_cannot_approve(approving):
    board = approving
    uid = board.post()
    with pytest.raises(NotFound):
        board.write(approvals.approve, board.outsider, uid, 1)
    with pytest.raises(Denied):
        board.write(approvals.send_back, board.author, uid, 1, "理由")


def test_returned_posting_can_be_changed_and_submitted_again(approving):
    board = approving
    uid = board.post()
    with pytest.raises(Invalid):
        board.write(approvals.send_back, board.colleague, uid, 1, "  ")
    board.write(approvals.send_back, board.colleague, uid, 1, "期間を短くしてください。")
    assert board.read(opened, board.author, uid).item.phase is Phase.RETURNED
    note = board.read(lambda a: returned(opened(a, uid).posting).note, board.author)
    assert note == "期間を短くしてください。"
    board.write(
        postings.revise, board.author, uid, board.content(title="直しました"), version=version_of(board, uid)
    )
    board.write(approvals.approve, board.colleague, uid, proposed_number(board, uid))
    assert board.read(opened, board.author, uid).item.phase is Phase.DISPLAYED
    assert board.read(opened, board.colleague, uid).item.title == "直しました"


def test_submitting_and_returning_are_told_as_events(approving, read):
    uid = approving.post()
    approving.write(approvals.send_back, approving.colleague, uid, 1, "理由")
    with read():
        told = {one.kind: one.payload for one in session.scalars(select(Event))}
        [wording] = revisions(session.scalars(select(Posting.id)).one())
    assert told[SUBMITTED]["revision_id"] == told[RETURNED]["revision_id"] == wording.id


def test_change_after_approval_asks_again_while_readers_see_the_wording_in_force(approving):
    board = approving
    uid = board.post()
    board.write(approvals.approve, board.colleague, uid, 1)
    read_it(board, board.colleague, uid)
    board.write(
        postings.revise, board.author, uid, board.content(title="変更"), version=version_of(board, uid)
    )
    assert board.read(opened, board.colleague, uid).item.title == "夏季の節電について"
    assert is_unread(board, board.colleague) == [False]
    board.write(approvals.approve, board.colleague, uid, 2)
    assert board.read(opened, board.colleague, uid).item.title == "変更"
    assert is_unread(board, board.colleague) == [True]


def test_newer_wording_replaces_the_one_that_waits(approving, read):
    board = approving
    uid = board.post()
    board.write(
        postings.revise, board.author, uid, board.content(title="二つ目"), version=version_of(board, uid)
    )
    with pytest.raises(Conflict):
        board.write(approvals.approve, board.colleague, uid, 1)
    board.write(approvals.approve, board.colleague, uid, 2)
    with read():
        states = [one.state for one in revisions(session.scalars(select(Posting.id)).one())]
        assert states == [RevisionState.IN_FORCE, RevisionState.SUPERSEDED]
    with pytest.raises(Conflict):
        board.write(approvals.approve, board.colleague, uid, 2)


# ---- Pinning and ending ----


def grant_managing(board):
    board.factory.grant(
        PrincipalKind.PERSON,
        board.colleague,
        "bulletin:posting:manage",
        scope="subtree",
        unit_id=board.welfare,
    )


def wordings(board, read, uid):
    with read():
        found = revisions(session.scalars(select(Posting.id).where(Posting.uid == uid)).one())
        return [(one.number, one.state, one.changed, one.made_by) for one in found]


def test_pinning_and_ending_stand_in_the_history_with_who_did_it(board, read):
    grant_managing(board)
    uid = board.post()
    board.write(postings.pin, board.colleague, uid, is_pinned=True)
    board.write(postings.pin, board.colleague, uid, is_pinned=True)
    board.write(postings.end, board.author, uid)
    assert wordings(board, read, uid) == [
        (3, RevisionState.IN_FORCE, ["shown_to"], board.author),
        (2, RevisionState.IN_FORCE, ["is_pinned"], board.colleague),
        (1, RevisionState.IN_FORCE, [], board.author),
    ]
    with read():
        posting = session.scalars(select(Posting)).one()
        assert Content.proposed_by(revisions(posting.id)[0]) == Content.of(posting)


def test_pinning_while_a_wording_waits_outlives_its_approval(approving, read):
    board = approving
    grant_managing(board)
    uid = board.post()
    board.write(approvals.approve, board.colleague, uid, 1)
    board.write(
        postings.revise, board.author, uid, board.content(title="変更"), version=version_of(board, uid)
    )
    board.write(postings.pin, board.colleague, uid, is_pinned=True)
    assert wordings(board, read, uid)[:2] == [
        (3, RevisionState.PROPOSED, ["title", "shown_to"], board.author),
        (2, RevisionState.IN_FORCE, ["is_pinned"], board.colleague),
    ]
    with pytest.raises(Conflict):
        board.write(approvals.approve, board.colleague, uid, 2)
    board.write(approvals.approve, board.colleague, uid, 3)
    with read():
        posting = session.scalars(select(Posting)).one()
        assert (posting.title, posting.is_pinned) == ("変更", True)


def test_pinning_what_has_never_been_in_force_is_kept_by_the_wording_that_waits(approving, read):
    board = approving
    grant_managing(board)
    uid = board.post()
    board.write(postings.pin, board.colleague, uid, is_pinned=True)
    assert wordings(board, read, uid) == [(1, RevisionState.PROPOSED, [], board.author)]
    board.write(approvals.approve, board.colleague, uid, 1)
    with read():
        assert session.scalars(select(Posting.is_pinned)).one()


def test_approval_after_the_display_period_is_a_conflict(approving):
    board = approving
    uid = board.post()
    with clock.frozen(clock.now().replace(year=clock.now().year + 1)), pytest.raises(Conflict) as refusal:
        board.write(approvals.approve, board.colleague, uid, 1)
    assert refusal.value.code == "period_over"


def test_rule_for_all_staff_only_leaves_other_postings_alone(board):
    set_rule(board, "bulletin.approval", "all_staff")
    board.factory.grant(PrincipalKind.PERSON, board.author, "bulletin:posting:address_all")
    assert board.read(opened, board.author, board.post()).item.phase is Phase.DISPLAYED
    uid = board.post(audience=(EVERYONE,))
    assert board.read(opened, board.author, uid).item.phase is Phase.AWAITING


def test_rules_of_the_bureau_bound_title_and_text(board):
    set_rule(board, "bulletin.title_length", 20, board.welfare)
    set_rule(board, "bulletin.body_length", 500, board.welfare)
    with pytest.raises(Invalid) as refusal:
        board.post(title="あ" * 21, html="い" * 501)
    assert sorted(refusal.value.fields) == ["html", "title"]
    board.post(board.outsider, title="あ" * 21, audience=(Ref(PrincipalKind.UNIT_TREE, board.environment),))
