"""Presence: settled before it is told, told to those who look, the same in every process."""

from typing import Any

import pytest

from groupware import clock
from groupware.realtime.presence import FORGOTTEN, HEARTBEAT, SETTLES_IN, Presence, State
from groupware.realtime.seats import Seat, Seats


class Clock:
    """A monotonic clock that is turned by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Process:
    """One process with sockets; what it publishes reaches the others."""

    def __init__(self, name: str, bus: list["Process"]) -> None:
        self.told: list[tuple[int, State]] = []
        self.published = 0
        self.seats = Seats()
        self.bus = bus
        bus.append(self)
        self.presence = Presence(name, self.seats, lambda p, s: self.told.append((p, s)), self._publish)

    def _publish(self, message: Any) -> None:
        self.published += 1
        for other in self.bus:
            other.presence.heard(message)

    def connect(self, sid: str, person: int, **values: Any) -> Seat:
        seat = Seat(sid=sid, person_id=person, session_id=1, **values)
        self.seats.take(seat)
        self.presence.note(person)
        return seat

    def disconnect(self, sid: str) -> None:
        seat = self.seats.leave(sid)
        assert seat is not None
        self.presence.note(seat.person_id)


@pytest.fixture
def hand(monkeypatch):
    made = Clock()
    monkeypatch.setattr(clock, "monotonic", made)
    return made


@pytest.fixture
def bus():
    return []


def _settle(hand: Clock, bus: list[Process], seconds: float = SETTLES_IN) -> None:
    hand.now += seconds
    for process in bus:
        process.presence.tick()


def test_a_person_is_reached_as_their_best_page_is(hand, bus):
    here = Process("a", bus)
    here.connect("1", 7, is_mobile=True)
    _settle(hand, bus)
    desk = here.connect("2", 7)
    _settle(hand, bus)
    desk.is_away = True
    here.presence.note(7)
    _settle(hand, bus)
    here.disconnect("1")
    _settle(hand, bus)
    here.disconnect("2")
    _settle(hand, bus)
    assert here.told == [
        (7, State.MOBILE),
        (7, State.ONLINE),
        (7, State.MOBILE),
        (7, State.AWAY),
        (7, State.OFFLINE),
    ]


def test_three_thousand_who_come_back_at_once_are_told_to_nobody(hand, bus):
    here, there = Process("a", bus), Process("b", bus)
    for number in range(3000):
        here.connect(f"s{number}", number)
    _settle(hand, bus)
    assert len(here.told) == len(there.told) == 3000
    before = here.published + there.published
    here.told.clear()
    there.told.clear()
    for number in range(3000):
        here.disconnect(f"s{number}")
    _settle(hand, bus, SETTLES_IN / 2)
    for number in range(3000):
        here.connect(f"t{number}", number)
    _settle(hand, bus)
    assert here.told == there.told == []
    assert here.published + there.published == before


def test_a_proxy_that_moves_people_to_another_process_costs_one_message_of_each(hand, bus):
    here, there = Process("a", bus), Process("b", bus)
    for number in range(3000):
        here.connect(f"s{number}", number)
    _settle(hand, bus)
    here.told.clear()
    here.published = there.published = 0
    for number in range(3000):
        there.connect(f"t{number}", number)
        here.disconnect(f"s{number}")
    hand.now += SETTLES_IN
    there.presence.tick()
    here.presence.tick()
    assert here.told == []
    assert (here.published, there.published) == (1, 1)


def test_a_process_that_died_is_forgotten(hand, bus):
    here, there = Process("a", bus), Process("b", bus)
    there.connect("1", 7)
    _settle(hand, bus)
    assert here.presence.of(7) is State.ONLINE
    bus.remove(there)
    _settle(hand, bus, FORGOTTEN + 1)
    assert here.presence.of(7) is State.OFFLINE


def test_a_process_that_came_later_learns_of_all_by_the_next_beat(hand, bus):
    here = Process("a", bus)
    here.connect("1", 7)
    _settle(hand, bus)
    late = Process("b", bus)
    assert late.presence.of(7) is State.OFFLINE
    _settle(hand, bus, HEARTBEAT)
    assert late.presence.of(7) is State.ONLINE
    here.disconnect("1")
    hand.now += SETTLES_IN
    here.presence.tick()
    assert late.presence.of(7) is State.OFFLINE
