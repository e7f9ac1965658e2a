"""Weeks as the spans are keyed by: numbers that count the Mondays of the calendar."""

from datetime import date, datetime, timedelta

from sqlalchemy import Integer, bindparam

from groupware import clock

DAYS = 7
FIRST_WEEK, LAST_WEEK = bindparam("first_week", type_=Integer()), bindparam("last_week", type_=Integer())
"""Of the weeks that are asked for, as parameters. A range: PostgreSQL keeps its plan, with a list it plans for each person anew."""


def week_of(day: date) -> int:
    """The week that the day belongs to. 1 January of the year 1 was a Monday."""
    return (day.toordinal() - 1) // DAYS


def monday(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def weeks_between(starts_at: datetime, ends_at: datetime) -> range:
    """The weeks that a half-open time touches, by the clock on the wall."""
    first = clock.local(starts_at).date()
    last = clock.local(max(ends_at - timedelta(microseconds=1), starts_at)).date()
    return range(week_of(first), week_of(last) + 1)
