"""How often a program may call: counted for each token or session, and for each address that shows wrong tokens; and how
often a person may do what disturbs others.

Counts are in Redis where the site has one, else in the process. A Redis that is away lets nobody wait: the process counts
alone until it is back.
"""

import math
import threading
import time

from flask import Flask, current_app
from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from groupware.config import Settings
from groupware.errors import TooMany
from groupware.i18n import gettext

EXTENSION = "groupware_api_limits"
SWEEP_EVERY = 60.0
"""Seconds."""


class _Counts(MemoryStorage):
    """What is counted in the process. The library would start a thread with every call, to forget what has expired.

    Once a minute is enough: what has expired is not counted anyway.
    """

    _sweep: threading.Timer
    _swept_at = float("-inf")

    @property  # type: ignore[override]
    def timer(self) -> "_Counts":
        """What the library asks whether it is at it, and starts."""
        return self

    @timer.setter
    def timer(self, sweep: threading.Timer) -> None:
        self._sweep = sweep

    def is_alive(self) -> bool:
        """Whether it is too early to forget."""
        return time.monotonic() - self._swept_at < SWEEP_EVERY

    def start(self) -> None:
        """Forget what has expired."""
        self._swept_at = time.monotonic()
        self._sweep.start()


class Limits:
    """The counters of one application."""

    def __init__(self, settings: Settings) -> None:
        self._calls = RateLimitItemPerMinute(settings.api_calls_per_minute, namespace="groupware-calls")
        self._failures = RateLimitItemPerMinute(
            settings.api_failures_per_minute, namespace="groupware-failures"
        )
        self._own = SlidingWindowCounterRateLimiter(_Counts())
        self._shared = None
        if settings.redis_url:
            storage = storage_from_string(settings.redis_url, wrap_exceptions=True)
            self._shared = SlidingWindowCounterRateLimiter(storage)

    def count_call(self, caller: str) -> None:
        """Count a call. Raises TooMany."""
        self._require(self._calls, caller, is_counted=True)

    def count_act(self, kind: str, who: str, most: int, seconds: int) -> None:
        """Count something that a person may do at most so often in so many seconds. Raises TooMany.

        Every such kind of act has counts of its own; what a service of a function guards calls this.
        """
        item = RateLimitItemPerSecond(most, seconds, namespace=f"groupware-{kind}")
        self._require(item, who, is_counted=True)

    def require_few_failures(self, address: str) -> None:
        """Raise TooMany if wrong tokens came from there again and again."""
        self._require(self._failures, address, is_counted=False)

    def count_failure(self, address: str) -> None:
        """Count a wrong token."""
        try:
            (self._shared or self._own).hit(self._failures, address)
        except StorageError:
            self._own.hit(self._failures, address)

    def _require(self, item: RateLimitItem, key: str, *, is_counted: bool) -> None:
        try:
            wait = _wait(self._shared or self._own, item, key, is_counted=is_counted)
        except StorageError:
            wait = _wait(self._own, item, key, is_counted=is_counted)
        if wait:
            raise TooMany(
                gettext("Too many calls. Please come again in %(seconds)d seconds.", seconds=wait),
                retry_after=wait,
            )


def _wait(
    counter: SlidingWindowCounterRateLimiter, item: RateLimitItem, key: str, *, is_counted: bool
) -> int:
    """Seconds to wait; 0 if none."""
    is_free = counter.hit(item, key) if is_counted else counter.test(item, key)
    if is_free:
        return 0
    return max(1, math.ceil(counter.get_window_stats(item, key).reset_time - time.time()))


def install(app: Flask, settings: Settings) -> None:
    """Give the application its counters."""
    app.extensions[EXTENSION] = Limits(settings)


def limits() -> Limits:
    """The counters of the current application."""
    found: Limits = current_app.extensions[EXTENSION]
    return found


__all__ = ["Limits", "install", "limits"]
