"""What a process keeps of the directory in memory until the directory changes or the day does."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from groupware.caches import versions
from groupware.directory.tree import CACHE

T = TypeVar("T")


def remembered(name: str, day: date, load: Callable[[date], T]) -> T:
    """`load(day)`, kept under `name`; another day takes the place of the former one."""
    known = versions()
    known.refresh()
    version = known.seen.get(CACHE, 0)
    key = f"{CACHE}.kept.{name}"
    held = known.values.get(key)
    if held is not None and held[0] == version and held[1][0] == day:
        value: T = held[1][1]
        return value
    value = load(day)
    known.values[key] = (version, (day, value))
    return value


__all__ = ["remembered"]
