"""The worker: does the jobs of the plugins, in a process of its own, so that no page waits for them.

`groupware serve` keeps one as a child; at city scale `groupware worker` is started as often as wanted. The child reads a
pipe from its parent and ends when the parent is gone, however it went.
"""

import gc
import logging
import os
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from groupware import clock, logs, metrics
from groupware.actor import system
from groupware.db import db, unit
from groupware.health import stopping
from groupware.jobs.queries import workable
from groupware.jobs.services import Claim, claim, fail, finish, plan_repeating
from groupware.registry import registry

LONGEST_PAUSE = 1.0
"""Seconds between two looks at what is due."""

AT_ONCE = 10
"""Jobs that a worker takes at a time: few, because their lease runs while they wait for one another."""

NEVER = 2**31 - 1
CLEARED_EVERY = 500
"""Jobs after which old rubbish is looked for, where so many follow on one another."""

_log = logging.getLogger("groupware.worker")


class Worker:
    """Takes what is due and does it, each job in a unit of its own."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.planned: frozenset[str] = frozenset()

    def run_due(self) -> int:
        """Do what is due; returns how many jobs were begun. A failing one is kept for another time, the others go on."""
        begun = 0
        with _rubbish_kept():
            while not stopping.is_set() and (taken := self._take()):
                for mine in taken:
                    self._do(mine)
                begun += len(taken)
                if begun % CLEARED_EVERY < len(taken):
                    gc.collect()
        return begun

    def _take(self) -> list[Claim]:
        with self.app.app_context(), unit("write"):
            known = workable()
            if self.planned != known.keys():
                plan_repeating(known.values(), clock.now())
            taken = claim(known.keys(), clock.now(), AT_ONCE)
        self.planned = frozenset(known)
        return taken

    def _do(self, mine: Claim) -> None:
        with logs.following(f"job-{mine.id}"), metrics.JOB_SECONDS.labels(mine.kind).time():
            try:
                with self.app.app_context():
                    self._run(mine)
            except Exception as error:  # noqa: BLE001  whatever a job does, the others go on
                _log.exception("job %s failed", mine.kind)
                metrics.JOBS.labels(mine.kind, "failed").inc()
                with self.app.app_context(), unit("write"):
                    fail(mine, error, clock.now())
            else:
                _log.info("job %s done", mine.kind)
                metrics.JOBS.labels(mine.kind, "done").inc()

    def _run(self, mine: Claim) -> None:
        job, actor = registry().jobs[mine.kind], system("job", mine.kind)
        if job.own_units:
            job.run(actor, **mine.payload)
        with unit("write"):
            if not job.own_units:
                job.run(actor, **mine.payload)
            finish(mine, clock.now())


@contextmanager
def _rubbish_kept() -> Iterator[None]:
    """Look for old rubbish when nothing is due, not in the middle of a job: that takes a twentieth of a second, in which
    others wait for what the job has locked."""
    usual = gc.get_threshold()
    gc.set_threshold(*usual[:2], NEVER)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def work(app: Flask, *, until_parent_ends: bool) -> None:
    """Do jobs until the process is told to end or, as a child, until standard input is closed; what was taken is done first."""
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    worker = Worker(app)
    try:
        while True:
            try:
                worker.run_due()
            except SQLAlchemyError:
                _log.exception("the database cannot be reached; trying again")
            if pause(LONGEST_PAUSE, until_parent_ends=until_parent_ends):
                return
    except KeyboardInterrupt:
        return
    finally:
        with app.app_context():
            db.engine.dispose()


def pause(seconds: float, *, until_parent_ends: bool) -> bool:
    """Wait; true, and at once, if the process was told to end, or the parent has gone."""
    if not until_parent_ends:
        return stopping.wait(seconds)
    readable, _, _ = select.select([sys.stdin], [], [], seconds)
    return stopping.is_set() or (bool(readable) and not os.read(sys.stdin.fileno(), 1))
