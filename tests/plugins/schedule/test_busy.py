"""When people are busy, as other plugins ask for it."""

from datetime import timedelta

import pytest

from groupware.capabilities import NULLS, BusyTimes, Span, busy_times
from groupware.errors import Invalid
from plugins.schedule.enums import Visibility
from tests.plugins.schedule.conftest import MORNING

HOUR = timedelta(hours=1)
TEN = MORNING + 2 * HOUR


def busy(office, people, window):
    return office.read(lambda who: dict(busy_times(who).busy(who, people, window)), office.outsider)


def test_times_are_joined_cut_and_say_nothing_of_what_they_are(office):
    office.enter(visibility=Visibility.PRIVATE)
    office.enter(starts_at=TEN + HOUR / 2, ends_at=TEN + 2 * HOUR)
    office.enter(starts_at=TEN + 4 * HOUR, is_busy=False)
    office.enter(starts_at=TEN - HOUR, ends_at=TEN - HOUR / 2)
    window = Span(TEN - HOUR * 3 / 4, TEN + 24 * HOUR)
    assert busy(office, [office.organiser, office.colleague, 999_999], window) == {
        office.organiser: [Span(TEN - HOUR * 3 / 4, TEN - HOUR / 2), Span(TEN, TEN + 2 * HOUR)]
    }


def test_windows_that_make_no_sense(office):
    office.enter()
    assert busy(office, [office.organiser], Span(TEN, TEN)) == {}
    with pytest.raises(Invalid):
        busy(office, [office.organiser], Span(TEN, TEN + timedelta(days=400)))


def test_nobody_is_busy_where_the_schedule_is_switched_off(office):
    office.enter()
    office.set_rule("schedule.enabled", False)
    who = office.actor(office.organiser)
    assert office.read(lambda _: busy_times(who), office.organiser) is NULLS[BusyTimes]
    assert NULLS[BusyTimes].busy(who, [office.organiser], Span(TEN, TEN + HOUR)) == {}
