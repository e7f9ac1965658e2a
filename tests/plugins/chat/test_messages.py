"""Messages: said once, numbered without gaps, changed with a trace, and nothing of it for who may not see it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.access.principals import rebuild
from groupware.db import session, unit
from groupware.directory.models import Appointment
from groupware.errors import Conflict, Denied, Invalid, NotFound, TooMany
from groupware.events.models import Event
from plugins.chat.enums import Role
from plugins.chat.models import Revision
from plugins.chat.queries import messages as said
from plugins.chat.queries import own_rooms
from plugins.chat.queries import rooms as seen
from plugins.chat.queries.finding import rooms_of
from plugins.chat.queries.unread import unread
from plugins.chat.rules import LONGEST
from plugins.chat.services import flooding, members, messages, rooms
from tests.plugins.chat.conftest import MORNING, Office


@pytest.mark.parametrize(
    ("who", "ends"),
    [("owner", None), ("moderator", None), ("member", None), ("reader", Denied), ("outsider", NotFound)],
)
def test_who_may_say_something(office: Office, who: str, ends: type[Exception] | None) -> None:
    room = office.open()
    if ends is None:
        assert office.say(getattr(office, who), room).seq == 1
    else:
        with pytest.raises(ends):
            office.say(getattr(office, who), room)
        assert office.seqs() == []


def test_a_key_says_it_once(office: Office) -> None:
    room = office.open()
    first = office.say(office.member, room, "着手しました。", key="a")
    again = office.say(office.member, room, " 着手しました。\r\n", key="a")
    assert (again.uid, again.seq, again.is_new) == (first.uid, 1, False)
    with pytest.raises(Conflict) as refused:
        office.say(office.member, room, "別の文", key="a")
    assert refused.value.code == "key_reused"
    assert office.say(office.owner, room, "別の人", key="a").seq == 2
    office.write(messages.edit, office.member, room, first.uid, "直しました。")
    assert office.say(office.member, room, "着手しました。", key="a").uid == first.uid
    office.write(messages.delete, office.member, room, first.uid)
    assert office.say(office.member, room, "着手しました。", key="a").uid == first.uid
    office.write(rooms.archive, office.owner, room)
    assert office.say(office.member, room, "着手しました。", key="a").uid == first.uid
    assert office.seqs() == [(1, ""), (2, "別の人")]
    with office.app.app_context(), unit("read"):
        kinds = [row.kind for row in session.query(Event).order_by(Event.seq)]
    assert kinds.count("chat.message_sent") == 2


def test_many_messages_in_one_unit_of_work_have_numbers_without_gaps(office: Office) -> None:
    room, who = office.open(), office.actor(office.member)
    with office.app.app_context(), unit("write"):
        sent = [messages.send(who, room, f"{n}", key=f"x{n}") for n in range(10)]
        assert messages.send(who, room, "3", key="x3").seq == 4
    assert [one.seq for one in sent] == list(range(1, 11))
    assert office.seqs() == [(n + 1, f"{n}") for n in range(10)]


def test_what_cannot_be_said_is_refused_and_takes_no_number(office: Office) -> None:
    room = office.open()
    office.set_rule(LONGEST, 100, office.shelter)
    for text in ("", " \n\t", "\u200b\u2060", "長" * 101, "個人番号は 123456789018 です"):
        with pytest.raises(Invalid) as refused:
            office.say(office.member, room, text)
        assert set(refused.value.fields) == {"text"}
    for key in ("", "k" * 81, "a\x00b"):
        with pytest.raises(Invalid):
            office.say(office.member, room, "よろしく", key=key)
    with pytest.raises(Conflict) as refused:
        office.say(office.member, room, "どれに?", reply_to=uuid4())
    assert refused.value.code == "answered"
    office.write(rooms.archive, office.owner, room)
    with pytest.raises(Conflict) as archived:
        office.say(office.member, room)
    assert archived.value.code == "archived"
    assert office.seqs() == []


def test_marks_that_nobody_sees_are_left_out(office: Office) -> None:
    room = office.open()
    office.say(office.member, room, "請\u202e求\x07書\u200b\r\n👩‍💻\t済")
    assert office.texts(office.member, room) == ["請求書\n👩‍💻\t済"]


def test_a_flood_is_stopped_and_nobody_else_is(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    room = office.open()
    monkeypatch.setattr(flooding, "MESSAGES", 3)
    for _ in range(3):
        office.say(office.member, room)
    with pytest.raises(TooMany) as refused:
        office.say(office.member, room)
    assert 1 <= refused.value.retry_after <= 20
    assert office.say(office.owner, room).seq == 4


def test_edits_and_deletions_leave_a_trace_for_owners_alone(office: Office) -> None:
    room = office.open()
    uid = office.say(office.member, room, "初め").uid
    office.write(messages.edit, office.member, room, uid, "次")
    office.write(messages.edit, office.member, room, uid, "次")
    office.write(messages.delete, office.moderator, room, uid)
    (line,) = office.page(office.reader, room).messages
    assert (line.text, line.is_deleted, line.edited_at is not None) == ("", True, True)

    def trace(actor):
        return [one.text for one in said.trace(seen.one(actor, room), uid)]

    assert office.read(trace, office.owner) == ["初め", "次"]
    for other in (office.moderator, office.member, office.outsider):
        with pytest.raises(NotFound):
            office.read(trace, other)


def test_who_may_edit_and_delete(office: Office) -> None:
    room = office.open()
    uid = office.say(office.member, room).uid
    for who in (office.owner, office.moderator, office.reader):
        with pytest.raises(Denied):
            office.write(messages.edit, who, room, uid, "別")
    for who, ends in ((office.reader, Denied), (office.outsider, NotFound)):
        with pytest.raises(ends):
            office.write(messages.delete, who, room, uid)
    elsewhere = office.open()
    with pytest.raises(NotFound):
        office.write(messages.edit, office.member, elsewhere, uid, "別")
    office.write(messages.delete, office.owner, room, uid)
    for act, *more in ((messages.edit, "戻す"), (messages.delete,)):
        with pytest.raises(NotFound):
            office.write(act, office.member, room, uid, *more)
    with office.app.app_context(), unit("read"):
        assert session.query(Revision).count() == 1


def test_late_joiners_see_nothing_from_before_they_came(office: Office) -> None:
    room = office.open(roles=False, shows_past=False, is_open=True)
    secret = office.say(office.owner, room, "内密").uid
    office.write(rooms.join, office.outsider, room)
    office.say(office.owner, room, "ここから", reply_to=secret)
    shown = office.page(office.outsider, room)
    assert ([one.text for one in shown.messages], shown.has_older) == (["ここから"], False)
    assert shown.messages[0].quote is None
    assert office.page(office.owner, room).messages[1].quote.text == "内密"
    for where in ({"before": 2}, {"around": 1}, {"after": 0}):
        assert "内密" not in office.texts(office.outsider, room, **where)
    with pytest.raises(NotFound):
        office.read(lambda actor: said.one(actor, seen.one(actor, room), secret), office.outsider)
    with pytest.raises(Conflict):
        office.say(office.outsider, room, "聞きました", reply_to=secret)
    (line,) = office.read(own_rooms.mine, office.outsider)
    assert (line.unread, line.last_text) == (1, "ここから")


def test_who_is_transferred_into_a_section_sees_nothing_from_before(office: Office) -> None:
    section = office.named(PrincipalKind.UNIT, office.waste)
    room = office.open(roles=False, shows_past=False, members=[(section, Role.MEMBER)])
    office.say(office.outsider, room, "内密")
    assert office.read(rooms_of, office.outsider).partly == ()
    with office.app.app_context(), unit("write"):
        tomorrow = clock.today() + timedelta(days=1)
        session.query(Appointment).filter_by(person_id=office.member).update(
            {"unit_id": office.waste, "valid_from": tomorrow}
        )
        rebuild([office.member])
    with clock.frozen(MORNING + timedelta(days=1)):
        assert office.texts(office.member, room) == []
        (line,) = office.read(own_rooms.mine, office.member)
        assert (line.last_text, line.last_sender) == ("", "")
        assert office.read(rooms_of, office.member).partly == [office.view(office.owner, room).id]
        office.say(office.outsider, room, "ようこそ")
        assert office.texts(office.member, room) == ["ようこそ"]
        assert office.texts(office.outsider, room) == ["内密", "ようこそ"]
        assert office.read(own_rooms.mine, office.member)[0].last_text == "ようこそ"


def test_who_comes_in_by_two_ways_sees_what_one_of_them_shows(office: Office) -> None:
    section = office.named(PrincipalKind.UNIT, office.waste)
    room = office.open(roles=False, shows_past=False, members=[(section, Role.MEMBER)])
    office.say(office.outsider, room, "内密")
    with office.app.app_context(), unit("write"):
        tomorrow = clock.today() + timedelta(days=1)
        session.query(Appointment).filter_by(person_id=office.member).update(
            {"unit_id": office.waste, "valid_from": tomorrow}
        )
        rebuild([office.member])
    with clock.frozen(MORNING + timedelta(days=1)):
        person = office.named(PrincipalKind.PERSON, office.member)
        office.write(members.add, office.owner, room, [person])
        assert office.texts(office.member, room) == []
        (line,) = office.read(own_rooms.mine, office.member)
        assert (line.last_text, line.last_sender) == ("", "")
        assert [one.lines for one in office.read(unread, office.member)[0]] == [[]]
        office.say(office.outsider, room, "ようこそ")
        assert office.read(own_rooms.mine, office.member)[0].last_text == "ようこそ"
        ((one,), _) = office.read(unread, office.member)
        assert [line.text for line in one.lines] == ["ようこそ"]


def test_pages_are_ranges_of_numbers(office: Office) -> None:
    room = office.open()
    who = office.actor(office.owner)
    with office.app.app_context(), unit("write"):
        for number in range(1, 21):
            messages.send(who, room, f"{number}", key=f"p{number}")
    for where, first, last, older, newer in (
        ({}, 16, 20, True, False),
        ({"before": 16}, 11, 15, True, True),
        ({"before": 3}, 1, 2, False, True),
        ({"after": 18}, 19, 20, True, False),
        ({"after": 4}, 5, 9, True, True),
        ({"around": 10}, 9, 13, True, True),
        ({"around": 1}, 1, 5, False, True),
        ({"around": 20}, 16, 20, True, False),
    ):
        shown = office.page(office.member, room, limit=5, **where)
        seqs = [one.seq for one in shown.messages]
        assert (seqs[0], seqs[-1], shown.has_older, shown.has_newer) == (first, last, older, newer), where


def test_a_day_is_found(office: Office) -> None:
    room = office.open()
    office.say(office.owner, room)
    view, today = office.view(office.owner, room), office.actor(office.owner).today
    assert office.read(lambda _: said.seq_on(view, today), office.owner) == 1
    assert office.read(lambda _: said.seq_on(view, today.replace(day=25)), office.owner) is None
