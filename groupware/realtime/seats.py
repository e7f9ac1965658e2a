"""Who sits at the sockets of this process."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Seat:
    """A socket, whose session it belongs to, and what it follows: topic → the room it joined."""

    sid: str
    person_id: int
    session_id: int
    display_name: str = ""
    is_mobile: bool = False
    is_away: bool = False
    rooms: dict[str, str] = field(default_factory=dict)
    looks_at: set[int] = field(default_factory=set)
    spent: int = 0
    """Messages of the current second."""
    second: int = 0

    def spends(self, second: int) -> int:
        """Count a message; returns how many there were in this second."""
        if second != self.second:
            self.second, self.spent = second, 0
        self.spent += 1
        return self.spent


class Seats:
    """The seats of this process, by socket and by person."""

    def __init__(self) -> None:
        self._by_sid: dict[str, Seat] = {}
        self._of_person: dict[int, dict[str, Seat]] = {}

    def __len__(self) -> int:
        return len(self._by_sid)

    def take(self, seat: Seat) -> None:
        """Somebody has connected."""
        self._by_sid[seat.sid] = seat
        self._of_person.setdefault(seat.person_id, {})[seat.sid] = seat

    def leave(self, sid: str) -> Seat | None:
        """A socket is gone; returns its seat."""
        seat = self._by_sid.pop(sid, None)
        if seat is not None:
            own = self._of_person.get(seat.person_id, {})
            own.pop(sid, None)
            if not own:
                self._of_person.pop(seat.person_id, None)
        return seat

    def get(self, sid: str) -> Seat | None:
        """The seat of a socket, or None once it has gone."""
        return self._by_sid.get(sid)

    def of_person(self, person_id: int) -> list[Seat]:
        """All seats of a person."""
        return list(self._of_person.get(person_id, {}).values())

    def people(self, among: Iterable[int] | None = None) -> set[int]:
        """People who sit here, or those of them who are named."""
        here = self._of_person.keys()
        return set(here) if among is None else {person for person in among if person in here}

    def __iter__(self) -> Iterator[Seat]:
        return iter(list(self._by_sid.values()))


__all__ = ["Seat", "Seats"]
