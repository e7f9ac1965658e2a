"""The hub: every event once and in order, whatever the bus does; nothing after a right has ended."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from groupware import clock, events
from groupware.access.enums import PrincipalKind
from groupware.access.services import revoke
from groupware.actor import system
from groupware.caches import bump
from groupware.db import session, unit
from groupware.events.models import Event, Topic
from groupware.events.services import tidy
from groupware.notifications.events import DELIVERED
from groupware.realtime.bus import LocalBus
from groupware.realtime.hub import Hub, room_of
from groupware.realtime.queries import Position, missed, position

TOPIC = "test.thing.1"


class Rooms:
    """Sockets that only note what they were sent."""

    def __init__(self) -> None:
        self.inside: dict[str, int] = defaultdict(int)
        self.sent: list[tuple[str, str, Any]] = []

    def send(self, room: str, event: str, data: Any, *, but: Sequence[str] = ()) -> None:
        self.sent.append((room, event, data))

    def close(self, room: str) -> None:
        self.inside.pop(room, None)

    def members(self, room: str) -> int:
        return self.inside[room]

    def start(self, task: Any) -> None:
        raise AssertionError("the test calls by itself")

    def sleep(self, seconds: float) -> None:
        raise AssertionError("the test calls by itself")

    def numbers(self) -> list[int]:
        """Numbers of the events that were sent, in order."""
        return [one["seq"] for _, event, data in self.sent if event == "events" for one in data["events"]]


@pytest.fixture
def rooms():
    return Rooms()


@pytest.fixture
def hub(app, rooms):
    return Hub(app, LocalBus(), rooms)


@pytest.fixture
def happen(write):
    """`happen(3)` commits three events one by one; returns the messages that the bus would carry."""

    def emit(count: int = 1) -> list[dict[str, Any]]:
        carried = []
        for _ in range(count):
            with write():
                events.emit(system(), TOPIC, DELIVERED, notice_kind="x", subject_id=1)
            with write():
                row = session.query(Event).order_by(Event.seq.desc()).first()
                topic = session.query(Topic).filter_by(name=TOPIC).one()
                message = {"seq": row.seq, "kind": row.kind, "at": row.at.isoformat(), "payload": row.payload}
                carried.append({"is": "events", "topic": TOPIC, "epoch": topic.epoch, "events": [message]})
        return carried

    return emit


def _follow(hub, rooms, read) -> None:
    with read():
        found = position(TOPIC)
    rooms.inside[room_of(TOPIC, found.epoch)] += 1
    assert hub.follow(TOPIC, found) is not None


def _drain(hub) -> None:
    while not hub._inbox.empty():
        hub.handle(hub._inbox.get())


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_messages_in_any_order_are_sent_once_and_in_order(hub, rooms, read, happen, order):
    _follow(hub, rooms, read)
    carried = happen(3)
    for place in (*order, *order):
        hub.handle(carried[place])
    assert rooms.numbers() == [1, 2, 3]


@pytest.mark.parametrize("lost", [(0,), (1,), (0, 1), (2,), (0, 1, 2)])
def test_lost_messages_are_found_by_looking(hub, rooms, read, happen, lost):
    _follow(hub, rooms, read)
    for place, message in enumerate(happen(3)):
        if place not in lost:
            hub.handle(message)
    hub.tick()
    _drain(hub)
    assert rooms.numbers() == [1, 2, 3]


def test_what_happened_after_the_last_follower_left_is_sent_to_nobody_and_read_once(
    hub, rooms, read, happen, monkeypatch
):
    _follow(hub, rooms, read)
    _, second = happen(2)
    rooms.inside.clear()
    asked = []
    monkeypatch.setattr(
        rooms, "members", lambda room: asked.append(room) or (0 if len(asked) < 3 else pytest.fail("again"))
    )
    hub.handle(second)
    assert rooms.sent == []
    assert asked == [room_of(TOPIC, 1)]
    assert hub.room(TOPIC) is None


def test_what_happened_before_somebody_followed_is_not_sent_again(hub, rooms, read, happen):
    earlier = happen(2)
    _follow(hub, rooms, read)
    for message in earlier + happen(1):
        hub.handle(message)
    hub.tick()
    _drain(hub)
    assert rooms.numbers() == [3]


def test_after_the_end_of_an_epoch_the_old_room_receives_nothing(hub, rooms, read, write, happen):
    _follow(hub, rooms, read)
    with write():
        events.end_epoch(TOPIC)
        events.emit(system(), TOPIC, DELIVERED, notice_kind="x", subject_id=1)
    hub.tick()
    _drain(hub)
    old = room_of(TOPIC, 1)
    assert [(room, event) for room, event, _ in rooms.sent] == [(old, "moved")]
    assert old not in rooms.inside
    _follow(hub, rooms, read)
    for message in happen(1):
        hub.handle(message)
    assert [room for room, event, _ in rooms.sent if event == "events"] == [room_of(TOPIC, 2)]


def test_who_read_an_epoch_that_has_ended_meanwhile_asks_again(hub, rooms, read, write):
    _follow(hub, rooms, read)
    with write():
        events.end_epoch(TOPIC)
    with read():
        new = position(TOPIC)
    assert hub.follow(TOPIC, new) is None, "the hub still stands in the old epoch"
    hub.tick()
    _drain(hub)
    assert hub.follow(TOPIC, new) is not None
    assert hub.follow(TOPIC, Position(0, 1)) is None


def test_an_epoch_ends_only_with_the_commit(hub, rooms, read, app):
    _follow(hub, rooms, read)

    def fail() -> None:
        with app.app_context(), unit("write"):
            events.end_epoch(TOPIC)
            events.emit(system(), TOPIC, DELIVERED, notice_kind="x", subject_id=1)
            raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        fail()
    hub.tick()
    _drain(hub)
    assert rooms.sent == []


def test_a_right_that_is_taken_back_lets_everybody_ask_again(hub, rooms, read, write, factory):
    grant = factory.grant(PrincipalKind.EVERYONE, 0, "bulletin:posting:read")
    hub.tick()
    _follow(hub, rooms, read)
    with write():
        revoke(system(), grant)
    hub.tick()
    hub.tick()
    _drain(hub)
    assert [event for _, event, _ in rooms.sent] == ["moved"]


def test_many_sockets_ask_again_some_at_a_time(hub, rooms, read, write):
    for number in range(10):
        rooms.inside[room_of(f"test.thing.{number}", 1)] = 100
        hub.follow(f"test.thing.{number}", Position())
    hub.tick()
    with write():
        bump("access")
    asked = []
    for _ in range(4):
        hub.tick()
        _drain(hub)
        asked.append(len(rooms.sent))
    assert asked == [3, 6, 9, 10]


def test_the_database_being_away_costs_nothing_but_time(hub, rooms, read, happen, monkeypatch):
    _follow(hub, rooms, read)
    happen(2)
    with monkeypatch.context() as broken:
        broken.setattr("groupware.realtime.hub.moved", _raise(OperationalError("", {}, Exception("away"))))
        hub.tick()
        _drain(hub)
    assert rooms.sent == []
    hub.tick()
    _drain(hub)
    assert rooms.numbers() == [1, 2]


def _raise(error: Exception) -> Any:
    def raising(*_: Any) -> Any:
        raise error

    return raising


def test_old_events_go_and_whoever_lacks_them_begins_anew(happen, write, read):
    happen(3)
    with clock.frozen(clock.now() + timedelta(days=31)):
        happen(1)
        with write():
            tidy(system())
        with read():
            assert missed(TOPIC, 3).events[0]["seq"] == 4
            gone = missed(TOPIC, 1)
    assert gone.is_reset
    assert gone.seq == 4


def test_a_number_from_the_future_begins_anew(happen, read):
    happen(1)
    with read():
        assert missed(TOPIC, 9).is_reset
        assert not missed(TOPIC, 1).is_reset
        assert missed(TOPIC, 0).events[0]["payload"] == {"notice_kind": "x", "subject_id": 1}
