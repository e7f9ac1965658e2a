"""How many jobs there are, asked by every probe: exact for what is open, bounded for a week of what is over."""

import pytest
from sqlalchemy import insert, text

from groupware import clock
from groupware.db import db, session, unit
from groupware.jobs import queries
from groupware.jobs.enums import JobState
from groupware.jobs.models import QueuedJob

NUMBERS = {
    JobState.WAITING: 4,
    JobState.RUNNING: 2,
    JobState.DONE: 7,
    JobState.FAILED: 5,
    JobState.CANCELLED: 1,
}


@pytest.fixture
def rows(write):
    """Some jobs in every state."""
    now = clock.now()
    with write():
        for state, number in NUMBERS.items():
            job = {
                "kind": "house.nothing",
                "payload": {},
                "state": state.value,
                "due_at": now,
                "attempts": 0,
                "last_error": "",
                "created_at": now,
                "leased_until": now if state is JobState.RUNNING else None,
            }
            session.execute(insert(QueuedJob), [job] * number)


def test_open_jobs_are_all_counted_and_of_those_that_are_over_only_so_many(rows, read):
    with read():
        assert queries.counts() == NUMBERS
        assert queries.counts(most=3) == NUMBERS | {JobState.DONE: 3}


def test_counting_needs_one_statement_that_reads_the_index_alone(app, read, count_queries):
    with read(), count_queries() as statements:
        queries.counts()
    assert len(statements) == 1
    with app.app_context(), unit("read"):
        is_sqlite = db.engine.dialect.name == "sqlite"
        if not is_sqlite:
            # Of an empty table it would rather read all of nothing.
            session.execute(text("SET LOCAL enable_seqscan = off"))
        asked = queries._counts.params(most=3).compile(db.engine, compile_kwargs={"literal_binds": True})
        plan = [
            str(row[-1])
            for row in session.execute(text(f"EXPLAIN {'QUERY PLAN ' if is_sqlite else ''}{asked}"))
        ]
    reads = [line for line in plan if "core_jobs" in line]
    assert len(reads) == len(JobState)
    assert all("ix_core_jobs_due" in line for line in reads), plan
