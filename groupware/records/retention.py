"""The retention clock: it starts on 1 April after the fiscal year of completion (administration.md 15).

A record kept for `years` may be disposed of from 1 April after that many full fiscal years; 0 years means never, and
`periods.UNDER_ONE_YEAR` as soon as it is completed.
"""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, case, literal, null

from groupware import clock
from groupware.calendar.fiscal import FIRST_MONTH, fiscal_year
from groupware.db import UTCDateTime
from groupware.records.periods import UNDER_ONE_YEAR

LONGEST = 100
"""Years; a longer period is written as 0, for ever."""


def disposable_from(completed_on: date, years: int) -> date | None:
    """The first day on which a record completed on that day may be disposed of; None if it never may."""
    if years == UNDER_ONE_YEAR:
        return completed_on + timedelta(days=1)
    if years <= 0:
        return None
    return date(fiscal_year(completed_on) + 1 + years, FIRST_MONTH, 1)


def extended_until(expired_on: date, years: int, today: date) -> date:
    """The first day after an extension by full fiscal years, counted from the later of expiry and this fiscal year."""
    start = max(expired_on, date(fiscal_year(today), FIRST_MONTH, 1))
    return date(start.year + years, FIRST_MONTH, 1)


def has_run_out(completed: Any, years: Any, day: date) -> ColumnElement[bool]:
    """Criterion: the clock of a row has run out on `day`.

    `completed` is the column with the day or instant of completion, `years` that with the retention in years.
    """
    this_year = fiscal_year(day)
    bounds = {n: date(this_year - n, FIRST_MONTH, 1) for n in range(1, LONGEST + 1)}
    is_instant = isinstance(completed.type, UTCDateTime)
    limits = {n: clock.midnight(bound) if is_instant else bound for n, bound in bounds.items()}
    kind: Any = UTCDateTime() if is_instant else Date()
    limit = case(
        *((years == n, literal(value, kind)) for n, value in limits.items()),
        else_=null(),
    )
    return and_(years > 0, completed < limit)


def is_done_with(completed: Any, years: Any, day: date) -> ColumnElement[bool]:
    """The same for what is kept for less than a year: it was completed before `day`. For kinds that know this period."""
    bound = clock.midnight(day) if isinstance(completed.type, UTCDateTime) else day
    return and_(years == UNDER_ONE_YEAR, completed < bound)


__all__ = ["LONGEST", "disposable_from", "extended_until", "has_run_out", "is_done_with"]
