"""The only place that asks the machine for the time.

Instants are timezone-aware UTC; "today" is the calendar day of the municipality's time zone, because validity of an
appointment, a grant or a rule begins at local midnight. Tests freeze time with `frozen()`.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
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
    """The instant, in UTC, at which `day` begins in `zone`."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def monotonic() -> float:
    """Seconds for measuring durations and cache ages; never for dates."""
    return time.monotonic()


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
