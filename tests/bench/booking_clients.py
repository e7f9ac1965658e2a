"""`python -m tests.bench.booking_clients`: clients of one process that want the same slots, green as those of `groupware web`.

A line of JSON on standard input says what they want (`Wanted`); the process answers `ready`, and begins at the next line. What
it prints then is `[began, ended, {what clients were told: how often}]`, in seconds of the machine's clock.
"""

# The server module patches the standard library, so it comes before all others.
import groupware.server  # isort: skip  # noqa: F401

import gc
import json
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from groupware.app import create_app
from groupware.capabilities import Span, Wish
from groupware.config import Settings
from groupware.db import db, unit
from groupware.errors import DomainError
from groupware.testing.factories import Factory
from plugins.facility.services import bookings
from plugins.facility.services.plans import Plan
from tests.bench.booking import Wanted

BOOKINGS, REFUSALS = 8, 10
"""That each client has made, and heard of, before it counts: what connections execute more often is prepared and planned once."""


def main() -> None:
    """Warm up, wait, attempt, tell."""
    wanted = Wanted(**json.loads(sys.stdin.readline()))
    app = create_app(
        Settings(instance=Path(wanted.folder), database_url=wanted.url, secret_key="for measuring")
    )
    gc.freeze()  # as every process that stays does
    who = Factory(app).actor(wanted.person)
    begins = datetime.fromisoformat(wanted.begins)
    uids = [UUID(facility) for facility in wanted.facilities]

    def attempt(uid: UUID, at: datetime) -> str:
        plan = Plan(title="会議", wishes=[Wish(uid)], times=[Span(at, at + timedelta(hours=1))])
        with app.app_context():
            try:
                with unit("write"):
                    bookings.reserve(who, plan)
            except DomainError as error:
                return error.code
            finally:
                db.session.remove()
        return "booked"

    def at_work(number: int) -> None:
        own = begins - timedelta(days=1 + number + wanted.part * wanted.clients)
        for hour in [*range(BOOKINGS), *[0] * REFUSALS]:
            attempt(uids[0], own + timedelta(hours=hour))

    def client(number: int) -> Counter[str]:
        return Counter(attempt(uids[(number + turn) % len(uids)], begins) for turn in range(wanted.turns))

    with ThreadPoolExecutor(wanted.clients) as pool:
        # Processes that have been at work have connections, and statements prepared on them.
        list(pool.map(at_work, range(wanted.clients)))
        print("ready", flush=True)
        sys.stdin.readline()
        began = time.monotonic()
        said = sum(pool.map(client, range(wanted.clients)), Counter[str]())
        ended = time.monotonic()
    with app.app_context():
        db.engine.dispose()
    print(json.dumps([began, ended, said]), flush=True)


if __name__ == "__main__":
    main()
