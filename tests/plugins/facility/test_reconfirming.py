"""Series are asked about from time to time; what nobody confirms is released and can be taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from groupware import actor, clock
from groupware.capabilities import Source, Wish
from groupware.db import session, unit
from groupware.errors import Conflict, Denied, NotFound
from groupware.events.models import Event
from plugins.facility.events import SERIES_ASKED, SERIES_RELEASED
from plugins.facility.queries.series import asked
from plugins.facility.services import bookings, reconfirming, sources
from tests.plugins.facility.conftest import span

WEEKLY = [7 * number + 1 for number in range(20)]
"""Days ahead."""


@pytest.fixture
def ghost(hall):
    """A room whose series must be confirmed again after four weeks, within a week; and twenty weeks of it."""
    hall.set_terms(hall.room, reconfirm_weeks=4, reconfirm_days=7)
    hall.more["series"] = hall.book(times=[span(10, 11, day=day) for day in WEEKLY])
    return hall


def run(hall, days, act):
    """What a job does so many days later."""
    moment = clock.now() + timedelta(days=days)
    with clock.frozen(moment), hall.app.app_context(), unit("write"):
        return act(actor.system("job"))


def count(hall, uid):
    """How many bookings of a reservation are in which state."""
    states = [status for *_, status in hall.states(uid)]
    return {status: states.count(status) for status in sorted(set(states))}


def test_series_is_asked_about_once_and_released_without_an_answer(ghost):
    uid = ghost.more["series"]
    assert run(ghost, 27, reconfirming.ask) == 0
    assert run(ghost, 29, reconfirming.ask) == 1
    assert run(ghost, 30, reconfirming.ask) == 0
    assert run(ghost, 35, reconfirming.release_unanswered) == 0
    assert run(ghost, 37, reconfirming.release_unanswered) == 14
    assert run(ghost, 37, reconfirming.release_unanswered) == 0
    assert count(ghost, uid) == {"confirmed": 6, "released": 14}
    with ghost.app.app_context(), unit("read"):
        told = select(Event.kind).where(Event.kind.in_((SERIES_ASKED, SERIES_RELEASED))).order_by(Event.seq)
        assert list(session.scalars(told)) == [SERIES_ASKED, SERIES_RELEASED]


def test_series_that_is_confirmed_stays_and_is_asked_about_again(ghost):
    uid = ghost.more["series"]
    run(ghost, 29, reconfirming.ask)
    with pytest.raises(Denied):
        ghost.write(reconfirming.confirm, ghost.outsider, uid)
    with clock.frozen(clock.now() + timedelta(days=30)):
        ghost.write(reconfirming.confirm, ghost.booker, uid)
        with pytest.raises(Conflict):
            ghost.write(reconfirming.confirm, ghost.booker, uid)
    assert run(ghost, 37, reconfirming.release_unanswered) == 0
    assert run(ghost, 57, reconfirming.ask) == 0
    assert run(ghost, 59, reconfirming.ask) == 1
    assert count(ghost, uid) == {"confirmed": 20}


def test_what_was_released_is_taken_back_while_it_is_free(ghost):
    uid = ghost.more["series"]
    run(ghost, 29, reconfirming.ask)
    taken = span(10, 11, day=WEEKLY[10])
    run(ghost, 37, reconfirming.release_unanswered)
    ghost.book(ghost.colleague, times=[taken])
    with clock.frozen(clock.now() + timedelta(days=38)):
        with pytest.raises(Denied):
            ghost.write(bookings.retake_all, ghost.outsider, uid)
        assert ghost.write(bookings.retake_all, ghost.booker, uid) == 13
        with pytest.raises(Conflict):
            ghost.write(bookings.retake_all, ghost.booker, uid)
        with pytest.raises(NotFound):
            ghost.write(bookings.retake_all, ghost.booker, ghost.room)
    assert count(ghost, uid)["confirmed"] == 19
    assert run(ghost, 39, reconfirming.ask) == 0


def test_short_series_others_rooms_and_single_bookings_are_left_alone(hall):
    hall.set_terms(hall.room, reconfirm_weeks=1, reconfirm_days=7)
    hall.book(times=[span(10, 11, day=20)])
    hall.book(times=[span(13, 14, day=day) for day in (8, 12)])
    hall.book(None, hall.other, times=[span(10, 11, day=day) for day in WEEKLY])
    assert run(hall, 8, reconfirming.ask) == 0


def test_room_of_an_event_is_asked_about_as_well(ghost):
    source = Source("schedule.event", ghost.rooms)
    times = [span(15, 16, day=day) for day in WEEKLY]
    ghost.write(sources.hold, ghost.colleague, source, [Wish(ghost.room)], times, title="朝会")
    assert run(ghost, 29, reconfirming.ask) == 2


def test_page_asks_and_confirms(ghost, sign_in):
    uid = ghost.more["series"]
    run(ghost, 29, reconfirming.ask)
    address = f"/facility/bookings/{uid}/confirm-series"
    client = sign_in(ghost.booker)
    page = client.get(f"/facility/bookings/{uid}").text
    assert address in page
    assert address not in sign_in(ghost.outsider).get(f"/facility/bookings/{uid}").text
    token = page.partition('name="csrf-token" content="')[2].partition('"')[0]
    assert client.post(address, data={"csrf_token": token}).status_code == 302
    (key,) = ghost.ids(uid)
    with ghost.app.app_context(), unit("read"):
        assert asked(key) is None
