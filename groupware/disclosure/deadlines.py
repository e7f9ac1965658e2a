"""Deadlines in days: the first day does not count, and a day on which the office is closed gives way to the next working day.

Source: 民法 articles 140 and 142, and the ordinances on the holidays of municipalities. Pure.
"""

from datetime import date, timedelta

from groupware.calendar.holidays import is_working_day, next_working_day


def due_on(begins_on: date, days: int) -> date:
    """The last day of a term of so many days that begins with an event on `begins_on`."""
    last = begins_on + timedelta(days=days)
    return last if is_working_day(last) else next_working_day(last)
