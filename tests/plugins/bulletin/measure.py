"""Times of the board's reads at the database, at the size of a large city. Not part of the suite.

    python -m tests.plugins.bulletin.measure sqlite:////path/file.sqlite3
    python -m tests.plugins.bulletin.measure postgresql://…        (an empty database)

`--all-on-display` plants postings of which none has ended: the worst case for what is on display.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select, text

from groupware import clock
from groupware.actor import Actor
from groupware.app import create_app
from groupware.config import Settings
from groupware.db import db, session, unit
from groupware.directory.models import Appointment, Person
from groupware.migrations import runner
from groupware.setup import initialise
from plugins.bulletin.models import Posting
from plugins.bulletin.queries import board
from tests.plugins.bulletin.city import (
    City,
    Size,
    plant_categories,
    plant_people,
    plant_postings,
    plant_readings,
)


def fill(app: Flask, size: Size, *, all_on_display: bool) -> None:
    """Plant the city unless the database holds one."""
    runner.upgrade(db.engine, app.extensions["groupware_registry"])
    with unit("read"):
        if session.scalar(select(func.count()).select_from(Person)):
            return
    chance = random.Random(1)
    with unit("write"):
        initialise()
        city: City = plant_people(size, chance)
        plant_categories(city)
    with unit("write"):
        plant_postings(city, size, chance, all_on_display=all_on_display)
        plant_readings(0.6, chance, since=clock.now() - timedelta(days=6))
    with unit("write"):
        session.execute(text("ANALYZE"))


def actors(number: int) -> list[Actor]:
    """People from all over the city."""
    with unit("read"):
        rows = session.execute(
            select(Person.id, Appointment.unit_id).join(Appointment, Appointment.person_id == Person.id)
        ).all()
    chosen = random.Random(2).sample(rows, number)
    return [Actor(person_id=row.id, unit_id=row.unit_id) for row in chosen]


def measure(name: str, people: list[Actor], act: Callable[[Actor], object]) -> None:
    """Print median and 95th percentile over people, each the best of three runs: the machine is shared."""
    times = []
    for actor in people:
        best = float("inf")
        for _ in range(3):
            with unit("read"):
                board.readable_ids(actor)
                began = time.perf_counter()
                act(actor)
                best = min(best, time.perf_counter() - began)
        times.append(best * 1000)
    times.sort()
    print(f"{name:28} p50 {times[len(times) // 2]:7.2f} ms   p95 {times[int(len(times) * 0.95)]:7.2f} ms")


def main() -> None:
    """Fill and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--all-on-display", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(instance=Path(folder), database_url=options.url, secret_key="only-for-measuring")
        app = create_app(settings)
        with app.app_context():
            fill(app, Size(), all_on_display=options.all_on_display)
            people = actors(150)
            for view in board.View:
                measure(f"list {view}", people, lambda actor, view=view: board.page(actor, view))
            with unit("read"):
                second = board.page(people[0], board.View.CURRENT).next
            measure(
                "list current, second page", people, lambda a: board.page(a, board.View.CURRENT, at=second)
            )
            measure("badges", people, board.badges)
            measure("portlet", people, board.latest)
            with unit("read"):
                print("postings", session.scalar(select(func.count()).select_from(Posting)))
            db.engine.dispose()


if __name__ == "__main__":
    main()
