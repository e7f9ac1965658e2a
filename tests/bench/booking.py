"""Times of facility booking at the database. Not part of the suite.

    python -m tests.plugins.facility.measure sqlite:////path/file.sqlite3
    python -m tests.plugins.facility.measure postgresql+psycopg://…        (an empty database)

100 rooms with 10,000 bookings: the day and the week as the pages ask for them and cut them into cells; then attempts to book per
second through the service, 50 clients for one slot and over 20 rooms.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy import text

from groupware import actor, clock
from groupware.actor import Actor
from groupware.app import create_app
from groupware.capabilities import Span, Wish
from groupware.config import Settings
from groupware.db import db, session, unit
from groupware.errors import DomainError
from groupware.migrations import runner
from groupware.setup import initialise
from groupware.testing.factories import Factory
from plugins.facility.models import Booking, Reservation
from plugins.facility.queries import bookings as queries
from plugins.facility.queries.facilities import Filter, seen
from plugins.facility.queries.grid import by_day, edges_of, frame_of, row_of
from plugins.facility.services import bookings, catalogue
from plugins.facility.services.plans import Plan

ROOMS, DAYS, A_DAY = 100, 50, 2
CLIENTS, ATTEMPTS = 50, 1000


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
                        created_at=who.now, title="会議", booker_id=person, user_id=person,
                        user_name="佐藤 葵", unit_id=section,
                    )  # fmt: skip
                    session.add(made)
                    session.flush()
                    session.add(
                        Booking(
                            reservation_id=made.id, facility_id=room.id, starts_at=begins, status="confirmed",
                            ends_at=begins + timedelta(hours=1), busy_from=begins, holds=True,
                            busy_until=begins + timedelta(hours=1), is_exclusive=True,
                        )
                    )  # fmt: skip
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


def measure(name: str, act: Callable[[], int], runs: int = 30) -> None:
    """Print median and 95th percentile in milliseconds."""
    times = []
    for _ in range(runs):
        with unit("read"):
            began = time.perf_counter()
            number = act()
            times.append(1000 * (time.perf_counter() - began))
    times.sort()
    print(
        f"{name}: {number} bookings, p50 {times[len(times) // 2]:.1f} ms, p95 {times[int(len(times) * 0.95)]:.1f} ms"
    )


def attempts(app: Flask, who: Actor, uids: list[UUID]) -> None:
    """Print how many attempts to book are decided in a second, and how many of them got the room."""
    begins = clock.midnight(who.today + timedelta(days=100)) + timedelta(hours=10)

    def attempt(number: int) -> bool:
        plan = Plan(
            title="会議",
            wishes=[Wish(uids[number % len(uids)])],
            times=[Span(begins, begins + timedelta(hours=1))],
        )
        with app.app_context():
            try:
                with unit("write"):
                    bookings.reserve(who, plan)
            except DomainError:
                return False
            finally:
                db.session.remove()
        return True

    with ThreadPoolExecutor(CLIENTS) as pool:
        began = time.perf_counter()
        booked = sum(pool.map(attempt, range(ATTEMPTS)))
        took = time.perf_counter() - began
    print(f"{CLIENTS} clients, {len(uids)} rooms: {ATTEMPTS / took:.0f} attempts/s, {booked} booked")


def main() -> None:
    """Fill the database that is named and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("database")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            Settings(instance=Path(folder), database_url=options.database, secret_key="for measuring")
        )
        with app.app_context():
            who, uids = fill(app)
            measure("day of 100 rooms", lambda: day(who))
            measure("week of 100 rooms", lambda: week(who))
        attempts(app, who, uids[:1])
        attempts(app, who, uids[10:30])
        with app.app_context():
            db.engine.dispose()


if __name__ == "__main__":
    main()
