"""Posting: what is accepted, in whose name, and what it leads to."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.audit.models import AuditRecord
from groupware.db import session
from groupware.directory.models import Group
from groupware.directory.picking import Ref
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.events.models import Event, Topic
from plugins.bulletin.enums import Phase
from plugins.bulletin.models import Posting
from plugins.bulletin.queries import board as lists
from plugins.bulletin.queries.audience import EVERYONE
from plugins.bulletin.queries.postings import opened
from plugins.bulletin.queries.senders import senders
from plugins.bulletin.services import postings


def test_posting_appears_to_its_audience_and_to_nobody_else(board):
    uid = board.post()
    assert [item.uid for item in board.read(lists.page, board.colleague, lists.View.CURRENT).items] == [uid]
    assert board.read(lists.page, board.outsider, lists.View.CURRENT).items == []
    assert board.read(opened, board.colleague, uid).is_addressed
    with pytest.raises(NotFound):
        board.read(opened, board.outsider, uid)


def test_posting_emits_an_event_in_its_topic_and_is_audited(board, read):
    board.post()
    with read():
        event = session.execute(
            select(Topic.name, Event.kind, Event.payload).join(Event, Event.topic_id == Topic.id)
        ).one()
        posting_id = session.scalars(select(Posting.id)).one()
        assert event == (
            f"bulletin.posting.{posting_id}",
            "bulletin.posting_published",
            {"posting_id": posting_id, "edition": 1},
        )
        record = session.scalars(
            select(AuditRecord).where(AuditRecord.action == "bulletin.posting_published")
        ).one()
        assert (record.person_id, record.object_id, record.object_unit_id) == (
            board.author,
            posting_id,
            board.shelter,
        )


def test_posting_twice_with_one_key_is_posted_once(board, read):
    content = board.content()
    first = board.write(postings.post, board.author, "person", content, key="k")
    second = board.write(postings.post, board.author, "person", content, key="k")
    assert first == second
    with read():
        assert len(session.scalars(select(Posting.id)).all()) == 1
    with pytest.raises(Conflict):
        board.write(postings.post, board.author, "person", board.content(title="別の件名"), key="k")


def test_posting_with_a_fault_is_refused_at_its_field(board):
    now, today = clock.now(), clock.today()
    faults = [
        ({"title": "  "}, "title"),
        ({"title": "あ" * 101}, "title"),
        ({"html": "<p> </p>"}, "html"),
        ({"html": "<p>" + "あ" * 20_001 + "</p>"}, "html"),
        ({"audience": ()}, "audience"),
        ({"audience": (Ref(PrincipalKind.UNIT_TREE, 9999),)}, "audience"),
        ({"audience": (Ref(PrincipalKind.PERSON, 9999),)}, "audience"),
        ({"audience": (EVERYONE,)}, "audience"),
        ({"category_id": 9999}, "category_id"),
        ({"shown_to": now - timedelta(days=1)}, "ends_on"),
        ({"shown_from": now + timedelta(days=30)}, "ends_on"),
        ({"confirm_by": today - timedelta(days=1)}, "confirm_by"),
        ({"confirm_by": today + timedelta(days=30)}, "confirm_by"),
    ]
    for changes, field in faults:
        with pytest.raises(Invalid) as refusal:
            board.post(**changes)
        assert list(refusal.value.fields) == [field], changes
    assert board.read(lists.page, board.author, lists.View.CURRENT).items == []


def test_length_in_the_message_is_the_one_a_reader_counts(board):
    with pytest.raises(Invalid) as refusal:
        board.post(title="あ" * 112)
    assert str(refusal.value.fields["title"]) == "「件名」は100文字以内で入力してください(現在112文字)。"


def test_script_in_the_text_is_gone_before_it_is_stored(board, read):
    board.post(html='<p onclick="x()">本文<script>alert(1)</script><a href="javascript:x">a</a></p>')
    with read():
        assert session.scalars(select(Posting.html)).one() == (
            '<p>本文<a rel="noopener noreferrer">a</a></p>'
        )


def test_category_without_the_right_to_post_is_refused(board):
    _, category_id = board.make_category(
        "局内", read=(EVERYONE,), post=(Ref(PrincipalKind.UNIT_TREE, board.environment),)
    )
    with pytest.raises(Invalid) as refusal:
        board.post(category_id=category_id)
    assert list(refusal.value.fields) == ["category_id"]
    board.post(board.outsider, category_id=category_id)


def test_audience_that_may_not_read_the_category_is_refused(board):
    _, category_id = board.make_category(
        "環境局",
        read=(Ref(PrincipalKind.UNIT_TREE, board.environment),),
        post=(Ref(PrincipalKind.PERSON, board.author),),
    )
    with pytest.raises(Invalid) as refusal:
        board.post(category_id=category_id, audience=(Ref(PrincipalKind.PERSON, board.colleague),))
    assert list(refusal.value.fields) == ["audience"]


def test_people_addressed_are_counted_within_the_readers_of_the_category(board, read):
    _, category_id = board.make_category(
        "保護課だけ",
        read=(Ref(PrincipalKind.PERSON, board.colleague),),
        post=(Ref(PrincipalKind.PERSON, board.author),),
    )
    both = (Ref(PrincipalKind.UNIT_TREE, board.welfare), Ref(PrincipalKind.PERSON, board.mayor))
    uid = board.post(category_id=category_id, audience=both)
    with read():
        assert session.scalars(select(Posting.addressed_count).where(Posting.uid == uid)).one() == 2


def test_other_persons_own_group_cannot_be_addressed(board, write):
    with write() as current:
        group = Group(kind="personal", name="私の", owner_id=board.outsider)
        current.add(group)
        current.flush()
        group_id = group.id
    with pytest.raises(Invalid):
        board.post(audience=(Ref(PrincipalKind.GROUP, group_id),))


def test_future_posting_is_not_shown_before_its_time(board):
    uid = board.post(shown_from=clock.now() + timedelta(hours=2))
    assert board.read(lists.page, board.colleague, lists.View.CURRENT).items == []
    with pytest.raises(NotFound):
        board.read(opened, board.colleague, uid)
    assert board.read(opened, board.author, uid).item.phase is Phase.SCHEDULED
    with clock.frozen(clock.now() + timedelta(hours=3)):
        assert [i.uid for i in board.read(lists.page, board.colleague, lists.View.CURRENT).items] == [uid]


def test_ended_posting_moves_to_the_ended_ones_and_stays_readable(board):
    uid = board.post(shown_to=clock.now() + timedelta(days=2))
    with clock.frozen(clock.now() + timedelta(days=3)):
        assert board.read(lists.page, board.colleague, lists.View.CURRENT).items == []
        assert [i.uid for i in board.read(lists.page, board.colleague, lists.View.ENDED).items] == [uid]
        assert board.read(opened, board.colleague, uid).item.phase is Phase.ENDED


def test_section_account_may_be_posted_for_by_people_of_the_section(board, read):
    account = board.section_account(board.shelter, "保護課")
    uid = board.post(sender=f"section:{account}")
    with read():
        posting = session.scalars(select(Posting).where(Posting.uid == uid)).one()
        assert (posting.sender_name, posting.sender_detail, posting.author_id) == (
            "保護課",
            "福祉局",
            board.author,
        )
    # A colleague looks after it, an outsider does not.
    board.write(postings.end, board.colleague, uid)
    with pytest.raises(Invalid):
        board.post(board.outsider, sender=f"section:{account}")


def test_post_may_be_used_by_its_holder_and_by_a_secretary(board, read):
    [mayor_sender] = [one for one in board.read(senders, board.mayor) if one.kind == "post"]
    assert (mayor_sender.name, mayor_sender.detail, mayor_sender.rank) == ("市長", "港 太郎", 1)
    assert [one.name for one in board.read(senders, board.author) if one.kind == "post"] == ["保護課 主事"]
    with pytest.raises(Invalid):
        board.post(sender=mayor_sender.value)
    board.factory.grant(
        PrincipalKind.PERSON, board.author, "bulletin:posting:post_as", scope="subtree", unit_id=board.city
    )
    uid = board.post(sender=mayor_sender.value, audience=(EVERYONE,))
    with read():
        posting = session.scalars(select(Posting).where(Posting.uid == uid)).one()
        assert (posting.author_id, posting.sender_person_id, posting.sender_rank) == (
            board.author,
            board.mayor,
            1,
        )
    # It speaks in the mayor's name: the mayor may end it.
    board.write(postings.end, board.mayor, uid)


def test_all_staff_may_be_addressed_by_sections_and_by_holders_of_the_permission(board):
    account = board.section_account(board.shelter, "保護課")
    board.post(sender=f"section:{account}", audience=(EVERYONE,))
    with pytest.raises(Invalid):
        # The whole tree is everybody too, by whatever name.
        board.post(audience=(Ref(PrincipalKind.UNIT_TREE, board.city),))
    board.factory.grant(PrincipalKind.PERSON, board.author, "bulletin:posting:address_all")
    board.post(audience=(Ref(PrincipalKind.UNIT_TREE, board.city),))


def test_author_may_not_pin_but_a_manager_may(board):
    with pytest.raises(Denied):
        board.post(is_pinned=True)
    uid = board.post()
    with pytest.raises(Denied):
        board.write(postings.pin, board.author, uid, is_pinned=True)
    board.factory.grant(
        PrincipalKind.PERSON,
        board.colleague,
        "bulletin:posting:manage",
        scope="subtree",
        unit_id=board.welfare,
    )
    board.write(postings.pin, board.colleague, uid, is_pinned=True)
    newer = board.post()
    page = board.read(lists.page, board.colleague, lists.View.CURRENT)
    assert [item.uid for item in page.items] == [uid, newer]


def test_deleted_posting_is_gone_for_everybody_and_kept_as_a_record(board, read):
    uid = board.post()
    board.write(postings.remove, board.author, uid)
    for person in (board.author, board.colleague):
        with pytest.raises(NotFound):
            board.read(opened, person, uid)
        assert board.read(lists.page, person, lists.View.CURRENT).items == []
    with read():
        posting = session.scalars(select(Posting).where(Posting.uid == uid)).one()
        assert posting.deleted_by == board.author
        assert "bulletin.posting_withdrawn" in session.scalars(select(Event.kind)).all()


def test_ending_a_posting_twice_is_a_conflict(board):
    uid = board.post()
    board.write(postings.end, board.author, uid)
    with pytest.raises(Conflict):
        board.write(postings.end, board.author, uid)


def test_category_manager_may_end_what_others_posted(board):
    _, category_id = board.make_category(
        "局内", read=(EVERYONE,), post=(EVERYONE,), manage=(Ref(PrincipalKind.PERSON, board.outsider),)
    )
    uid = board.post(category_id=category_id)
    board.write(postings.end, board.outsider, uid)
