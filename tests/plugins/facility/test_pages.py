"""The pages: what they show, to whom, and at what price."""

import re
from datetime import timedelta

import pytest

from groupware import actor, clock
from groupware.access.enums import PrincipalKind
from groupware.calendar.holidays import is_working_day
from groupware.db import unit
from groupware.directory.picking import Ref
from plugins.facility.enums import Right
from plugins.facility.services import catalogue
from tests.plugins.facility.conftest import open_to_all, span

TOMORROW = (clock.today() + timedelta(days=1)).isoformat()


@pytest.fixture
def form(hall):
    """What the form of a booking sends."""
    return {
        "title": "選考委員会",
        "facility": [str(hall.room)],
        "day": TOMORROW,
        "starts_at": "10:00",
        "ends_at": "11:30",
        "form_key": "k",
    }


def send(client, address, form):
    """Send a form with its token."""
    token = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/facility/new").text)[1]
    return client.post(address, data={**form, "csrf_token": token})


def test_day_shows_rooms_bookings_and_free_cells(hall, sign_in):
    hall.book(title="予算ヒアリング", contact="内線 1234", times=[span(10, 11)])
    page = sign_in(hall.colleague).get(f"/facility/?day={TOMORROW}").text
    assert "501会議室" in page
    assert "予算ヒアリング" in page
    assert "佐藤 葵" in page
    assert f"facility={hall.room}&amp;day={TOMORROW}&amp;at=0900" in page
    assert f"facility={hall.room}&amp;day={TOMORROW}&amp;at=1000" not in page


def test_private_purpose_is_seen_by_its_people_and_those_who_decide(hall, sign_in):
    uid = hall.book(title="人事面談", is_private=True, user_id=hall.colleague)
    for person, sees in (
        (hall.booker, True),
        (hall.colleague, True),
        (hall.keeper, True),
        (hall.outsider, False),
    ):
        client = sign_in(person)
        for address in (
            f"/facility/?day={TOMORROW}",
            f"/facility/list?day={TOMORROW}",
            f"/facility/week?day={TOMORROW}",
            f"/facility/bookings/{uid}",
        ):
            page = client.get(address)
            assert page.status_code == 200
            assert ("人事面談" in page.text) is sees, (person, address)
        with client.get(f"/facility/export/day.csv?day={TOMORROW}") as file:
            assert ("人事面談" in file.text) is sees


def test_facility_one_may_not_see_is_nowhere(hall, sign_in):
    secret = hall.add_room("秘書室", rights={Right.BOOK: (Ref(PrincipalKind.PERSON, hall.colleague),)})
    uid = hall.book(hall.colleague, secret)
    client = sign_in(hall.outsider)
    assert "秘書室" not in client.get(f"/facility/?day={TOMORROW}").text
    absent = client.get(f"/facility/facilities/{hall.affairs:032x}")
    for address in (f"/facility/facilities/{secret}", f"/facility/bookings/{uid}"):
        answer = client.get(address)
        assert answer.status_code == absent.status_code == 404
        assert "秘書室" not in answer.text


def test_form_books_and_shows_the_booking(hall, sign_in, form):
    client = sign_in(hall.booker)
    answer = send(client, "/facility/new", form)
    assert answer.status_code == 302
    page = client.get(answer.location).text
    assert "選考委員会" in page
    assert hall.states() == [("501会議室", "10:00", "confirmed")]
    assert "選考委員会" in client.get("/facility/own").text
    assert send(client, "/facility/new", form).location == answer.location


def test_form_that_is_refused_keeps_what_was_typed_and_offers_what_is_free(hall, sign_in, form):
    hall.book(hall.colleague, times=[span(10, 11)])
    answer = send(sign_in(hall.booker), "/facility/new", form)
    assert answer.status_code == 409
    assert "鈴木 蓮" in answer.text
    assert 'value="選考委員会"' in answer.text
    assert f"swap:{hall.room}:{hall.other}" in answer.text
    assert "11:00〜12:30" in answer.text


