"""How much facilities are used: hours and numbers by facility, and by weekday and hour. The database adds up.

A booking counts in the period in which it begins. Weekdays and hours are those of the municipality's clocks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Float, Integer, bindparam, func, select
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


class _Minutes(FunctionElement[float]):
    """Minutes from one column of instants to another."""

    type = Float()
    inherit_cache = True


class _Weekday(FunctionElement[int]):
    """The weekday on which an instant lies, 0 being Sunday."""

    type = Integer()
    inherit_cache = True


class _Minute(FunctionElement[int]):
    """The minute of the day at which an instant lies."""

    type = Integer()
    inherit_cache = True


def _local(column: str, dialect: str) -> str:
    if dialect == "postgresql":
        return f"({column} AT TIME ZONE '{clock.DEFAULT_ZONE.key}')"
    # The zone of the municipality has had one offset since 1951, and SQLite knows no zones.
    offset = clock.local(datetime(2020, 1, 1, tzinfo=clock.DEFAULT_ZONE)).utcoffset() or timedelta()
    return f"{column}, '+{offset // timedelta(minutes=1)} minutes'"


@compiles(_Minutes)
def _minutes(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    first, last = (compiler.process(one, **options) for one in element.clauses)
    if compiler.dialect.name == "postgresql":
        return f"EXTRACT(EPOCH FROM {last} - {first}) / 60"
    return f"(julianday({last}) - julianday({first})) * 1440"


@compiles(_Weekday)
def _weekday(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    column = _local(compiler.process(element.clauses, **options), compiler.dialect.name)
    if compiler.dialect.name == "postgresql":
        return f"CAST(EXTRACT(DOW FROM {column}) AS INTEGER)"
    return f"CAST(strftime('%w', {column}) AS INTEGER)"


@compiles(_Minute)
def _minute(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    column = _local(compiler.process(element.clauses, **options), compiler.dialect.name)
    if compiler.dialect.name == "postgresql":
        return f"CAST(EXTRACT(HOUR FROM {column}) * 60 + EXTRACT(MINUTE FROM {column}) AS INTEGER)"
    return f"(strftime('%H', {column}) * 60 + strftime('%M', {column}))"


_begun: tuple[ColumnElement[bool], ...] = (
    Booking.facility_id.in_(bindparam("facilities", type_=BIGINT, expanding=True)),
    Booking.use == Use.USE.value,
    Booking.starts_at >= bindparam("window_from", type_=UTCDateTime()),
    Booking.starts_at < bindparam("window_until", type_=UTCDateTime()),
)
_length = _Minutes(Booking.starts_at, Booking.ends_at)
_sums = (
    select(
        Booking.facility_id, Booking.status, func.count().label("number"), func.sum(_length).label("minutes")
    )
    .where(*_begun)
    .group_by(Booking.facility_id, Booking.status)
)
_weekday_of, _minute_of, _rounded = (
    _Weekday(Booking.starts_at),
    _Minute(Booking.starts_at),
    func.round(_length),
)
_times = (
    select(
        _weekday_of.label("weekday"),
        _minute_of.label("minute"),
        _rounded.label("length"),
        func.count().label("number"),
    )
    .where(*_begun, Booking.status == Status.CONFIRMED.value)
    .group_by(_weekday_of, _minute_of, _rounded)
)


@dataclass(slots=True)
class Usage:
    """What happened at some facilities in a period. `open_hours` are those of their working days."""

    facilities: int = 0
    capacity: int = 0
    number: int = 0
    hours: float = 0.0
    open_hours: float = 0.0
    released: int = 0
    withdrawn: int = 0

    @property
    def share(self) -> int | None:
        """Percent of the open hours that were booked; None where nothing was open."""
        return round(100 * self.hours / self.open_hours) if self.open_hours else None

    def add(self, other: "Usage") -> None:
        """Add up."""
        for name in ("facilities", "capacity", "number", "hours", "open_hours", "released", "withdrawn"):
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
            one.number, one.hours = row.number, round(row.minutes) / 60
        elif row.status == Status.RELEASED:
            one.released = row.number
        elif row.status == Status.WITHDRAWN:
            one.withdrawn = row.number
    report.number = sum(one.number for one in report.by_facility.values())
    report.grid = _grid(fetch(_times, values).all(), days, len(places))
    return report


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
        weekday, begins = (int(row.weekday) - 1) % 7, int(row.minute)
        ends = begins + min(int(row.length), 7 * _DAY)
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
