"""Equipment: handed out and taken back piece by piece, and never promised while it is out."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from groupware import actor as actors
from groupware import clock
from groupware.capabilities import Clashes, Span, Wish
from groupware.db import session, unit
from groupware.errors import Conflict, Denied, Invalid
from groupware.events.models import Event
from plugins.facility.events import GROUP_CHANGED
from plugins.facility.models import Booking, Reservation, Return
from plugins.facility.services import bookings, catalogue, loans
from tests.plugins.facility.conftest import open_to_all

NOW = clock.now().replace(second=0, microsecond=0)
SOON = Span(NOW + timedelta(minutes=1), NOW + timedelta(hours=4))
LATER = Span(NOW + timedelta(hours=2), NOW + timedelta(hours=6))


@pytest.fixture
def projectors(hall):
    """Five projectors, lent around the clock, looked after by the keeper."""
    always = {"facility.opens": "00:00", "facility.closes": "24:00", "facility.unit_minutes": 5}
    with hall.app.app_context(), unit("write"):
        group = catalogue.add_group(
            actors.system(), catalogue.GroupPlan(name="備品", kind="equipment", terms=always)
        ).uid
    return hall.add_room("プロジェクター", group=group, quantity=5, rights=open_to_all(hall.keeper))


@pytest.fixture
def booking(hall, projectors):
    """Three of them, now."""
    hall.book(hall.keeper, Wish(projectors, 3), times=[SOON], user_id=hall.booker)
    return state(hall).uid


def state(hall):
    """The first booking as it is."""
    with hall.app.app_context(), unit("read"):
        return session.scalars(select(Booking).order_by(Booking.id)).first()


def free(hall, projectors, number):
    """Whether so many can be booked for later; nothing is kept."""
    try:
        uid = hall.book(hall.keeper, Wish(projectors, number), times=[LATER])
    except Clashes:
        return False
    hall.write(bookings.withdraw, hall.keeper, uid)
    return True


def test_pieces_go_out_and_come_back_one_by_one(hall, projectors, booking):
    loan = hall.write(loans.hand_out, hall.keeper, booking, 2).uid
    assert state(hall).checked_in_at is not None
    with pytest.raises(Invalid):
        hall.write(loans.hand_out, hall.keeper, booking, 2, "鈴木")
    hall.write(loans.hand_out, hall.keeper, booking, 1, "鈴木")
    assert (free(hall, projectors, 2), free(hall, projectors, 3)) == (True, False)
    hall.write(loans.take_back, hall.keeper, loan, 1, "レンズに傷")
    assert state(hall).quantity == 2
    assert (free(hall, projectors, 3), free(hall, projectors, 4)) == (True, False)
    with pytest.raises(Invalid):
        hall.write(loans.take_back, hall.keeper, loan, 2)
    with hall.app.app_context(), unit("read"):
        (came,) = session.scalars(select(Return))
        assert (came.quantity, came.condition, came.taken_back_by_name) == (1, "レンズに傷", "港 花子")
        kinds = session.scalars(select(Event.kind).where(Event.kind.like("facility.equipment%"))).all()
        assert sorted(kinds) == ["facility.equipment_handed_out"] * 2 + ["facility.equipment_returned"]
        stirs = session.scalars(select(Event.kind).where(Event.kind == GROUP_CHANGED)).all()
        assert len(stirs) >= len(kinds)


def test_everything_back_early_ends_the_booking(hall, projectors, booking):
    loan = hall.write(loans.hand_out, hall.keeper, booking, 3).uid
    later = NOW + timedelta(hours=1)
    with clock.frozen(later):
        hall.write(loans.take_back, hall.keeper, loan, 3)
    one = state(hall)
    assert one.ends_at == one.busy_until == later + timedelta(minutes=1)
    assert free(hall, projectors, 5)


def test_what_has_not_come_back_stays_held_and_is_reminded_of_once(hall, projectors, booking):
    loan = hall.write(loans.hand_out, hall.keeper, booking, 3).uid
    over = {"starts_at": NOW - timedelta(hours=5), "busy_from": NOW - timedelta(hours=5)}
    with hall.app.app_context(), unit("write"):
        session.execute(
            update(Booking).values(
                ends_at=NOW - timedelta(hours=2), busy_until=NOW - timedelta(hours=2), **over
            )
        )
    assert free(hall, projectors, 5)
    for _ in range(2):
        assert hall.write(loans.hold_overdue, hall.keeper) == 1
    assert (free(hall, projectors, 2), free(hall, projectors, 3)) == (True, False)
    with hall.app.app_context(), unit("read"):
        assert (
            len(session.scalars(select(Event).where(Event.kind == "facility.equipment_overdue")).all()) == 1
        )
    hall.write(loans.take_back, hall.keeper, loan, 1)
    assert (free(hall, projectors, 3), free(hall, projectors, 4)) == (True, False)
    hall.write(loans.take_back, hall.keeper, loan, 2)
    assert free(hall, projectors, 5)
    assert hall.write(loans.hold_overdue, hall.keeper) == 0


def test_booking_of_what_is_out_is_not_given_up(hall, booking):
    loan = hall.write(loans.hand_out, hall.keeper, booking, 3).uid
    with hall.app.app_context(), unit("read"):
        (uid,) = hall_reservations()
    with pytest.raises(Conflict):
        hall.write(bookings.withdraw, hall.booker, uid)
    hall.write(loans.take_back, hall.keeper, loan, 1)
    with pytest.raises(Conflict):
        hall.write(bookings.withdraw, hall.booker, uid)


def hall_reservations():
    """Uids of all reservations."""
    return list(session.scalars(select(Reservation.uid)))


def test_only_keepers_hand_out_and_only_what_is_near(hall, projectors, booking):
    with pytest.raises(Denied):
        hall.write(loans.hand_out, hall.booker, booking, 1)
    with pytest.raises(Invalid):
        hall.write(loans.hand_out, hall.keeper, booking, 0)
    far = Span(NOW + timedelta(days=3), NOW + timedelta(days=3, hours=1))
    hall.book(hall.keeper, Wish(projectors, 1), times=[far])
    with hall.app.app_context(), unit("read"):
        uid = session.scalars(select(Booking.uid).order_by(Booking.id.desc())).first()
    with pytest.raises(Conflict):
        hall.write(loans.hand_out, hall.keeper, uid, 1)


def test_desk_hands_out_and_takes_back(hall, booking, sign_in):
    client = sign_in(hall.keeper)
    page = client.get("/facility/desk").text
    token = re.search(r'name="csrf-token" content="([^"]+)"', page)[1]

    def send(act, uid, **form):
        return client.post(f"/facility/desk/{act}/{uid}", data={"csrf_token": token, **form})

    with hall.app.app_context(), unit("write"):
        session.execute(
            update(Booking).values(starts_at=NOW - timedelta(minutes=5), busy_from=NOW - timedelta(minutes=5))
        )
    assert send("hand-out", booking, quantity="9").status_code == 422
    assert send("hand-out", booking, quantity="3").status_code == 302
    page = client.get("/facility/desk").text
    loan = re.search(r"desk/take-back/([0-9a-f-]{36})", page)[1]
    assert "佐藤 葵" in page
    with client.get("/facility/export/loans.csv") as file:
        assert "プロジェクター,3" in file.text
    assert send("take-back", loan, quantity="1", condition="電池切れ").status_code == 302
    assert send("take-back", loan, quantity="2").status_code == 302
    with hall.app.app_context(), unit("read"):
        (uid,) = hall_reservations()
    assert "電池切れ" in client.get(f"/facility/bookings/{uid}").text
    assert sign_in(hall.outsider).get("/facility/desk").status_code == 404
