"""Rooms: the day and the week of a hundred, and how many attempts to book are decided in a second.

A database of their own holds 100 rooms and 10,000 bookings. 50 clients want the same slot of one room, and of 20 rooms, through the
service, green as in a process that answers pages: on SQLite in one process, where they take turns, on PostgreSQL in two, where they
wait for the lock of the room.
"""

import gc
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy import text

from groupware import actor, clock
from groupware.actor import Actor
from groupware.app import create_app
from groupware.config import Settings
from groupware.db import db, session, unit
from groupware.migrations import runner
from groupware.setup import initialise
from groupware.testing.factories import Factory
from plugins.facility.models import Booking, Reservation
from plugins.facility.queries import bookings as queries
from plugins.facility.queries.facilities import Filter, seen
from plugins.facility.queries.grid import by_day, edges_of, frame_of, row_of
from plugins.facility.services import catalogue
from tests.bench.instances import Instance, empty_database
from tests.bench.report import Figure, Report, median, p95

DAY_LIMIT, WEEK_LIMIT = 10.0, 40.0
ONE_SLOT_LEAST, TWENTY_LEAST = 300.0, 600.0
ROOMS, DAYS, A_DAY = 100, 50, 2
CLIENTS, ATTEMPTS = 50, 1000
PROCESSES = {"sqlite": 1, "postgresql": 2}
"""As many as such an installation has at least."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who wants which facilities, when, how often; `part` numbers the processes."""

    folder: str
    url: str
    person: int
    facilities: list[str]
    begins: str
    part: int
    clients: int
    turns: int


def fill(app: Flask) -> tuple[Actor, list[UUID]]:
    """The rooms, and two bookings a day of each, half of them over."""
    runner.upgrade(db.engine, app.extensions["groupware_registry"])
    with unit("write"):
        initialise()
    factory = Factory(app)
    section = factory.unit("総務課", factory.unit("みなと市"))
    person = factory.person("佐藤 葵", section, factory.post("主事", 50))
    who, chance = factory.actor(person), random.Random(1)
    with unit("write"):
        group = catalogue.add_group(actor.system(), catalogue.GroupPlan(name="会議室"))
        rooms = [
            catalogue.add(
                actor.system(),
                catalogue.FacilityPlan(name=f"第{number}会議室", group=group.uid, unit_id=section),
            )
            for number in range(ROOMS)
        ]
        uids = [room.uid for room in rooms]
        for number in range(-DAYS // 2, DAYS - DAYS // 2):
            morning = clock.midnight(who.today + timedelta(days=number)) + timedelta(hours=9)
            for room in rooms:
                for half in range(A_DAY):
                    begins = morning + timedelta(hours=4 * half + chance.randrange(3))
                    made = Reservation(
                        created_at=who.now,
                        title="会議",
                        booker_id=person,
                        user_id=person,
                        user_name="佐藤 葵",
                        unit_id=section,
                    )
                    session.add(made)
                    session.flush()
                    session.add(
                        Booking(
                            reservation_id=made.id,
                            facility_id=room.id,
                            starts_at=begins,
                            status="confirmed",
                            ends_at=begins + timedelta(hours=1),
                            busy_from=begins,
                            holds=True,
                            busy_until=begins + timedelta(hours=1),
                            is_exclusive=True,
                        )
                    )
    with unit("write"):
        session.execute(text("ANALYZE"))
    return who, uids


def day(who: Actor) -> int:
    """What the page of a day asks for and makes of it; how many bookings that are."""
    places = seen(who, Filter())
    begins = clock.midnight(who.today)
    found = queries.within((one.id for one in places), begins, begins + timedelta(days=1))
    frame = frame_of(places)
    for one in places:
        row_of(one, found.get(one.id, ()), who.today, frame, who.now)
    return sum(len(items) for items in found.values())


def week(who: Actor) -> int:
    """The same for seven days."""
    places = seen(who, Filter())
    days = [who.today + timedelta(days=number) for number in range(7)]
    found = queries.within(
        (one.id for one in places), clock.midnight(days[0]), clock.midnight(days[-1] + timedelta(days=1))
    )
    edges = edges_of(days)
    for one in places:
        by_day(found.get(one.id, ()), edges)
    return sum(len(items) for items in found.values())


def times_of(act: Callable[[], int], runs: int = 60) -> list[float]:
    """Milliseconds of each run."""
    times = []
    for _ in range(runs):
        with unit("read"):
            began = time.perf_counter()
            act()
            times.append(1000 * (time.perf_counter() - began))
    return times


def attempts(database: str, folder: Path, url: str, who: Actor, uids: list[UUID]) -> tuple[float, int]:
    """How many attempts are decided in a second, and how many of them got their room."""
    begins = clock.midnight(who.today + timedelta(days=100)) + timedelta(hours=10)
    parts = PROCESSES[database]
    assert who.person_id is not None
    with ExitStack() as stack:
        running = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "tests.bench.booking_clients"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for _ in range(parts)
        ]
        for part, process in enumerate(running):
            wanted = Wanted(
                folder=str(folder),
                url=url,
                person=who.person_id,
                facilities=[str(uid) for uid in uids],
                begins=begins.isoformat(),
                part=part,
                clients=CLIENTS // parts,
                turns=ATTEMPTS // CLIENTS,
            )
            _tell(process, json.dumps(asdict(wanted)))
        for process in running:
            _hear(process)
        for process in running:
            _tell(process, "begin")
        ended = [json.loads(_hear(process)) for process in running]
    said = sum((Counter[str](one[2]) for one in ended), Counter[str]())
    if set(said) != {"booked", "taken"}:
        raise RuntimeError(f"somebody was told something else than that it is taken: {dict(said)}")
    seconds = max(one[1] for one in ended) - min(one[0] for one in ended)
    return said.total() / seconds, said["booked"]


def _tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def _hear(process: subprocess.Popen[str]) -> str:
    """Its next line. Raises RuntimeError if it has ended without one."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"clients ended with {process.wait()}")
    return line


def measure(instance: Instance, report: Report) -> None:
    """Grids and attempts on a database of their own, of the same kind."""
    with tempfile.TemporaryDirectory(prefix="groupware-bench-") as name:
        folder = Path(name)
        url = empty_database(instance, folder)
        app = create_app(Settings(instance=folder, database_url=url, secret_key="for measuring"))
        with app.app_context():
            who, uids = fill(app)
            gc.freeze()  # as every process that stays does
            for what, act, limit in (
                ("day of 100 rooms", lambda: day(who), DAY_LIMIT),
                ("week of 100 rooms", lambda: week(who), WEEK_LIMIT),
            ):
                with unit("read"):
                    number = act()
                times = times_of(act)
                report.add(
                    Figure(
                        f"{what} among 10,000 bookings",
                        median(times),
                        "ms",
                        limit=limit,
                        note=f"p95 {p95(times):.1f} ms; {number} bookings",
                    )
                )
        for chosen, least in ((uids[:1], ONE_SLOT_LEAST), (uids[10:30], TWENTY_LEAST)):
            speed, booked = attempts(instance.database, folder, url, who, chosen)
            if booked != len(chosen):
                raise RuntimeError(f"{booked} bookings of {len(chosen)} rooms for one slot")
            report.add(
                Figure(
                    f"attempts to book a slot of {len(chosen)} rooms, {CLIENTS} clients",
                    speed,
                    "/s",
                    least=least,
                    note=f"{booked} booked",
                )
            )
        with app.app_context():
            db.engine.dispose()
