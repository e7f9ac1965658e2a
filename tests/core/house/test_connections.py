"""Connections to PostgreSQL: those that the server ended are replaced, and a transaction begins where something is written."""

from datetime import UTC

import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import func, insert, literal, select, text
from sqlalchemy.exc import OperationalError

from groupware import connections
from groupware.bulk import insert_rows
from groupware.db import UTCDateTime, db, session, unit
from groupware.directory.models import Post

pytestmark = pytest.mark.postgres_only


def work(app):
    """One unit of work; returns the server's process that answered."""
    with app.app_context(), unit("read"):
        return session.scalar(select(text("pg_backend_pid()")))


def end(app, *processes):
    """The server ends the processes of these connections."""
    with app.app_context(), db.engine.connect() as connection:
        for process in processes:
            connection.execute(text("SELECT pg_terminate_backend(:process, 5000)"), {"process": process})


@pytest.fixture
def two_ended(app):
    """Both connections of the pool are ended but for the one that ended the other."""
    with app.app_context(), db.engine.connect() as first, db.engine.connect() as second:
        processes = [one.scalar(text("SELECT pg_backend_pid()")) for one in (first, second)]
        first.commit()
        second.commit()
    newest = work(app)
    end(app, *(one for one in processes if one != newest))
    return app, newest


def test_connection_that_rested_is_tried_first(two_ended, monkeypatch):
    app, survivor = two_ended
    monkeypatch.setattr(connections, "RESTED", 0.0)
    with app.app_context(), db.engine.connect() as held:
        assert held.scalar(text("SELECT pg_backend_pid()")) == survivor
        assert work(app) != survivor


def test_connection_in_use_is_not_tried(two_ended, monkeypatch):
    app, survivor = two_ended
    monkeypatch.setattr(connections, "RESTED", 60.0)
    with app.app_context(), db.engine.connect() as held:
        assert held.scalar(text("SELECT pg_backend_pid()")) == survivor
        with pytest.raises(OperationalError):
            work(app)
        # What failed took the whole pool with it: the next is answered.
        assert work(app) != survivor


POST = {"code": "1", "name": "市長", "rank": 1}


def read_in_a_part():
    with session.begin_nested():
        session.execute(select(Post.id))


READS = {
    "columns": lambda: session.execute(select(Post.id)),
    "entities": lambda: session.scalars(select(Post)).all(),
    "a part of its own": lambda: session.execute(select(select(Post.id).cte("some"))),
    "several": lambda: session.execute(select(Post.id).union(select(literal(1)))),
    "a function": lambda: session.scalar(func.lower("A")),
}
OTHERS = {
    "a lock": lambda: session.execute(select(Post.id).with_for_update()),
    "a locked entity": lambda: session.get(Post, 1, with_for_update=True),
    "a shared lock": lambda: session.execute(select(Post.id).with_for_update(read=True)),
    "a write": lambda: session.execute(insert(Post).values(**POST)),
    "a pending write": lambda: session.add(Post(**POST)) or session.flush(),
    "a write inside of a read": lambda: session.execute(
        select(insert(Post).values(**POST).returning(Post.id).cte("new"))
    ).all(),
    "a write of many rows": lambda: insert_rows(Post, list(POST), [list(POST.values())]),
    "text": lambda: session.execute(text("SELECT 1")),
    "a cursor on the server": lambda: list(
        session.scalars(select(Post.id).where(Post.rank == 1).execution_options(yield_per=10))
    ),
    "a part of a unit": read_in_a_part,
}


def in_transaction():
    raw = session.connection().connection.driver_connection
    return raw.pgconn.transaction_status == TransactionStatus.INTRANS


def names(app):
    with app.app_context(), unit("read"):
        return list(session.scalars(select(Post.name)))


@pytest.mark.parametrize("read", READS.values(), ids=READS)
@pytest.mark.parametrize("mode", ["read", "write"])
def test_what_only_reads_begins_no_transaction(app, mode, read):
    with app.app_context(), unit(mode):
        read()
        assert not in_transaction()


@pytest.mark.parametrize("act", OTHERS.values(), ids=OTHERS)
def test_what_writes_or_locks_begins_a_transaction_that_goes_on(app, act):
    with app.app_context(), unit("write"):
        session.execute(select(Post.id))
        act()
        session.execute(select(Post.id))
        assert in_transaction()


@pytest.mark.parametrize(
    "write",
    [OTHERS[name] for name in OTHERS if "write" in name],
    ids=[name for name in OTHERS if "write" in name],
)
def test_a_unit_that_read_first_is_kept_whole_or_not_at_all(app, write):
    def fails():
        with app.app_context(), unit("write"):
            session.execute(select(Post.id))
            write()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert names(app) == []
    with app.app_context(), unit("write"):
        session.execute(select(Post.id))
        write()
    assert names(app) == ["市長"]


def test_what_must_stand_outside_of_a_transaction_does(app):
    with app.app_context(), db.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql("VACUUM core_posts")


def test_instants_come_in_utc_whatever_the_zone_of_the_server(app):
    with app.app_context(), unit("read"):
        assert session.scalar(text("SELECT current_setting('TimeZone')")) == "UTC"
        assert session.scalar(select(func.now(type_=UTCDateTime()))).tzinfo is UTC
