"""Presence: who is at their desk, and who only reads on a telephone. It is told to those who look, and kept nowhere.

Every process knows its own sockets and hears of the others over the bus; a process that is heard of no more is forgotten.
Changes wait until they have settled, so that a proxy that is restarted does not send 3,000 people away and back.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any

from groupware import clock
from groupware.realtime.bus import Message
from groupware.realtime.seats import Seat, Seats

SETTLES_IN = 5.0
"""Seconds for which a change must hold before it is told; a reload or a restart of the proxy is quicker."""
HEARTBEAT = 30.0
"""A process tells all it knows so often."""
FORGOTTEN = 90.0
"""A process that was not heard of for so long has no sockets any more."""
LOOKED_AT = 200
"""People whom one page may look at."""


class State(StrEnum):
    """How somebody can be reached, best first."""

    ONLINE = "online"
    MOBILE = "mobile"
    AWAY = "away"
    OFFLINE = "offline"


_ORDER = list(State)


def state_of(seats: Iterable[Seat]) -> State:
    """The state of a person with these sockets."""
    return best(State.AWAY if s.is_away else State.MOBILE if s.is_mobile else State.ONLINE for s in seats)


def best(states: Iterable[State]) -> State:
    """The state in which the person is reached best."""
    return min(states, key=_ORDER.index, default=State.OFFLINE)


def room_of_looking(person_id: int) -> str:
    """The room of those who look at a person."""
    return f"looking:{person_id}"


class Presence:
    """The states of people, and who is told of them."""

    def __init__(
        self,
        process: str,
        seats: Seats,
        tell: Callable[[int, State], None],
        publish: Callable[[Message], None],
    ) -> None:
        self._process = process
        self._seats = seats
        self._tell = tell
        self._publish = publish
        self._own: dict[int, State] = {}
        self._others: dict[str, tuple[float, dict[int, State]]] = {}
        self._told: dict[int, State] = {}
        self._changed: dict[int, float] = {}
        self._beat_at = clock.monotonic()

    def of(self, person_id: int) -> State:
        """The state as it was told last, so that everybody sees the same."""
        return self._told.get(person_id, State.OFFLINE)

    def note(self, person_id: int) -> None:
        """Something about the person's sockets has changed here."""
        self._changed.setdefault(person_id, clock.monotonic())

    def heard(self, message: Message) -> None:
        """What another process says of its sockets."""
        process = message["process"]
        if process == self._process:
            return
        states = {int(person): State(state) for person, state in message["people"].items()}
        _, known = self._others.get(process, (0.0, {}))
        merged = states if message["is_all"] else known | states
        self._others[process] = (clock.monotonic(), {p: s for p, s in merged.items() if s != State.OFFLINE})
        for person_id in states.keys() | (known.keys() if message["is_all"] else set()):
            self._settle(person_id)

    def tick(self) -> None:
        """Tell what has settled, forget who is gone, beat."""
        now = clock.monotonic()
        settled = [person for person, since in self._changed.items() if now - since >= SETTLES_IN]
        new: dict[int, State] = {}
        for person_id in settled:
            del self._changed[person_id]
            state = state_of(self._seats.of_person(person_id))
            if state != self._own.get(person_id, State.OFFLINE):
                new[person_id] = state
                self._keep(self._own, person_id, state)
        if new:
            self._say(new, is_all=False)
        for person_id in settled:
            self._settle(person_id)
        for process in [one for one, (heard_at, _) in self._others.items() if now - heard_at > FORGOTTEN]:
            _, gone = self._others.pop(process)
            for person_id in gone:
                self._settle(person_id)
        if now - self._beat_at >= HEARTBEAT:
            self._beat_at = now
            self._say(self._own, is_all=True)

    def _settle(self, person_id: int) -> None:
        elsewhere = [people[person_id] for _, people in self._others.values() if person_id in people]
        state = best([*elsewhere, self._own.get(person_id, State.OFFLINE)])
        if state != self.of(person_id):
            self._keep(self._told, person_id, state)
            self._tell(person_id, state)

    def _say(self, people: Mapping[int, State], *, is_all: bool) -> None:
        words: dict[str, Any] = {str(person_id): state.value for person_id, state in people.items()}
        self._publish({"is": "presence", "process": self._process, "people": words, "is_all": is_all})

    @staticmethod
    def _keep(states: dict[int, State], person_id: int, state: State) -> None:
        if state == State.OFFLINE:
            states.pop(person_id, None)
        else:
            states[person_id] = state


__all__ = ["LOOKED_AT", "SETTLES_IN", "Presence", "State", "best", "room_of_looking", "state_of"]