def test_alternative_takes_the_place_of_what_is_taken(hall, sign_in, form):
    client = sign_in(hall.booker)
    answer = send(client, "/facility/new", {**form, "step": f"swap:{hall.room}:{hall.other}"})
    assert answer.status_code == 200
    assert f'name="facility" value="{hall.other}"' in answer.text
    assert f'name="facility" value="{hall.room}"' not in answer.text
    assert hall.states() == []


@pytest.mark.parametrize(
    "broken",
    [
        {"title": ""},
        {"starts_at": "25:99"},
        {"day": "", "starts_at": ""},
        {"facility": ["no uid"]},
        {"ends_at": "09:00"},
        {"user": "person:999999"},
        {"day": "9999-12-31", "ends_at": "00:00"},
        {"day": "9999-12-31", "last_day": "9999-12-31"},
        {"repeat": "daily", "until": "9999-12-31"},
        {"days": "9999-12-31\n31/12"},
    ],
)
def test_form_with_a_fault_is_shown_again_and_books_nothing(hall, sign_in, form, broken):
    answer = send(sign_in(hall.booker), "/facility/new", {**form, **broken})
    assert answer.status_code == 422
    assert "data-error-summary" in answer.text
    assert hall.states() == []


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2027-02-30", "x", ""])
def test_form_opens_for_whatever_day_is_asked(hall, sign_in, day):
    assert sign_in(hall.booker).get(f"/facility/new?day={day}&at=23:30").status_code == 200


def test_booking_is_changed_and_cancelled_by_its_page(hall, sign_in, form):
    uid = hall.book(times=[span(10, 11)])
    client = sign_in(hall.booker)
    page = client.get(f"/facility/bookings/{uid}/edit").text
    assert 'value="10:00' in page
    send(client, f"/facility/bookings/{uid}/edit", {**form, "starts_at": "15:00", "ends_at": "16:00"})
    assert hall.states()[-1] == ("501会議室", "15:00", "confirmed")
    send(client, f"/facility/bookings/{uid}/withdraw", {})
    assert {status for *_, status in hall.states()} == {"withdrawn"}
    assert client.get(f"/facility/bookings/{uid}/edit").status_code == 404


def test_others_can_neither_change_nor_cancel(hall, sign_in, form):
    uid = hall.book()
    client = sign_in(hall.outsider)
    assert client.get(f"/facility/bookings/{uid}/edit").status_code == 404
    assert send(client, f"/facility/bookings/{uid}/edit", form).status_code == 404
    assert send(client, f"/facility/bookings/{uid}/withdraw", {}).status_code == 403
    assert hall.states() == [("501会議室", "10:00", "confirmed")]


@pytest.mark.parametrize("number", [1, 3])
def test_grids_take_a_fixed_number_of_queries(hall, sign_in, count_queries, number):
    for hour in range(number):
        hall.add_room(f"60{hour}会議室")
        hall.book(times=[span(9 + hour, 10 + hour)])
    client = sign_in(hall.booker)
    client.get("/facility/")
    for address in ("/facility/", "/facility/week"):
        with count_queries() as statements:
            client.get(f"{address}?day={TOMORROW}")
        # Without the polls of the caches, which in a test happen at every look.
        assert len([text for text in statements.texts if "core_cache_versions" not in text]) == 8


def test_more_facilities_than_go_on_a_page_stand_on_the_next(hall, sign_in, monkeypatch):
    monkeypatch.setattr("plugins.facility.views.day.MOST", 1)
    client = sign_in(hall.booker)
    for view in ("", "week"):
        first, second = (
            client.get(f"/facility/{view}?day={TOMORROW}&page={number}").text for number in (1, 2)
        )
        assert "501会議室" in first
        assert "502会議室" not in first
        assert "page=2" in first
        assert "502会議室" in second
        assert "page=3" not in second
        live = re.search(r'data-live-fragment="([^"]+)"', second)[1].replace("&amp;", "&")
        assert "502会議室" in client.get(live).text
    hall.book(hall.booker, hall.other)
    assert "502会議室" in client.get(f"/facility/list?day={TOMORROW}").text


