"""How far people have read: receipts that never go back, and what is unread for somebody, which may."""

import pytest

from groupware.access.enums import PrincipalKind
from groupware.db import db, unit
from groupware.errors import NotFound
from groupware.realtime import bus
from plugins.chat.enums import Role, Telling
from plugins.chat.queries import messages, own_rooms, receipts
from plugins.chat.queries import rooms as seen
from plugins.chat.services import messages as sending
from plugins.chat.services import reading, rooms
from tests.plugins.chat.conftest import Office


def _counts(office: Office, room) -> dict[int, int]:
    lines = office.page(office.owner, room).messages
    return office.read(lambda actor: receipts.counts(seen.one(actor, room), lines), office.owner)


def test_receipts_count_everybody_but_the_sender(office: Office) -> None:
    room = office.open()
    for number in range(3):
        office.say(office.owner, room, f"{number}")
    assert _counts(office, room) == {1: 0, 2: 0, 3: 0}
    office.write(reading.read_to, office.member, room, 2)
    office.write(reading.read_to, office.reader, room, 3)
    assert _counts(office, room) == {1: 2, 2: 2, 3: 1}
    office.say(office.member, room, "読みました")
    assert _counts(office, room) == {1: 2, 2: 2, 3: 2, 4: 0}


def test_pointers_never_go_back_nor_beyond_what_was_said(office: Office) -> None:
    room = office.open()
    for number in range(3):
        office.say(office.owner, room, f"{number}")
    office.write(reading.read_to, office.member, room, 99)
    office.write(reading.read_to, office.member, room, 1)
    found = office.view(office.member, room)
    assert (found.read_seq, found.left_off_seq, found.unread, found.first_unread) == (3, 3, 0, None)
    office.write(reading.mark_unread, office.member, room, 2)
    found = office.view(office.member, room)
    assert (found.read_seq, found.unread, found.first_unread) == (3, 2, 2)
    assert _counts(office, room)[3] == 1
    office.write(reading.read_to, office.member, room, 3)
    assert office.view(office.member, room).unread == 0
    for act in (reading.read_to, reading.mark_unread):
        with pytest.raises(NotFound):
            office.write(act, office.outsider, room, 1)


def test_open_pages_are_told_how_far(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    room, told = office.open(), []
    office.say(office.owner, room)
    office.say(office.owner, room)
    monkeypatch.setattr(bus.LocalBus, "publish", lambda _self, messages: told.extend(messages))
    office.write(reading.read_to, office.member, room, 1)
    office.write(reading.read_to, office.member, room, 1)
    office.say(office.member, room)
    office.say(office.member, room)
    reads = [one for one in told if one["is"] == "signal"]
    assert [one["payload"] for one in reads] == [{"person": office.member, "from": 0, "to": 1}]
    # Whoever speaks has read on; the event that says so says how far they were.
    said = [event for one in told if one["is"] == "events" for event in one["events"]]
    assert [one["payload"]["read_from"] for one in said if one["kind"] == "chat.message_sent"] == [1, None]
    assert {one["topic"] for one in reads} == {office.view(office.owner, room).topic}


def test_readers_and_others_by_section(office: Office) -> None:
    room = office.open()
    office.say(office.owner, room)
    office.write(reading.read_to, office.reader, room, 1)
    (line,) = office.page(office.owner, room).messages
    found = office.read(lambda actor: receipts.people(actor, seen.one(actor, room), line), office.owner)
    assert [(one.name, [reader.name for reader in one.people]) for one in found.read] == [
        ("廃棄物課", ["田中 湊"])
    ]
    assert found.read[0].people[0].read_at is not None
    assert [(one.name, [reader.name for reader in one.people]) for one in found.unread] == [
        ("保護課", ["鈴木 蓮", "高橋 凛"])
    ]
    assert (found.read_count, found.unread_count) == (1, 2)


def test_the_list_of_rooms_counts_what_is_unread_and_keeps_what_one_chose(office: Office) -> None:
    quiet, loud = office.open(name="静か"), office.open(name="賑やか")
    office.say(office.owner, quiet)
    for _ in range(3):
        office.say(office.owner, loud)
    lines = office.read(own_rooms.mine, office.member)
    assert {one.title: one.unread for one in lines} == {"賑やか": 3, "静か": 1}
    assert office.read(own_rooms.unread_rooms, office.member) == 2
    office.write(reading.set_telling, office.member, loud, Telling.NONE)
    office.write(reading.set_favourite, office.member, quiet, is_favourite=True)
    assert office.read(own_rooms.unread_rooms, office.member) == 1
    chosen = {
        one.title: (one.is_muted, one.is_favourite) for one in office.read(own_rooms.mine, office.member)
    }
    assert chosen == {"賑やか": (True, False), "静か": (False, True)}
    office.write(reading.read_to, office.member, loud, 3)
    assert next(one for one in office.read(own_rooms.mine, office.member) if one.title == "賑やか").is_muted
    assert office.read(own_rooms.unread_rooms, office.owner) == 0


def test_late_joiners_have_nothing_unread_from_before_but_may_read_it(office: Office) -> None:
    room = office.open(is_open=True)
    office.say(office.owner, room, "昔")
    office.write(rooms.join, office.outsider, room)
    assert office.view(office.outsider, room).unread == 0
    assert office.texts(office.outsider, room) == ["昔"]
    office.say(office.owner, room, "今")
    assert office.view(office.outsider, room).first_unread == 2


def test_statements_are_as_few_whatever_the_number_of_rooms_and_people(office: Office, count_queries) -> None:
    section = office.named(PrincipalKind.UNIT_TREE, office.city)
    for number in range(5):
        room = office.open(name=f"{number}", members=[(section, Role.MEMBER)])
        office.say(office.owner, room)
    who = office.actor(office.reader)
    asked = {
        "mine": lambda: own_rooms.mine(who),
        "badge": lambda: own_rooms.unread_rooms(who),
        "open": lambda: seen.one(who, room),
        "page": lambda: messages.page(who, seen.one(who, room)),
        "counts": lambda: receipts.counts(view, lines),
        "people": lambda: receipts.people(who, view, lines[0]),
        "send": lambda: sending.send(who, room, "はい", key=f"{next(office.keys)}"),
        "unread": lambda: reading.mark_unread(who, room, 1),
    }
    view, lines = office.view(office.reader, room), office.page(office.reader, room).messages
    found = {}
    with office.app.app_context():
        is_postgresql = db.engine.dialect.name == "postgresql"
    for name, ask in asked.items():
        with office.app.app_context(), unit("write"):
            ask()
            with count_queries() as statements:
                ask()
        # A frozen clock polls the caches every time.
        found[name] = sum("core_cache_versions" not in one for one in statements.texts)
    assert found == {
        "mine": 1,
        "badge": 1,
        "open": 1,
        "page": 2,
        "counts": 1,
        "people": 2,
        # Indexing takes a statement more on SQLite, which keeps the words in a table of their own.
        "send": 8 if is_postgresql else 9,
        "unread": 2,
    }
