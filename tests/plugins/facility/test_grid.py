"""The day as a table: which cells are free, closed, or a booking."""

from datetime import timedelta

import pytest

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.capabilities import Wish
from plugins.facility.queries import bookings
from plugins.facility.queries.facilities import Filter, seen
from plugins.facility.queries.grid import Frame, frame_of, row_of
from tests.plugins.facility.conftest import at, span


def lanes(hall, uid, person=None, day=1, now=None):
    """The lanes of a facility, each as words: f4 is a free hour, b6 a booking of an hour and a half, c closed, g a gap."""

    def load(who):
        (place,) = seen(who, Filter(uids=(uid,)))
        wanted = clock.today() + timedelta(days=day)
        begins = clock.midnight(wanted)
        items = bookings.within([place.id], begins, begins + timedelta(days=1))
        row = row_of(place, items.get(place.id, ()), wanted, Frame(8, 12), now or who.now)
        return [" ".join(f"{cell.kind[0]}{cell.columns}" for cell in lane) for lane in row.lanes]

    return hall.read(load, person or hall.booker)


def test_empty_day_is_free_hour_by_hour(hall):
    assert lanes(hall, hall.room) == ["f4 f4 f4 f4"]


def test_bookings_take_their_columns_and_leave_what_is_around_them(hall):
    hall.book(times=[span(8.5, 9.25), span(11, 14)])
    assert lanes(hall, hall.room) == ["f2 b3 f3 f4 b4"]


def test_booking_that_is_not_on_the_quarter_takes_the_columns_it_touches(hall):
    hall.set_terms(hall.room, unit_minutes=5)
    hall.book(times=[span(9 + 5 / 60, 9 + 20 / 60)])
    assert lanes(hall, hall.room) == ["f4 b2 f2 f4 f4"]


def test_hours_outside_of_the_opening_are_closed(hall):
    hall.set_terms(hall.room, opens="09:30", closes="11:00")
    assert lanes(hall, hall.room) == ["c4 c2 f2 f4 c4"]


def test_nothing_can_be_booked_where_one_may_only_look(hall):
    closed = hall.add_room("応接室", rights={})
    hall.factory.grant(PrincipalKind.PERSON, hall.outsider, "facility:facility:see")
    assert lanes(hall, closed, hall.outsider) == ["c4 c4 c4 c4"]


def test_what_has_passed_cannot_be_booked_but_the_hour_that_has_begun(hall):
    assert lanes(hall, hall.room, now=at(10, 20)) == ["c4 c4 f4 f4"]
    assert lanes(hall, hall.room, now=at(23, 0)) == ["c4 c4 c4 c4"]


def test_rivals_stand_in_lanes(hall):
    hall.set_terms(hall.room, approval=True)
    hall.book(times=[span(9, 10)])
    hall.book(hall.colleague, times=[span(9.5, 10.5)])
    assert lanes(hall, hall.room) == ["f4 b4 f4 f4", "g6 b4 g6"]


def test_what_is_lent_by_number_has_a_lane_to_book_from_until_all_is_out(hall):
    beamers = hall.add_room("プロジェクター", quantity=2)
    hall.book(None, Wish(beamers), times=[span(9, 10)])
    assert lanes(hall, beamers) == ["g4 b4 g8", "f4 f4 f4 f4"]
    hall.book(hall.colleague, Wish(beamers), times=[span(9, 10)])
    assert lanes(hall, beamers) == ["f4 b4 f4 f4", "g4 b4 g8"]


def test_night_is_cut_at_the_edges_of_the_day(hall):
    hall.set_terms(hall.room, opens="00:00", closes="24:00", longest_minutes=2880)
    hall.book(times=[span(11, 33)])
    assert lanes(hall, hall.room) == ["f4 f4 f4 b4"]
    assert lanes(hall, hall.room, day=2) == ["b4 f4 f4 f4"]


@pytest.mark.parametrize(
    ("terms", "frame"),
    [
        ({}, Frame(8, 21)),
        ({"opens": "06:30", "closes": "21:30"}, Frame(6, 22)),
        ({"opens": "00:00", "closes": "24:00"}, Frame(7, 22)),
    ],
)
def test_frame_shows_the_hours_in_which_anything_is_open(hall, terms, frame):
    hall.set_terms(hall.room, **terms)
    assert hall.read(lambda who: frame_of(seen(who, Filter(uids=(hall.room,)))), hall.booker) == frame