def test_facilities_of_a_bureau_stand_on_one_page(hall, sign_in):
    hall.add_room("福祉の相談室", unit_id=hall.welfare, rights=open_to_all(hall.keeper))
    uid = hall.book()
    client = sign_in(hall.booker)
    for view in ("", "week"):
        page = client.get(f"/facility/{view}?day={TOMORROW}").text
        assert f"bureau={hall.welfare}" in page, view
        page = client.get(f"/facility/{view}?day={TOMORROW}&bureau={hall.welfare}").text
        assert "福祉の相談室" in page, view
        assert "501会議室" not in page, view
        live = re.search(r'data-live-fragment="([^"]+)"', page)[1].replace("&amp;", "&")
        assert "501会議室" not in client.get(live).text
        assert "501会議室" in client.get(f"/facility/{view}?day={TOMORROW}&bureau=999999").text
    assert str(uid) not in client.get(f"/facility/list?day={TOMORROW}&bureau={hall.welfare}").text
    assert str(uid) in client.get(f"/facility/list?day={TOMORROW}&bureau={hall.affairs}").text
    csv = client.get(f"/facility/export/day.csv?day={TOMORROW}&bureau={hall.welfare}").text
    assert "501会議室" not in csv


def test_list_of_a_day_leads_to_the_days_around_it(hall, sign_in):
    hall.add_room("東会議室", building="東館", rights=open_to_all(hall.keeper))
    page = sign_in(hall.booker).get(f"/facility/list?day={TOMORROW}&building=東館").text
    for days in (-1, 1):
        day = clock.today() + timedelta(days=1 + days)
        assert f"/facility/list?day={day}&amp;building=%E6%9D%B1%E9%A4%A8" in page, days
    assert f"?day={TOMORROW}&amp;building=%E6%9D%B1%E9%A4%A8" in page


def test_form_offers_the_facilities_of_the_group_that_was_chosen(hall, sign_in, form):
    with hall.app.app_context(), unit("write"):
        ward = catalogue.add_group(actor.system(), catalogue.GroupPlan(name="区役所"))
    elsewhere = hall.add_room("区役所会議室", group=ward.uid, rights=open_to_all(hall.keeper))
    client = sign_in(hall.booker)
    page = send(client, "/facility/new", {**form, "step": "group", "group": ward.id})
    assert f'value="{elsewhere}"' in page.text
    assert f'value="{hall.other}"' not in page.text
    assert f'name="facility" value="{hall.room}"' in page.text
    assert 'value="選考委員会"' in page.text
    assert not hall.states()


def test_address_with_nonsense_shows_today(hall, sign_in):
    client = sign_in(hall.booker)
    for query in ("day=0001-01-01", "day=nonsense", "group=abc", "group=999", "building=%00x"):
        assert client.get(f"/facility/?{query}").status_code == 200, query


def test_after_hours_the_next_morning_is_proposed(hall, sign_in):
    monday = clock.today() + timedelta(days=7 - clock.today().weekday())
    while not is_working_day(monday):
        monday += timedelta(days=1)
    with clock.frozen(clock.midnight(monday) - timedelta(hours=1)):
        client = sign_in(hall.booker)
        for address in ("/facility/new", "/facility/search"):
            page = client.get(address).text
            assert f'value="{monday.isoformat()}"' in page
            assert 'value="08:30' in page
        page = client.get(f"/facility/search?day={monday - timedelta(days=1)}").text
        assert f'value="{monday - timedelta(days=1)}"' in page
    with clock.frozen(clock.midnight(monday) + timedelta(hours=10, minutes=20)):
        assert 'value="11:00' in sign_in(hall.booker).get("/facility/new").text
