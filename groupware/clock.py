"""The only place that asks the machine for the time.

Instants are timezone-aware UTC; "today" is the calendar day of the municipality's time zone, because validity of an
appointment, a grant or a rule begins at local midnight. Tests freeze time with `frozen()`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from time import monotonic as seconds_since_start
from zoneinfo import ZoneInfo

DEFAULT_ZONE = ZoneInfo("Asia/Tokyo")

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)


def now() -> datetime:
    """The current instant, aware, UTC."""
    return _frozen.get() or datetime.now(UTC)


def today(zone: ZoneInfo = DEFAULT_ZONE) -> date:
    """The current calendar day in `zone`."""
    return now().astimezone(zone).date()


def local(instant: datetime, zone: ZoneInfo = DEFAULT_ZONE) -> datetime:
    """`instant` as wall-clock time of `zone`."""
    return instant.astimezone(zone)


def midnight(day: date, zone: ZoneInfo = DEFAULT_ZONE) -> datetime:
    """The instant, in UTC, at which `day` begins in `zone`; the first instant there is for a day that begins before it."""
    try:
        return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def end_of(day: date, zone: ZoneInfo = DEFAULT_ZONE) -> datetime:
    """The instant, in UTC, at which `day` is over in `zone`; the last instant there is for the last day of the calendar."""
    return midnight(day_after(day), zone) if day < date.max else datetime.max.replace(tzinfo=UTC)


def day_after(day: date) -> date:
    """The next day; the last day of the calendar, which is our "for ever", stays."""
    return day + timedelta(days=1) if day < date.max else day


def near(day: date) -> date:
    """The day itself, or the first or last one that can be counted with: calendars end before clocks do."""
    return min(max(day, date(1900, 1, 1)), date(2200, 1, 1))


def at(day: date, wall: time, zone: ZoneInfo = DEFAULT_ZONE) -> datetime:
    """The instant of a wall-clock time, also where a change of the clocks lies in between.

    Days of other centuries are brought `near`, to where the services refuse them.
    """
    return local(midnight(near(day), zone), zone).replace(hour=wall.hour, minute=wall.minute)


def instant_of(text: str) -> datetime | None:
    """The instant, in UTC, that an ISO 8601 text with an offset says; None for any other text."""
    try:
        said = datetime.fromisoformat(text)
        return said.astimezone(UTC) if said.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def monotonic() -> float:
    """Seconds for measuring durations and cache ages; never for dates."""
    return seconds_since_start()


@contextmanager
def frozen(instant: datetime) -> Iterator[None]:
    """Pretend that it is `instant` (aware) inside the block."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    token = _frozen.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)


def in_seconds(seconds: float) -> datetime:
    """The instant `seconds` from now."""
    return now() + timedelta(seconds=seconds)
