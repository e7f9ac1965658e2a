"""The worker: runs the jobs that plugins declare, in a process of its own, so that no page waits for them.

`groupware serve` keeps one as a child; at city scale `groupware work` is started as often as wanted. The child reads a
pipe from its parent and ends when the parent is gone, however it went.
"""

import logging
import os
import select
import sys
from collections.abc import Iterator

from flask import Flask

from groupware import clock, rules
from groupware.actor import system
from groupware.db import db, unit
from groupware.plugin import Job
from groupware.registry import Registry

LONGEST_PAUSE = 5.0
"""Seconds between two looks at what is due."""

_log = logging.getLogger("groupware.worker")


def jobs(registry: Registry) -> Iterator[Job]:
    """The jobs of all plugins that are switched on for the installation."""
    for plugin in registry:
        if rules.is_enabled(plugin, None):
            yield from plugin.jobs


class Worker:
    """Remembers when each job ran last. Times are seconds of the monotonic clock."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.ran_at: dict[str, float] = {}

    def run_due(self) -> int:
        """Run every job whose time has come, each in its own unit; a failing one is logged and the others go on."""
        registry: Registry = self.app.extensions["groupware_registry"]
        with self.app.app_context(), unit("read"):
            due = [job for job in jobs(registry) if self._is_due(job)]
        for job in due:
            self.ran_at[job.id] = clock.monotonic()
            try:
                with self.app.app_context(), unit("write"):
                    job.run(system("job", job.id))
            except Exception:  # noqa: BLE001  whatever a job does, the others go on
                _log.exception("job %s failed", job.id)
        return len(due)

    def _is_due(self, job: Job) -> bool:
        return clock.monotonic() - self.ran_at.get(job.id, float("-inf")) >= job.every


def work(app: Flask, *, until_parent_ends: bool) -> None:
    """Run due jobs until the process is told to stop or, as a child, until standard input is closed."""
    worker = Worker(app)
    try:
        while True:
            worker.run_due()
            if _is_over(until_parent_ends):
                return
    except KeyboardInterrupt:
        return
    finally:
        with app.app_context():
            db.engine.dispose()


def _is_over(until_parent_ends: bool) -> bool:
    """Pause; true if the parent has gone meanwhile."""
    if not until_parent_ends:
        select.select([], [], [], LONGEST_PAUSE)
        return False
    readable, _, _ = select.select([sys.stdin], [], [], LONGEST_PAUSE)
    return bool(readable) and not os.read(sys.stdin.fileno(), 1)
