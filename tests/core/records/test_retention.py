"""The clock of records: from 1 April after the fiscal year of completion, full years, in the city's own time zone."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Date, Integer, column, literal, select

from groupware.db import UTCDateTime, session
from groupware.records.retention import disposable_from, extended_until, has_run_out


@pytest.mark.parametrize(
    ("completed", "years", "first_day"),
    [
        (date(2026, 4, 1), 1, date(2028, 4, 1)),
        (date(2027, 3, 31), 1, date(2028, 4, 1)),
        (date(2027, 4, 1), 1, date(2029, 4, 1)),
        (date(2020, 12, 28), 5, date(2026, 4, 1)),
        (date(2020, 1, 4), 30, date(2050, 4, 1)),
        (date(2020, 1, 4), 0, None),
    ],
)
def test_record_may_be_disposed_of_after_full_fiscal_years(completed, years, first_day):
    assert disposable_from(completed, years) == first_day


@pytest.mark.parametrize("years", [0, 1, 3, 5, 30])
@pytest.mark.parametrize(
    "completed", [date(2020, 3, 31), date(2020, 4, 1), date(2024, 2, 29), date(2025, 12, 31)]
)
def test_database_and_calendar_agree_on_every_first_day(app, read, completed, years):
    end = disposable_from(completed, years)
    rows = select(column("done", Date), column("years", Integer)).select_from(
        select(literal(completed, Date()).label("done"), literal(years, Integer()).label("years")).subquery()
    )
    with read():
        for day in (date(2026, 3, 31), date(2026, 4, 1), end or date(2026, 4, 1)):
            found = session.execute(
                rows.where(has_run_out(column("done", Date), column("years", Integer), day))
            )
            assert bool(found.all()) == (end is not None and end <= day)


def test_instant_of_completion_counts_in_local_time(read):
    # 1 April 2025, 8:00 in Tokyo, is still 31 March in UTC.
    instant = datetime(2025, 3, 31, 23, 0, tzinfo=UTC)
    row = select(
        literal(instant, UTCDateTime()).label("done"), literal(1, Integer()).label("years")
    ).subquery()
    with read():
        for day, is_due in ((date(2026, 4, 1), False), (date(2027, 4, 1), True)):
            criterion = has_run_out(row.c.done, row.c.years, day)
            assert bool(session.execute(select(row.c.years).where(criterion)).all()) == is_due


@pytest.mark.parametrize(
    ("expired", "years", "today", "end"),
    [
        (date(2026, 4, 1), 1, date(2026, 6, 1), date(2027, 4, 1)),
        (date(2020, 4, 1), 5, date(2026, 6, 1), date(2031, 4, 1)),
        (date(2020, 4, 1), 1, date(2026, 3, 1), date(2026, 4, 1)),
    ],
)
def test_extension_counts_full_fiscal_years(expired, years, today, end):
    assert extended_until(expired, years, today) == end
