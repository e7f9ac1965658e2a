"""Confirming, who has and who has not, notifying again."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.access.principals import rebuild
from groupware.db import session, unit
from groupware.directory.models import Appointment
from groupware.directory.picking import Ref
from groupware.directory.tree import load_tree
from groupware.errors import Conflict, Denied, NotFound
from groupware.events.models import Event
from plugins.bulletin.events import NUDGE_CANCELLED, NUDGED
from plugins.bulletin.models import Nudge, Posting, Reading
from plugins.bulletin.queries import board as lists
from plugins.bulletin.queries import portal
from plugins.bulletin.queries import receipts as queries
from plugins.bulletin.queries.audience import EVERYONE
from plugins.bulletin.queries.nudges import nudges as sent
from plugins.bulletin.queries.postings import opened
from plugins.bulletin.queries.receipts import Wanted
from plugins.bulletin.services import nudges, postings, reading


@pytest.fixture
def asked(board):
    """The board with a posting of 保護課 to all staff that asks for confirmation within three days."""
    account = board.section_account(board.shelter, "保護課")
    uid = board.post(
        sender=f"section:{account}", audience=(EVERYONE,), confirm_by=clock.today() + timedelta(days=3)
    )
    board.more["uid"] = uid
    return board


def numbers(board, uid):
    with board.app.app_context(), unit("read"):
        posting = session.scalars(select(Posting).where(Posting.uid == uid)).one()
        found = queries.receipts(posting, load_tree(clock.today()))
        return found.whole.total, found.whole.read, found.whole.confirmed


def test_opening_reads_but_does_not_confirm(asked):
    uid = asked.more["uid"]
    posting_id = asked.read(opened, asked.outsider, uid).item.id
    asked.write(reading.mark_read, asked.outsider, posting_id, 1)
    assert numbers(asked, uid) == (4, 1, 0)
    badges = asked.read(lists.badges, asked.outsider)
    assert (badges.unread, badges.unconfirmed) == (0, 1)
    asked.write(reading.confirm, asked.outsider, uid, 1)
    assert numbers(asked, uid) == (4, 1, 1)
    assert asked.read(lists.badges, asked.outsider).unconfirmed == 0


def test_confirming_without_having_opened_reads_as_well(asked):
    asked.write(reading.confirm, asked.outsider, asked.more["uid"], 1)
    assert numbers(asked, asked.more["uid"]) == (4, 1, 1)


def test_confirming_twice_is_told_once(asked, read):
    for _ in range(2):
        asked.write(reading.confirm, asked.outsider, asked.more["uid"], 1)
    with read():
        kinds = session.scalars(select(Event.kind)).all()
        assert kinds.count("bulletin.posting_confirmed") == 1


def test_confirming_what_has_ended_or_changed_or_does_not_ask_is_a_conflict(asked):
    uid = asked.more["uid"]
    plain = asked.post(audience=(Ref(PrincipalKind.UNIT_TREE, asked.environment),))
    codes = []
    for target, edition, later in ((uid, 2, 0), (plain, 1, 0), (uid, 1, 30)):
        with clock.frozen(clock.now() + timedelta(days=later)), pytest.raises(Conflict) as refusal:
            asked.write(reading.confirm, asked.outsider, target, edition)
        codes.append(refusal.value.code)
    assert codes == ["changed", "not_asked", "ended"]


def test_confirming_what_is_addressed_to_others_is_a_conflict_for_its_author(board):
    uid = board.post(audience=(Ref(PrincipalKind.UNIT_TREE, board.environment),), confirm_by=clock.today())
    with pytest.raises(Conflict):
        board.write(reading.confirm, board.author, uid, 1)


def test_change_that_notifies_again_asks_for_confirmation_again(asked):
    uid = asked.more["uid"]
    asked.write(reading.confirm, asked.outsider, uid, 1)
    version = asked.read(lambda a: opened(a, uid).posting.version, asked.author)
    asked.write(
        postings.revise,
        asked.author,
        uid,
        asked.content(audience=(EVERYONE,), confirm_by=clock.today()),
        version=version,
    )
    assert numbers(asked, uid) == (4, 0, 0)
    assert asked.read(lists.badges, asked.outsider).unconfirmed == 1
    asked.write(reading.confirm, asked.outsider, uid, 2)
    assert numbers(asked, uid) == (4, 1, 1)


def test_receipts_go_by_main_appointment_bureau_and_official_order(asked):
    uid = asked.more["uid"]
    asked.write(reading.confirm, asked.colleague, uid, 1)
    with asked.app.app_context(), unit("write"):
        # A concurrent post does not count twice.
        session.add(
            Appointment(
                person_id=asked.colleague,
                unit_id=asked.waste,
                post_id=asked.clerk_post,
                kind="concurrent",
                valid_from=clock.today(),
            )
        )
        session.flush()
        rebuild([asked.colleague])
    with asked.app.app_context(), unit("read"):
        posting = session.scalars(select(Posting).where(Posting.uid == uid)).one()
        tree = load_tree(clock.today())
        found = queries.receipts(posting, tree)
        assert [(one.name, one.whole.total, one.whole.confirmed) for one in found.bureaus] == [
            ("みなと市", 1, 0),
            ("福祉局", 2, 1),
            ("環境局", 1, 0),
        ]
        assert [(one.name, one.own.total) for one in found.bureaus[1].below] == [("保護課", 2)]
        people = queries.recipients(posting, tree.day, [asked.shelter])
        assert [(one.display_name, one.confirmed_at is not None) for one in people] == [
            ("佐藤 葵", False),
            ("鈴木 蓮", True),
        ]
        unconfirmed = queries.recipients(posting, tree.day, [asked.shelter], Wanted.UNCONFIRMED)
        assert [one.display_name for one in unconfirmed] == ["佐藤 葵"]
        everybody = [one.display_name for one in queries.all_recipients(posting, tree)]
        assert everybody == ["港 太郎", "佐藤 葵", "鈴木 蓮", "田中 湊"]


def test_receipts_take_one_query_for_the_numbers(asked, count_queries):
    with asked.app.app_context(), unit("read"):
        posting = session.scalars(select(Posting)).one()
        tree = load_tree(clock.today())
        queries.shelves()
        with count_queries() as statements:
            queries.receipts(posting, tree)
    assert len([text for text in statements.texts if "core_cache_versions" not in text]) == 1


def test_reader_outside_todays_audience_is_counted_apart(asked):
    uid = asked.post(audience=(Ref(PrincipalKind.UNIT_TREE, asked.shelter),))
    posting_id = asked.read(opened, asked.author, uid).item.id
    with asked.app.app_context(), unit("write"):
        session.add(Reading(posting_id=posting_id, person_id=asked.outsider, edition=1, read_at=clock.now()))
    with asked.app.app_context(), unit("read"):
        posting = session.get(Posting, posting_id)
        found = queries.receipts(posting, load_tree(clock.today()))
        assert (found.whole.read, queries.former_readers(posting, found)) == (0, 1)


def test_nudge_brings_the_posting_to_the_top_of_those_who_have_not_confirmed(asked):
    urgent = asked.post(
        sender="section:1",
        title="先に期限",
        audience=(EVERYONE,),
        confirm_by=clock.today() + timedelta(days=1),
    )
    uid = asked.more["uid"]
    asked.write(reading.confirm, asked.colleague, uid, 1)
    assert [item.uid for item, _ in asked.read(portal.waiting, asked.outsider, 10)] == [urgent, uid]
    assert asked.write(nudges.nudge, asked.author, uid) == 3
    waiting = asked.read(portal.waiting, asked.outsider, 10)
    assert [item.uid for item, _ in waiting] == [uid, urgent]
    assert [nudged_at is not None for _, nudged_at in waiting] == [True, False]
    # Who has confirmed hears nothing.
    assert [item.uid for item, _ in asked.read(portal.waiting, asked.colleague, 10)] == [urgent]


def test_nudge_of_one_bureau_reaches_nobody_else(asked):
    uid = asked.more["uid"]
    assert asked.write(nudges.nudge, asked.author, uid, [asked.environment]) == 1
    assert asked.read(portal.waiting, asked.outsider, 10)[0][1] is not None
    assert asked.read(portal.waiting, asked.colleague, 10)[0][1] is None
    [one] = asked.read(lambda a: sent(opened(a, uid).posting), asked.author)
    assert (one.to, one.person_count) == ("環境局(全体)", 1)


def test_nudge_taken_back_leaves_no_mark(asked, read):
    uid = asked.more["uid"]
    asked.write(nudges.nudge, asked.author, uid)
    with read():
        nudge_id = session.scalars(select(Nudge.id)).one()
    asked.write(nudges.cancel, asked.author, uid, nudge_id)
    assert asked.read(portal.waiting, asked.outsider, 10)[0][1] is None
    with pytest.raises(NotFound):
        asked.write(nudges.cancel, asked.author, uid, nudge_id)


def test_nudge_is_for_author_section_and_manager_only(asked):
    uid = asked.more["uid"]
    with pytest.raises(Denied):
        asked.write(nudges.nudge, asked.outsider, uid)
    asked.write(nudges.nudge, asked.colleague, uid)
    asked.factory.grant(
        PrincipalKind.PERSON,
        asked.outsider,
        "bulletin:posting:manage",
        scope="subtree",
        unit_id=asked.welfare,
    )
    asked.write(nudges.nudge, asked.outsider, uid)


def test_nudging_and_taking_back_are_told_as_events(asked, read):
    uid = asked.more["uid"]
    asked.write(nudges.nudge, asked.author, uid)
    with read():
        [nudge_id] = session.scalars(select(Nudge.id)).all()
    asked.write(nudges.cancel, asked.author, uid, nudge_id)
    with read():
        told = {one.kind: one.payload for one in session.scalars(select(Event))}
    assert told[NUDGED]["nudge_ids"] == [nudge_id]
    assert told[NUDGE_CANCELLED]["nudge_id"] == nudge_id


def test_nudge_sent_twice_with_one_key_is_sent_once(asked, read):
    uid = asked.more["uid"]
    for _ in range(2):
        assert asked.write(nudges.nudge, asked.author, uid, key="k") == 4
    with read():
        assert session.scalar(select(func.count()).select_from(Nudge)) == 1


def test_nudge_of_nobody_is_a_conflict(asked):
    uid = asked.more["uid"]
    for person in (asked.mayor, asked.author, asked.colleague, asked.outsider):
        asked.write(reading.confirm, person, uid, 1)
    with pytest.raises(Conflict) as refusal:
        asked.write(nudges.nudge, asked.author, uid)
    assert refusal.value.code == "nobody"
    with pytest.raises(NotFound):
        asked.write(nudges.nudge, asked.author, uid, [9999])
