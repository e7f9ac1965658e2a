"""How much facilities are used: hours and numbers by facility, and by weekday and hour. The database adds up.

A booking counts in the period in which it begins. Weekdays and hours are those of the municipality's clocks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, case, func, literal_column, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from groupware import clock
from groupware.calendar.holidays import is_working_day
from groupware.db import BIGINT, UTCDateTime, fetch
from plugins.facility.enums import Status, Use
from plugins.facility.models import Booking
from plugins.facility.queries.facilities import Place

HOURS = range(7, 22)
"""Hours of the day that the grid shows."""
_DAY = 24 * 60


class _Minutes(FunctionElement[int]):
    """Whole minutes from the beginning of 1970, UTC, to an instant. Every other reckoning is made of it: the costly part is to read it."""

    type = Integer()
    inherit_cache = True


@compiles(_Minutes)
def _minutes(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    instant = compiler.process(element.clauses, **options)
    if compiler.dialect.name == "postgresql":
        return f"CAST(FLOOR(EXTRACT(EPOCH FROM {instant}) / 60) AS INTEGER)"
    return f"CAST((julianday({instant}) - 2440587.5) * 1440 + 0.0001 AS INTEGER)"


# The zone of the municipality has had one offset since 1951.
_OFFSET = (
    clock.local(datetime(2020, 1, 1, tzinfo=clock.DEFAULT_ZONE)).utcoffset() or timedelta()
) // timedelta(minutes=1)
_WEEK = 7 * _DAY
_THURSDAY = 3
"""The weekday on which 1970 began."""


_begun: tuple[ColumnElement[bool], ...] = (
    Booking.facility_id.in_(bindparam("facilities", type_=BIGINT, expanding=True)),
    Booking.use == Use.USE.value,
    Booking.starts_at >= bindparam("window_from", type_=UTCDateTime()),
    Booking.starts_at < bindparam("window_until", type_=UTCDateTime()),
)
_length = _Minutes(Booking.ends_at) - _Minutes(Booking.starts_at)
_came = func.sum(case((Booking.checked_in_at.is_not(None), 1), else_=0))
_sums = (
    select(
        Booking.facility_id,
        Booking.status,
        func.count().label("number"),
        func.sum(_length).label("minutes"),
        _came.label("came"),
    )
    .where(*_begun)
    .group_by(Booking.facility_id, Booking.status)
)
_of_week = (_Minutes(Booking.starts_at) + literal_column(str(_OFFSET))) % literal_column(str(_WEEK))
_times = (
    select(_of_week.label("minute"), _length.label("length"), func.count().label("number"))
    .where(*_begun, Booking.status == Status.CONFIRMED.value)
    .group_by(_of_week, _length)
)


_day_of = (_Minutes(Booking.starts_at) + literal_column(str(_OFFSET))) // literal_column(str(_DAY))
_by_day = (
    select(_day_of.label("day"), func.count().label("number"), func.sum(_length).label("minutes"))
    .where(*_begun, Booking.status == Status.CONFIRMED.value)
    .group_by(_day_of)
)
_FIRST_DAY = date(1970, 1, 1)


@dataclass(slots=True)
class Usage:
    """What happened at some facilities in a period. `open_hours` are those of their working days."""

    facilities: int = 0
    capacity: int = 0
    number: int = 0
    hours: float = 0.0
    open_hours: float = 0.0
    released: int = 0
    came: int = 0
    withdrawn: int = 0

    @property
    def share(self) -> int | None:
        """Percent of the open hours that were booked; None where nothing was open."""
        return round(100 * self.hours / self.open_hours) if self.open_hours else None

    @property
    def attendance(self) -> int | None:
        """Percent of those who had to check in that came; None where nobody had to."""
        expected = self.came + self.released
        return round(100 * self.came / expected) if expected else None

    def add(self, other: "Usage") -> None:
        """Add up."""
        for name in (
            "facilities",
            "capacity",
            "number",
            "hours",
            "open_hours",
            "released",
            "came",
            "withdrawn",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class Report:
    """The usage of every facility, and percent of the facilities in use by (weekday, hour), Monday being 0."""

    by_facility: dict[int, Usage] = field(default_factory=dict)
    grid: dict[tuple[int, int], int] = field(default_factory=dict)
    number: int = 0


def usage(places: Sequence[Place], first: date, last: date) -> Report:
    """What happened at the facilities from a day to another one, exclusive. Two queries."""
    days = [first + timedelta(days=number) for number in range((last - first).days)]
    working = sum(map(is_working_day, days))
    report = Report({place.id: _empty(place, working) for place in places})
    if not places:
        return report
    values = {
        "facilities": [place.id for place in places],
        "window_from": clock.midnight(first),
        "window_until": clock.midnight(last),
    }
    for row in fetch(_sums, values):
        one = report.by_facility[row.facility_id]
        if row.status == Status.CONFIRMED:
            one.number, one.hours, one.came = row.number, row.minutes / 60, row.came
        elif row.status == Status.RELEASED:
            one.released = row.number
        elif row.status == Status.WITHDRAWN:
            one.withdrawn = row.number
    report.number = sum(one.number for one in report.by_facility.values())
    report.grid = _grid(fetch(_times, values).all(), days, len(places))
    return report


def usage_by_month(places: Sequence[Place], first: date, last: date) -> dict[date, Usage]:
    """The same for every month, by its first day, of all facilities together. One query."""
    days = [first + timedelta(days=number) for number in range((last - first).days)]
    found = {day: Usage() for day in days if day.day == 1}
    hours = sum(place.terms.closes - place.terms.opens for place in places) / 60
    for day in filter(is_working_day, days):
        found[day.replace(day=1)].open_hours += hours
    values = {
        "facilities": [place.id for place in places],
        "window_from": clock.midnight(first),
        "window_until": clock.midnight(last),
    }
    for row in fetch(_by_day, values) if places else ():
        month = found[(_FIRST_DAY + timedelta(days=int(row.day))).replace(day=1)]
        month.number += row.number
        month.hours += row.minutes / 60
    return found


def _empty(place: Place, working: int) -> Usage:
    return Usage(
        facilities=1,
        capacity=place.capacity,
        open_hours=working * (place.terms.closes - place.terms.opens) / 60,
    )


def _grid(rows: Sequence[Any], days: Sequence[date], facilities: int) -> dict[tuple[int, int], int]:
    """Minutes of each hour of each weekday, as percent of all there were."""
    minutes: dict[tuple[int, int], float] = {}
    for row in rows:
        weekday, begins = (row.minute // _DAY + _THURSDAY) % 7, row.minute % _DAY
        ends = begins + min(row.length, _WEEK)
        for hour in range(begins // 60, -(-ends // 60)):
            part = min(ends, hour * 60 + 60) - max(begins, hour * 60)
            key = (weekday + hour // 24) % 7, hour % 24
            minutes[key] = minutes.get(key, 0) + part * row.number
    number_of = [sum(day.weekday() == weekday for day in days) for weekday in range(7)]
    return {
        (weekday, hour): min(
            100, round(100 * minutes.get((weekday, hour), 0) / (60 * number_of[weekday] * facilities))
        )
        for weekday in range(7)
        for hour in HOURS
        if number_of[weekday]
    }
