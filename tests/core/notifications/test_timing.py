"""When mail goes out and the desktop speaks, as a table: rhythm × time of the day × urgency × policy."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from groupware.calendar.working_time import WorkingHours
from groupware.notifications.enums import Rhythm
from groupware.notifications.timing import Plan, desktop_due, mail_due

TOKYO = ZoneInfo("Asia/Tokyo")
OFFICE = WorkingHours(time(8, 30), time(17, 15))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


def plan(rhythm="at_once", hours=OFFICE, daily_at=time(8, 30), urgent_passes=True):
    return Plan(Rhythm(rhythm), daily_at, hours, urgent_passes)


@pytest.mark.parametrize(
    ("rhythm", "happens", "goes_out"),
    [
        ("at_once", "2026-11-20 10:07", "2026-11-20 10:07"),
        ("at_once", "2026-11-20 19:00", "2026-11-24 08:30"),
        ("hourly", "2026-11-20 10:07", "2026-11-20 11:00"),
        ("hourly", "2026-11-20 10:00", "2026-11-20 11:00"),
        # The hour after the last one of the day begins after work: the next working day.
        ("hourly", "2026-11-20 17:05", "2026-11-24 08:30"),
        ("hourly", "2026-11-24 08:05", "2026-11-24 09:00"),
        ("hourly", "2026-11-24 23:30", "2026-11-25 08:30"),
        ("daily", "2026-11-24 08:00", "2026-11-24 08:30"),
        ("daily", "2026-11-24 08:31", "2026-11-25 08:30"),
        ("daily", "2026-11-20 10:00", "2026-11-24 08:30"),
    ],
)
def test_mail_of_an_office(rhythm, happens, goes_out):
    assert mail_due(at(happens), plan(rhythm), is_urgent=False) == at(goes_out)


@pytest.mark.parametrize("rhythm", list(Rhythm))
def test_what_is_urgent_goes_out_at_once_at_any_time(rhythm):
    night = at("2026-11-21 03:00")
    assert mail_due(night, plan(rhythm), is_urgent=True) == night
    assert desktop_due(night, plan(rhythm), is_urgent=True) == night


def test_what_is_urgent_waits_for_those_who_let_it():
    night = at("2026-11-21 03:00")
    strict = plan(urgent_passes=False)
    assert mail_due(night, strict, is_urgent=True) == at("2026-11-24 08:30")
    assert desktop_due(night, strict, is_urgent=True) == at("2026-11-24 08:30")


def test_where_people_work_in_shifts_nothing_waits_but_for_its_rhythm():
    night = at("2026-11-21 03:07")
    assert mail_due(night, plan(hours=None), is_urgent=False) == night
    assert mail_due(night, plan("hourly", hours=None), is_urgent=False) == at("2026-11-21 04:00")
    assert desktop_due(night, plan(hours=None), is_urgent=False) == night


def test_mail_once_a_day_at_a_time_after_work_comes_in_the_morning():
    late = plan("daily", daily_at=time(20))
    assert mail_due(at("2026-11-24 10:00"), late, is_urgent=False) == at("2026-11-25 08:30")
