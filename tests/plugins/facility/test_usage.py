"""The report of use: what is added up, for whom, and by how many statements."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from groupware import clock
from groupware.calendar.fiscal import fiscal_year, fiscal_year_range
from groupware.calendar.holidays import is_working_day
from groupware.capabilities import Span
from groupware.db import session, unit
from plugins.facility.enums import Status
from plugins.facility.models import Booking
from plugins.facility.queries.facilities import Filter, seen
from plugins.facility.queries.usage import usage, usage_by_month
from tests.plugins.facility.conftest import open_to_all

MONDAY = clock.today() + timedelta(days=7 - clock.today().weekday())


def when(day, begins, ends):
    """Hours of a day, 24 and more being the day after."""
    midnight = clock.midnight(day)
    return Span(midnight + timedelta(hours=begins), midnight + timedelta(hours=ends))


@pytest.fixture
def week(hall):
    """A week of two rooms from Monday on, open from 8 to 18 o'clock."""
    for uid in (hall.room, hall.other):
        hall.set_terms(uid, opens="08:00", closes="18:00")
    for span in (when(MONDAY, 9, 11), when(MONDAY, 10.5, 11.5)):
        hall.book(hall.keeper, hall.other if span.starts_at.minute else hall.room, times=[span])
    hall.book(hall.keeper, times=[when(MONDAY + timedelta(days=1), 23, 26)])
    released = hall.book(hall.keeper, times=[when(MONDAY + timedelta(days=2), 9, 10)])
    hall.book(hall.keeper, times=[when(MONDAY + timedelta(days=7), 9, 10)])
    released_ids = hall.ids(released)
    with hall.app.app_context(), unit("write"):
        session.execute(
            update(Booking)
            .where(Booking.reservation_id.in_(released_ids))
            .values(status=Status.RELEASED.value, holds=False)
        )
    return MONDAY, MONDAY + timedelta(days=7)


def asked(hall, week):
    """The report of the keeper."""
    return hall.read(lambda who: usage(seen(who, Filter()), *week), hall.keeper)


def test_hours_numbers_and_open_hours_are_added_up(hall, week):
    report = asked(hall, week)
    first, second = report.by_facility.values()
    open_hours = 10 * sum(is_working_day(MONDAY + timedelta(days=day)) for day in range(7))
    assert (first.number, first.hours, first.released, first.open_hours) == (2, 5, 1, open_hours)
    assert (second.number, second.hours, second.released, second.open_hours) == (1, 1, 0, open_hours)
    assert first.share == round(500 / open_hours)


def test_attendance_is_of_those_who_had_to_check_in(hall, week):
    with hall.app.app_context(), unit("write"):
        kept = session.scalars(select(Booking.id).where(Booking.status == "confirmed").limit(1)).one()
        session.execute(update(Booking).where(Booking.id == kept).values(checked_in_at=clock.now()))
    first, second = asked(hall, week).by_facility.values()
    assert (first.came, first.released, first.attendance) == (1, 1, 50)
    assert second.attendance is None


def test_report_is_narrowed_by_what_it_adds_up(hall, week, sign_in):
    hall.add_room("東会議室", building="東館", rights=open_to_all(hall.keeper))
    client, month = sign_in(hall.keeper), f"month={MONDAY:%Y-%m}"
    with client.get(f"/facility/export/usage.csv?{month}&building=東館") as file:
        assert "東会議室" in file.text
        assert "501会議室" not in file.text
    for wrong in ("building=%00", "bureau=なし", "group=99999999"):
        assert "501会議室" not in client.get(f"/facility/usage?{month}&{wrong}x").text, wrong
    page = client.get(f"/facility/usage?{month}&building=東館&by=group").text
    assert "building=%E6%9D%B1%E9%A4%A8" in page


def test_grid_knows_the_hours_of_the_municipality(hall, week):
    grid = asked(hall, week).grid
    assert (grid[0, 9], grid[0, 10], grid[0, 11], grid[0, 12]) == (50, 75, 25, 0)
    assert all(grid[2, hour] == 0 for hour in range(8, 18))


def test_report_takes_two_statements_whatever_there_is(hall, week, count_queries):
    who = hall.actor(hall.keeper)
    with hall.app.app_context(), unit("read"):
        places = seen(who, Filter())
        with count_queries() as statements:
            usage(places, *week)
        assert len(statements) == 2
        assert usage([], *week).by_facility == {}


def test_year_is_told_month_by_month(hall, week, count_queries, sign_in):
    who = hall.actor(hall.keeper)
    first, last = fiscal_year_range(fiscal_year(MONDAY))
    with hall.app.app_context(), unit("read"):
        places = seen(who, Filter())
        with count_queries() as statements:
            months = usage_by_month(places, first, last)
        assert len(statements) == 1
        whole = usage(places, first, last)
    assert list(months)[:2] == [first, first.replace(month=5)]
    assert len(months) == 12
    assert sum(one.number for one in months.values()) == whole.number
    assert sum(one.hours for one in months.values()) == sum(one.hours for one in whole.by_facility.values())
    assert sum(one.open_hours for one in months.values()) == pytest.approx(
        sum(one.open_hours for one in whole.by_facility.values())
    )
    client = sign_in(hall.keeper)
    assert "月ごとの推移" in client.get(f"/facility/usage?year={first.year}").text
    assert "月ごとの推移" not in client.get(f"/facility/usage?month={MONDAY:%Y-%m}").text


def test_night_of_the_last_of_a_month_counts_where_it_begins(hall):
    hall.set_terms(hall.room, opens="00:00", closes="24:00")
    month = (MONDAY.replace(day=1) + timedelta(days=32)).replace(day=1)
    hall.book(hall.keeper, times=[when(month - timedelta(days=1), 23, 26), when(month, 3, 4)])
    first, last = month - timedelta(days=31), (month + timedelta(days=32)).replace(day=1)
    months = hall.read(
        lambda who: usage_by_month(seen(who, Filter()), first.replace(day=1), last), hall.keeper
    )
    assert [one.hours for one in list(months.values())[-2:]] == [3, 1]


def test_pages_are_for_those_who_decide(hall, week, sign_in):
    client = sign_in(hall.keeper)
    month = f"{MONDAY:%Y-%m}"
    for address in (
        f"/facility/usage?month={month}",
        f"/facility/usage?month={month}&by=group",
        "/facility/usage?month=2026-13&by=x&group=99999999",
        "/facility/usage?year=2026&by=bureau",
        "/facility/usage?year=99999&by=building",
    ):
        assert client.get(address).status_code == 200, address
    assert "501会議室" in client.get(f"/facility/usage?month={month}").text
    with client.get(f"/facility/export/usage.csv?month={month}") as file:
        assert "501会議室" in file.text
    stranger = sign_in(hall.outsider)
    assert stranger.get("/facility/usage").status_code == 404
    assert stranger.get("/facility/export/usage.csv").status_code == 404


def test_fiscal_year_counts_what_begins_in_it(hall, week):
    report = hall.read(
        lambda who: usage(seen(who, Filter()), date(2001, 4, 1), date(2002, 4, 1)), hall.keeper
    )
    assert report.number == 0
