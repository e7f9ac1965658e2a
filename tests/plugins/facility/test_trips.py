"""The driving log: who may leave, what must be said, what never runs backwards, and what corrections keep."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from groupware import actor as actors
from groupware import clock
from groupware.calendar.fiscal import fiscal_year, fiscal_year_range
from groupware.capabilities import Span
from groupware.db import session, unit
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.events.models import Event
from plugins.facility.models import Booking, Trip, TripRevision
from plugins.facility.queries import trips as queries
from plugins.facility.services import catalogue, retention, trips
from plugins.facility.services.trips.plans import Check, Return, TripPlan
from tests.plugins.facility.conftest import open_to_all

NOW = clock.now().replace(second=0, microsecond=0)


def ago(hours):
    """So many hours before now."""
    return NOW - timedelta(hours=hours)


def check(hours, **changes):
    """A passed check by somebody else."""
    return Check(**({"at": ago(hours), "checker": "港 花子", "is_passed": True} | changes))


def plan(left=5, start=100, **changes):
    """A trip that begins."""
    values = {
        "departed_at": ago(left),
        "check": check(left),
        "destination": "県庁",
        "purpose": "協議",
        "start_km": start,
    }
    return TripPlan(**(values | changes))


def back(hours=4, end=150, **changes):
    """Its end."""
    return Return(**({"returned_at": ago(hours), "check": check(hours), "end_km": end} | changes))


@pytest.fixture
def car(hall):
    """公用車1号, decided on by the keeper."""
    with hall.app.app_context(), unit("write"):
        group = catalogue.add_group(
            actors.system(),
            catalogue.GroupPlan(
                name="公用車", kind="car", terms={"facility.opens": "00:00", "facility.closes": "24:00"}
            ),
        ).uid
    return hall.add_room("公用車1号", group=group, rights=open_to_all(hall.keeper))


def drive(hall, car, who=None, **changes):
    """A whole trip."""
    return hall.write(trips.depart, who or hall.booker, car, plan(**({"back": back()} | changes))).uid


def test_trip_is_written_at_both_ends(hall, car):
    uid = hall.write(trips.depart, hall.booker, car, plan()).uid
    with pytest.raises(Conflict, match="佐藤 葵"):
        hall.write(trips.depart, hall.colleague, car, plan(left=1))
    hall.write(trips.arrive, hall.booker, uid, back())
    with pytest.raises(Conflict):
        hall.write(trips.arrive, hall.booker, uid, back())
    row, place = hall.read(queries.trip, hall.booker, uid)
    assert (row.driver_name, row.start_km, row.end_km, row.after_is_passed) == ("佐藤 葵", 100, 150, True)
    assert hall.read(lambda _: queries.last_km(place.id), hall.booker) == 150


def test_nobody_departs_without_a_passed_check(hall, car):
    for result in (False, None):
        with pytest.raises(Invalid) as refused:
            hall.write(trips.depart, hall.booker, car, plan(check=check(5, is_passed=result)))
        assert list(refused.value.fields) == ["before_is_passed"]
    uid = drive(hall, car)
    with hall.app.app_context(), pytest.raises(IntegrityError), unit("write"):
        session.execute(update(Trip).where(Trip.uid == uid).values(before_is_passed=False))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"destination": " "}, "destination"),
        ({"start_km": None}, "start_km"),
        ({"start_km": -1}, "start_km"),
        ({"departed_at": None}, "departed_at"),
        ({"departed_at": NOW + timedelta(hours=2)}, "departed_at"),
        ({"check": check(4)}, "before_at"),
        ({"check": check(5, checker="佐藤葵")}, "before_checker"),
        ({"check": check(5, checker="")}, "before_checker"),
        ({"check": check(5, method="letter")}, "before_method"),
        ({"check": check(5, has_detector=False)}, "before_has_detector"),
        ({"back": back(6)}, "returned_at"),
        ({"back": back(returned_at=None)}, "returned_at"),
        ({"back": back(end=99)}, "end_km"),
        ({"back": back(check=check(4.5))}, "after_at"),
        ({"back": back(check=check(4, is_passed=None))}, "after_is_passed"),
        ({"back": back(fuel=-1)}, "fuel"),
    ],
)
def test_what_is_missing_or_impossible_is_told_at_its_field(hall, car, changes, field):
    with pytest.raises(Invalid) as refused:
        hall.write(trips.depart, hall.booker, car, plan(**changes))
    assert next(iter(refused.value.fields)) == field


def test_alcohol_after_the_trip_is_recorded(hall, car):
    uid = drive(hall, car, back=back(check=check(4, is_passed=False)))
    assert hall.read(queries.trip, hall.booker, uid)[0].after_is_passed is False


def test_bureau_decides_what_must_be_said(hall, car):
    hall.set_rule("facility.log_columns", ["fuel"])
    bare = plan(destination="", purpose="", start_km=None, check=check(5, has_detector=False))
    with pytest.raises(Invalid) as refused:
        hall.write(trips.depart, hall.booker, car, replace(bare, back=back(end=None)))
    assert list(refused.value.fields) == ["fuel"]
    hall.write(trips.depart, hall.booker, car, replace(bare, back=back(end=None, fuel=0)))


def test_kilometres_never_run_backwards(hall, car):
    drive(hall, car, left=5, back=back(4, 150))
    for changes, field in (
        ({"left": 3, "start": 149, "back": back(2, 160)}, "start_km"),
        ({"left": 8, "start": 90, "back": back(7, 101)}, "end_km"),
    ):
        with pytest.raises(Invalid) as refused:
            drive(hall, car, **changes)
        assert list(refused.value.fields) == [field]
    drive(hall, car, left=8, start=90, back=back(7, 100))
    drive(hall, car, left=3, start=150, back=back(2, 160))


def test_correction_keeps_what_was_said_and_who_changed_it(hall, car):
    uid = drive(hall, car)
    wanted = plan(destination="市役所", back=back(end=140))
    with pytest.raises(Invalid):
        hall.write(trips.correct, hall.booker, uid, wanted, " ", version=1)
    with pytest.raises(Conflict):
        hall.write(trips.correct, hall.booker, uid, wanted, "誤記", version=2)
    hall.write(trips.correct, hall.keeper, uid, wanted, "誤記", version=1)
    with hall.app.app_context(), unit("read"):
        (kept,) = session.scalars(select(TripRevision))
    assert (kept.person_name, kept.reason, kept.said) == (
        "港 花子",
        "誤記",
        {"destination": "県庁", "end_km": 150},
    )
    row, _ = hall.read(queries.trip, hall.booker, uid)
    assert (row.destination, row.end_km, row.version, row.driver_name) == ("市役所", 140, 2, "佐藤 葵")


def test_only_keepers_write_for_others_and_see_all(hall, car):
    with pytest.raises(Denied):
        hall.write(trips.depart, hall.booker, car, plan(driver_id=hall.colleague))
    uid = hall.write(
        trips.depart, hall.keeper, car, plan(driver_id=hall.colleague, check=check(5, checker="部長"))
    ).uid
    place = hall.read(queries.car, hall.booker, car)
    month = (ago(500), NOW)

    def seen(person):
        return len(hall.read(lambda who: queries.trips(who, queries.car(who, car), *month), person))

    assert [seen(one) for one in (hall.keeper, hall.colleague, hall.booker)] == [1, 1, 0]
    for act in (queries.trip, lambda who, uid: trips.arrive(who, uid, back())):
        with pytest.raises(NotFound):
            hall.write(act, hall.booker, uid)
    with pytest.raises(NotFound):
        hall.write(trips.depart, hall.booker, hall.room, plan())
    assert place.name == "公用車1号"


def test_who_wrote_no_log_is_reminded_once(hall, car):
    booked = Span(NOW + timedelta(hours=1), NOW + timedelta(hours=2))
    hall.set_terms(car, unit_minutes=5)
    hall.book(hall.keeper, car, times=[booked])
    with hall.app.app_context(), unit("write"):
        session.execute(
            update(Booking).values(starts_at=ago(5), ends_at=ago(3), busy_from=ago(5), busy_until=ago(3))
        )
    assert hall.write(trips.remind, hall.keeper) == 1
    assert hall.write(trips.remind, hall.keeper) == 0
    with hall.app.app_context(), unit("read"):
        assert session.scalars(select(Event.kind).where(Event.kind == "facility.log_missing")).all()
        booking = session.scalars(select(Booking.uid)).one()
    trip = hall.write(trips.depart, hall.keeper, car, plan(check=check(5, checker="部長"), booking=booking))
    assert trip.booking_id
    with pytest.raises(Conflict):
        drive(hall, car, hall.keeper, booking=booking)


def test_log_is_kept_for_a_year_at_least(hall, car):
    drive(hall, car)
    with hall.app.app_context(), unit("read"):
        departed = session.scalars(select(Trip.departed_at)).one()
    _, begins = fiscal_year_range(fiscal_year(clock.local(departed).date()))
    ends = begins.replace(year=begins.year + 1)
    for later, gone in ((ends - timedelta(days=1), 0), (ends, 1)):
        with hall.app.app_context(), unit("write"):
            rows = session.execute(retention.expired_trips(later)).all()
            assert len(rows) == gone
            retention.purge_trips([row.id for row in rows])
    with hall.app.app_context(), unit("read"):
        assert session.scalars(select(Trip)).all() == []


def test_pages_write_return_correct_and_export(hall, car, sign_in):
    client = sign_in(hall.booker)
    page = client.get(f"/facility/facilities/{car}/log/new")
    token = re.search(r'name="csrf-token" content="([^"]+)"', page.text)[1]

    def wall(hours):
        return f"{clock.local(ago(hours)):%Y-%m-%dT%H:%M}"

    def send(address, **form):
        return client.post(address, data={"csrf_token": token, **form})

    departure = {
        "destination": "県庁",
        "purpose": "協議",
        "departed_at": wall(3),
        "start_km": "100",
        "before_at": wall(3),
        "before_method": "face",
        "before_checker": "港 花子",
        "before_has_detector": "y",
    }
    new = f"/facility/facilities/{car}/log/new"
    assert send(new, **departure, before_is_passed="failed").status_code == 422
    answer = send(new, **departure, before_is_passed="passed")
    assert answer.status_code == 302
    address = answer.headers["Location"]
    arrival = {
        "returned_at": wall(1),
        "end_km": "130",
        "fuel": "20.5",
        "after_at": wall(1),
        "after_method": "remote",
        "after_checker": "港 花子",
        "after_has_detector": "y",
        "after_is_passed": "passed",
    }
    assert send(address, **{**arrival, "end_km": "20"}).status_code == 422
    assert send(address, **arrival).status_code == 302
    form = {
        **departure,
        **arrival,
        "before_is_passed": "passed",
        "end_km": "131",
        "version": "1",
        "reason": "転記の誤り",
    }
    assert send(f"{address}/correct", **form).status_code == 302
    page = client.get(address).text
    assert "転記の誤り" in page
    assert "20.5" in page
    month = f"{clock.local(ago(3)):%Y-%m}"
    assert "県庁" in client.get(f"/facility/facilities/{car}/log?month={month}").text
    with client.get(f"/facility/export/log/{car}.csv?month={month}") as file:
        assert "131" in file.text
    assert client.get(f"/facility/facilities/{car}/log?month=x-9").status_code == 200
    assert client.get(f"/facility/facilities/{hall.room}/log").status_code == 404
    assert sign_in(hall.outsider).get(address).status_code == 404
