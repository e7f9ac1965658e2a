"""Programs wait for rooms, write the driving log and hand equipment out, with the rights of their person."""

from datetime import timedelta

import pytest

from groupware import actor as actors
from groupware import clock
from groupware.capabilities import Span, Wish
from groupware.db import unit
from plugins.facility.services import bookings, catalogue
from tests.plugins.facility.conftest import at, open_to_all, span

NOW = clock.now().replace(second=0, microsecond=0)


@pytest.fixture
def lent(hall):
    """Makes a facility of a kind that is to be had around the clock, looked after by the keeper."""

    def make(name, kind, **more):
        always = {"facility.opens": "00:00", "facility.closes": "24:00", "facility.unit_minutes": 5}
        with hall.app.app_context(), unit("write"):
            plan = catalogue.GroupPlan(name=kind, kind=kind, terms=always)
            group = catalogue.add_group(actors.system(), plan).uid
        return hall.add_room(name, group=group, rights=open_to_all(hall.keeper), **more)

    return make


def test_program_waits_for_any_hour_and_takes_what_is_offered(hall, call):
    taken = hall.book(times=[span(13, 17)])
    wish = {
        "facility": str(hall.room),
        "title": "打合せ",
        "starts_at": at(13).isoformat(),
        "ends_at": at(17).isoformat(),
    }
    assert call(hall.colleague, "POST", "waiting", {**wish, "minutes": 300}).status_code == 422
    made = call(hall.colleague, "POST", "waiting", {**wish, "minutes": 60})
    assert made.status_code == 201, made.json
    path = f"waiting/{made.json['uid']}"
    assert call(hall.outsider, "GET", path).status_code == 404
    assert call(hall.outsider, "GET", "waiting").json["items"] == []
    assert call(hall.colleague, "POST", f"{path}/accept").status_code == 409
    hall.write(bookings.withdraw, hall.booker, taken)
    (entry,) = call(hall.colleague, "GET", "waiting").json["items"]
    assert (entry["state"], entry["minutes"], entry["offered_from"][:16]) == (
        "offered",
        60,
        f"{at(13):%Y-%m-%dT%H:%M}",
    )
    assert call(hall.colleague, "POST", f"{path}/accept").status_code in (200, 204)
    assert hall.states()[-1] == ("501会議室", "13:00", "confirmed")


def test_program_pages_through_what_its_person_waits_for(hall, call):
    hall.book(times=[span(9, 12)])
    hours = [{"starts_at": at(hour).isoformat(), "ends_at": at(hour + 1).isoformat()} for hour in (9, 10, 11)]
    for hour in hours:
        made = call(hall.colleague, "POST", "waiting", {"facility": str(hall.room), "title": "会議", **hour})
        assert made.status_code == 201
    first = call(hall.colleague, "GET", "waiting?limit=2").json
    rest = call(hall.colleague, "GET", first["next"].partition("/facility/")[2]).json
    begins = [one["starts_at"] for one in (*first["items"], *rest["items"])]
    assert len(begins) == len(set(begins)) == 3
    assert rest["next"] is None
    left = f"waiting/{first['items'][0]['uid']}"
    tag = call(hall.colleague, "GET", left).headers["ETag"]
    assert call(hall.colleague, "DELETE", left, **{"If-Match": tag}).status_code == 204
    assert len(call(hall.colleague, "GET", "waiting").json["items"]) == 2


def test_program_writes_the_driving_log(hall, call, lent):
    car = lent("公用車1号", "car")
    left, back = NOW - timedelta(hours=3), NOW - timedelta(hours=1)
    sober = {"checker": "港 花子", "is_passed": True}
    trip = {
        "departed_at": left.isoformat(),
        "check": {"at": left.isoformat(), **sober},
        "destination": "県庁",
        "purpose": "協議",
        "start_km": 100,
    }
    made = call(hall.booker, "POST", "trips", {"car": str(car), **trip})
    assert made.status_code == 201, made.json
    path = f"trips/{made.json['uid']}"
    end = {"returned_at": back.isoformat(), "check": {"at": back.isoformat(), **sober}, "end_km": 130}
    assert call(hall.outsider, "POST", f"{path}/return", end).status_code == 404
    assert call(hall.booker, "POST", f"{path}/return", end).status_code in (200, 204)
    seen = call(hall.booker, "GET", path)
    assert (seen.json["end_km"], seen.json["after"]["is_passed"]) == (130, True)
    said = {**trip, "back": {**end, "end_km": 140}, "reason": "読み違い"}
    changed = call(hall.booker, "PATCH", path, said, **{"If-Match": seen.headers["ETag"]})
    assert changed.status_code == 200, changed.json
    since = f"car={car}&since={left - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    assert [one["end_km"] for one in call(hall.keeper, "GET", f"trips?{since}").json["items"]] == [140]
    assert call(hall.outsider, "GET", f"trips?{since}").json["items"] == []
    assert call(hall.keeper, "GET", f"trips?car={hall.room}&since=2026-01-01T00:00:00Z").status_code == 404


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+09:00", "9999-12-31T23:59:59-09:00"])
def test_times_at_the_ends_of_the_calendar_are_refused(hall, call, lent, moment):
    car = lent("公用車1号", "car")
    check = {"at": moment, "checker": "港 花子", "is_passed": True}
    back = {"returned_at": moment, "check": check, "end_km": 1}
    trip = {"car": str(car), "departed_at": moment, "check": check, "start_km": 1}
    assert call(hall.booker, "POST", "trips", trip).status_code == 422
    assert call(hall.booker, "POST", "trips", {**trip, "back": back}).status_code == 422
    wish = {"facility": str(hall.room), "title": "会議", "starts_at": moment, "ends_at": moment}
    for minutes in (0, 60):
        assert call(hall.booker, "POST", "waiting", {**wish, "minutes": minutes}).status_code == 422
    query = moment.replace("+", "%2B")
    assert call(hall.booker, "GET", f"trips?car={car}&since={query}").status_code == 422


def test_program_of_the_desk_hands_out_and_takes_back(hall, call, lent):
    projectors = lent("プロジェクター", "equipment", quantity=5)
    soon = Span(NOW + timedelta(minutes=1), NOW + timedelta(hours=4))
    (booking,) = hall.held(hall.book(hall.keeper, Wish(projectors, 3), times=[soon], user_id=hall.booker))
    wanted = {"booking": str(booking.uid), "quantity": 2}
    assert call(hall.booker, "POST", "loans", wanted).status_code == 403
    made = call(hall.keeper, "POST", "loans", wanted)
    assert made.status_code == 201, made.json
    (loan,) = call(hall.keeper, "GET", "loans").json["items"]
    assert (loan["name"], loan["taken_by"], loan["is_overdue"]) == ("プロジェクター", "佐藤 葵", False)
    path = f"loans/{made.json['uid']}"
    assert call(hall.booker, "GET", path).status_code == 404
    assert call(hall.booker, "GET", "loans").json["items"] == []
    assert call(hall.keeper, "POST", f"{path}/take-back", {"quantity": 3}).status_code == 422
    assert call(hall.keeper, "POST", f"{path}/take-back", {"quantity": 2}).status_code in (200, 204)
    assert call(hall.keeper, "GET", path).json["returned"] == 2
    assert call(hall.keeper, "GET", "loans").json["items"] == []
