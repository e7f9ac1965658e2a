"""The day of facilities as a table: which cells of which row are free, closed, or a booking.

Pure arithmetic over what `facilities.seen` and `bookings.within` found, in columns of a quarter of an hour. Bookings that overlap
(tentative ones, equipment by number) stand in lanes of one row.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from groupware import clock
from plugins.facility.queries.bookings import Item
from plugins.facility.queries.facilities import Place

COLUMN = 15
"""Minutes."""
HOUR = 60 // COLUMN
_WIDTH = timedelta(minutes=COLUMN)
_Placed = tuple[int, int, Item]
"""First and last (exclusive) column of a booking."""


class Cell(NamedTuple):
    """So many columns of a lane. A free one can be booked from `time` (0930) on; one with an `item` is a booking."""

    columns: int
    kind: str
    time: str = ""
    item: Item | None = None


class Row(NamedTuple):
    """A facility on a day."""

    place: Place
    day: date
    lanes: Sequence[Sequence[Cell]]


class Frame(NamedTuple):
    """The hours that a table shows, first and last (exclusive) as hours of the day."""

    first: int
    last: int

    @property
    def hours(self) -> range:
        """The hours of the head."""
        return range(self.first, self.last)

    @property
    def columns(self) -> int:
        """The number of columns after the names."""
        return (self.last - self.first) * HOUR


def frame_of(places: Iterable[Place]) -> Frame:
    """The hours in which any of the facilities is open; always-open ones are shown from 7 to 22 with the others."""
    opens, closes = [8 * 60], [18 * 60]
    for place in places:
        is_always = place.terms.is_always_open
        opens.append(7 * 60 if is_always else place.terms.opens)
        closes.append(22 * 60 if is_always else place.terms.closes)
    return Frame(min(opens) // 60, -(-max(closes) // 60))


def row_of(place: Place, items: Sequence[Item], day: date, frame: Frame, now: datetime) -> Row:
    """One facility on one day. `items` are its bookings that touch the day, in order of their beginning."""
    midnight = clock.midnight(day)
    placed = []
    for item in items:
        begins = max((item.starts_at - midnight) // _WIDTH - frame.first * HOUR, 0)
        ends = min(-((midnight - item.ends_at) // _WIDTH) - frame.first * HOUR, frame.columns)
        if begins < ends:
            placed.append((begins, ends, item))
    open_from, open_until = _open(place, frame)
    if place.can_book:
        # The hour that has begun can still be booked: people stand at the door of an empty room.
        hour = max((now - midnight) // timedelta(hours=1), 0)
        open_from = max(open_from, min((hour - frame.first) * HOUR, frame.columns))
    else:
        open_from = open_until = 0
    bookable = range(open_from, max(open_from, open_until))
    lanes = _lanes(placed)
    # Of what is lent by number there is a lane of its own to book from, as long as not everything is out at some time.
    is_left = not place.is_exclusive and bool(lanes[0]) and len(lanes) < place.quantity
    cells = [
        _filled(lane, None if is_left or number else bookable, frame) for number, lane in enumerate(lanes)
    ]
    return Row(place, day, [*cells, _filled([], bookable, frame)] if is_left else cells)


def _open(place: Place, frame: Frame) -> tuple[int, int]:
    first = frame.first * HOUR
    return max(place.terms.opens // COLUMN - first, 0), min(
        place.terms.closes // COLUMN - first, frame.columns
    )


def _lanes(placed: Sequence[_Placed]) -> list[list[_Placed]]:
    lanes: list[list[_Placed]] = [[]]
    for one in placed:
        for lane in lanes:
            if not lane or lane[-1][1] <= one[0]:
                lane.append(one)
                break
        else:
            lanes.append([one])
    return lanes


def _filled(lane: Sequence[_Placed], bookable: range | None, frame: Frame) -> list[Cell]:
    """The cells of a lane; None where nothing is booked from it."""
    cells: list[Cell] = []
    at = 0
    for begins, ends, item in lane:
        cells += _between(at, begins, bookable, frame)
        cells.append(Cell(ends - begins, "booking", item=item))
        at = ends
    return [*cells, *_between(at, frame.columns, bookable, frame)]


@lru_cache(maxsize=4096)
def _between(begins: int, ends: int, bookable: range | None, frame: Frame) -> Sequence[Cell]:
    """Cells of at most an hour, cut at the full hours and where a facility opens, so that each is a target of its own.

    Rows of a page differ in their bookings and hardly in what lies between them, so each stretch is cut once a process.
    """
    if bookable is None:
        return (Cell(ends - begins, "gap"),) if begins < ends else ()
    found: list[Cell] = []
    at = begins
    while at < ends:
        until = min(
            (at // HOUR + 1) * HOUR, ends, *(one for one in (bookable.start, bookable.stop) if one > at)
        )
        minutes = (frame.first * HOUR + at) * COLUMN
        is_free = at in bookable
        clock_time = f"{minutes // 60:02d}{minutes % 60:02d}" if is_free else ""
        found.append(Cell(until - at, "free" if is_free else "closed", clock_time))
        at = until
    return tuple(found)


def edges_of(days: Sequence[date]) -> list[tuple[date, datetime, datetime]]:
    """Each day with its beginning and its end."""
    return [(one, clock.midnight(one), clock.midnight(one + timedelta(days=1))) for one in days]


def by_day(
    items: Sequence[Item], edges: Sequence[tuple[date, datetime, datetime]]
) -> list[tuple[date, list[Item]]]:
    """The bookings of a facility that touch each of the days."""
    return [
        (one, [item for item in items if item.starts_at < ends and item.ends_at > begins])
        for one, begins, ends in edges
    ]
