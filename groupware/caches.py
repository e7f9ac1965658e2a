"""Process caches with a common clock: a writer bumps a version row, every process notices within two seconds.

`Cached(name, load)` holds one value per app; it is loaded again when the row `name` has moved. All versions are read by one
small query at most every `POLL_SECONDS` per process, so a page pays for it only now and then.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Mapped, mapped_column

from groupware import clock
from groupware.db import BIGINT, Base, Code, fetch, session

T = TypeVar("T")

POLL_SECONDS = 2.0


class CacheVersion(Base):
    """The version of something that processes keep in memory."""

    __tablename__ = "core_cache_versions"

    name: Mapped[Code] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BIGINT, default=0)


_versions = select(CacheVersion.name, CacheVersion.version)


class Versions:
    """The versions as this process last saw them; hangs on the app."""

    def __init__(self, poll_seconds: float) -> None:
        self.poll_seconds = poll_seconds
        self.seen: dict[str, int] = {}
        self.checked_at = float("-inf")
        self.values: dict[str, tuple[int, Any]] = {}

    def refresh(self) -> None:
        """Ask the database if the last answer is too old."""
        instant = clock.monotonic()
        if instant - self.checked_at < self.poll_seconds:
            return
        self.seen = dict(fetch(_versions).all())
        self.checked_at = instant


def versions() -> Versions:
    """The versions of the current app."""
    found: Versions = current_app.extensions["groupware_versions"]
    return found


class Cached(Generic[T]):
    """A value computed from the database and kept until its version moves."""

    def __init__(self, name: str, load: Callable[[], T]) -> None:
        self.name = name
        self.load = load

    def get(self) -> T:
        """The value, at most `POLL_SECONDS` old."""
        known = versions()
        known.refresh()
        version = known.seen.get(self.name, 0)
        held = known.values.get(self.name)
        if held is not None and held[0] == version:
            value: T = held[1]
            return value
        value = self.load()
        known.values[self.name] = (version, value)
        return value


def bump(name: str) -> None:
    """Tell all processes, at the commit of the current unit, that what they hold under `name` is out of date."""
    result = session.execute(
        update(CacheVersion).where(CacheVersion.name == name).values(version=CacheVersion.version + 1)
    )
    if result.rowcount == 0:  # type: ignore[attr-defined]
        session.add(CacheVersion(name=name, version=1))
        session.flush()
    versions().checked_at = float("-inf")
