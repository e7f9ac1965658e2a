"""Clients of facility booking in processes of their own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from groupware.app import create_app
from groupware.capabilities import Span, Wish
from groupware.config import load
from groupware.db import db, unit
from groupware.errors import DomainError
from groupware.testing.factories import Factory
from plugins.facility.services import bookings
from plugins.facility.services.plans import Plan

THREADS = 10


def book_at_once(barrier, url, folder, person, wishes):
    """Ten clients of one process; each tries every wish once and answers how that ended."""
    app = create_app(load(folder, {"GROUPWARE_DATABASE_URL": url, "GROUPWARE_SECRET_KEY": "x"}))
    who = Factory(app).actor(person)
    start = Barrier(THREADS)

    def client(number):
        ended = []
        start.wait(30)
        for facilities, begins, ends in wishes:
            plan = Plan(
                title=f"会議{number}", wishes=[Wish(one) for one in facilities], times=[Span(begins, ends)]
            )
            with app.app_context():
                try:
                    with unit("write"):
                        bookings.reserve(who, plan)
                except DomainError as error:
                    ended.append(error.code)
                else:
                    ended.append("booked")
                finally:
                    db.session.remove()
        return ended

    barrier.wait()
    try:
        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(client, range(THREADS)))
    finally:
        with app.app_context():
            db.engine.dispose()


def withdraw_at_once(barrier, url, folder, person, reservation):
    """One client of a process cancels a reservation, all at the same moment."""
    app = create_app(load(folder, {"GROUPWARE_DATABASE_URL": url, "GROUPWARE_SECRET_KEY": "x"}))
    who = Factory(app).actor(person)
    barrier.wait()
    try:
        with app.app_context(), unit("write"):
            bookings.withdraw(who, reservation)
    except DomainError as error:
        return error.code
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    return "withdrawn"
