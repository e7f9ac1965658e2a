"""What others ask of facility booking: programs, the search, the clock of retention, open pages."""

from datetime import timedelta

from sqlalchemy import select

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.db import session, unit
from groupware.directory.picking import Ref
from plugins.facility.enums import Right
from plugins.facility.models import Booking, Facility, Reservation
from plugins.facility.queries.facilities import is_seen
from plugins.facility.search import FACILITIES
from plugins.facility.services.retention import expired, purge
from tests.plugins.facility.conftest import span


def body(hall, *times, **more):
    """What a program sends to book the room."""
    wanted = [{"starts_at": one.starts_at.isoformat(), "ends_at": one.ends_at.isoformat()} for one in times]
    return {"title": "会議", "facilities": [{"uid": str(hall.room)}], "times": wanted, **more}


def test_program_finds_what_is_free_and_books_it(hall, call):
    hall.book(hall.colleague, times=[span(10, 11)])
    hour = span(10, 11)
    window = f"free_from={hour.starts_at:%Y-%m-%dT%H:%M:%SZ}&free_until={hour.ends_at:%Y-%m-%dT%H:%M:%SZ}"
    free = call(hall.booker, "GET", f"facilities?{window}").json["items"]
    assert [one["name"] for one in free] == ["502会議室"]
    made = call(hall.booker, "POST", "bookings", body(hall, span(11, 12)))
    assert made.status_code == 201
    shown = call(hall.booker, "GET", f"bookings/{made.json['uid']}").json
    assert [(one["name"], one["status"]) for one in shown["bookings"]] == [("501会議室", "confirmed")]
    assert len(call(hall.booker, "GET", "bookings").json["items"]) == 1
    busy = call(
        hall.booker,
        "GET",
        f"facilities/{hall.room}/busy?since={span(0, 1).starts_at:%Y-%m-%dT%H:%M:%SZ}&until={span(0, 24).ends_at:%Y-%m-%dT%H:%M:%SZ}",
    )
    assert len(busy.json["times"]) == 2


def test_program_is_told_that_it_is_taken_and_books_nothing(hall, call):
    hall.book(hall.colleague, times=[span(10, 11)])
    refused = call(hall.booker, "POST", "bookings", body(hall, span(10, 11), span(12, 13)))
    assert (refused.status_code, refused.json["code"]) == (409, "taken")
    taken = call(
        hall.booker, "POST", "bookings", body(hall, span(10, 11), span(12, 13), takes_what_is_free=True)
    )
    assert taken.status_code == 201


def test_program_changes_and_cancels_with_the_rights_of_its_person(hall, call):
    made = call(hall.booker, "POST", "bookings", body(hall, span(10, 11), is_private=True))
    path = f"bookings/{made.json['uid']}"
    assert call(hall.outsider, "GET", path).json["title"] == ""
    tag = call(hall.booker, "GET", path).headers["ETag"]
    changed = call(hall.booker, "PATCH", path, body(hall, span(14, 15)), **{"If-Match": tag})
    assert changed.status_code == 200, changed.json
    assert hall.states()[-1][1:] == ("14:00", "confirmed")
    tag = call(hall.booker, "GET", path).headers["ETag"]
    assert call(hall.outsider, "DELETE", path, **{"If-Match": tag}).status_code in (403, 412)
    assert call(hall.booker, "DELETE", path, **{"If-Match": tag}).status_code == 204
    assert {status for *_, status in hall.states()} == {"withdrawn"}


def test_programs_page_through_facilities(hall, call):
    for number in range(5):
        hall.add_room(f"60{number}会議室")
    names, path = [], "facilities?limit=3"
    for _ in range(4):
        found = call(hall.booker, "GET", path).json
        names += [one["name"] for one in found["items"]]
        if not found.get("next"):
            break
        path = found["next"].partition("/facility/")[2]
    assert len(names) == len(set(names)) == 7


def test_search_finds_facilities_that_one_may_see(hall):
    secret = hall.add_room(
        "秘書室", kana="ひしょしつ", rights={Right.BOOK: (Ref(PrincipalKind.PERSON, hall.colleague),)}
    )
    with hall.app.app_context(), unit("read"):
        ids = {uid: key for key, uid in session.execute(select(Facility.id, Facility.uid))}
        assert {one.key for one in FACILITIES.texts(list(ids.values()))} == set(ids.values())
    for person, sees in ((hall.colleague, True), (hall.booker, False)):
        who = hall.actor(person)
        with hall.app.test_request_context(), unit("read"):
            assert (ids[secret] in FACILITIES.describe(who, list(ids.values()))) is sees
            assert is_seen(who, ids[secret]) is sees


def test_retention_begins_with_the_last_time_and_ends_with_the_bookings(hall):
    hall.book(times=[span(10, 11), span(10, 11, day=2)])
    with hall.app.app_context(), unit("write"):
        (row,) = session.execute(expired(clock.today() + timedelta(days=3 * 366)))
        assert session.execute(expired(clock.today())).all() == []
        purge([row.id])
    with hall.app.app_context(), unit("read"):
        assert session.query(Reservation).count() == session.query(Booking).count() == 0
