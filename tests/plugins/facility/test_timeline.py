"""What facility booking tells people in their timeline and among what waits for them."""

import pytest
from sqlalchemy import select

from groupware.db import session, unit
from groupware.notifications.queries import timeline
from groupware.worker import Worker
from plugins.facility.models import Booking
from plugins.facility.portlets import pending, today
from plugins.facility.services import bookings, deciding
from tests.plugins.facility.conftest import span


@pytest.fixture
def told(hall):
    """`told(person)` is what stands in the timeline of a person once the worker has been there."""

    def lines(person_id):
        Worker(hall.app).run_due()
        who = hall.actor(person_id)
        with hall.app.test_request_context(), unit("read"):
            page = timeline(who)
        return [line.kind.id.partition(".")[2] for line in page.lines]

    return lines


def test_request_is_told_to_those_who_decide_and_the_decision_to_both(hall, told):
    hall.set_terms(hall.room, approval=True)
    hall.book(user_id=hall.colleague)
    assert told(hall.keeper) == ["to_decide"]
    assert told(hall.booker) == told(hall.outsider) == []
    with hall.app.app_context(), unit("read"):
        uid = session.scalars(select(Booking.uid)).one()
    hall.write(deciding.confirm, hall.keeper, uid)
    assert told(hall.booker) == told(hall.colleague) == ["confirmed"]


def test_rival_and_the_displaced_are_told(hall, told):
    hall.set_terms(hall.room, approval=True)
    hall.book(hall.colleague)
    hall.book(hall.keeper)
    assert told(hall.colleague) == ["rejected"]
    hall.book(hall.booker, hall.other)
    hall.book(hall.keeper, hall.other, takes_precedence=True)
    assert told(hall.booker) == ["displaced"]


def test_booking_for_somebody_else_and_its_end_are_told_to_them(hall, told):
    uid = hall.book(user_id=hall.colleague)
    assert told(hall.colleague) == ["booked"]
    hall.write(bookings.change, hall.booker, uid, hall.plan(user_id=hall.colleague, times=[span(14, 15)]))
    assert told(hall.colleague)[0] == "moved"
    hall.write(bookings.withdraw, hall.booker, uid)
    assert told(hall.colleague)[0] == "withdrawn"
    assert told(hall.booker) == []


def test_whoever_takes_a_booking_over_is_told(hall, told):
    uid = hall.book()
    hall.write(bookings.change, hall.booker, uid, hall.plan(user_id=hall.colleague))
    assert told(hall.colleague) == ["booked"]
    assert hall.states() == [("501会議室", "10:00", "confirmed")]


def test_portal_shows_what_one_has_and_what_waits(hall):
    hall.set_terms(hall.room, approval=True)
    hall.book()
    mine = hall.actor(hall.booker)
    with hall.app.test_request_context(), unit("read"):
        assert [name for _, name in today(mine)["items"]] == ["501会議室"]
        assert pending(mine, 5) == ([], 0)
    keeper = hall.actor(hall.keeper)
    with hall.app.test_request_context(), unit("read"):
        items, number = pending(keeper, 5)
        assert (len(items), number) == (1, 1)
        assert "501会議室" in items[0].title
