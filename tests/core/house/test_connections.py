"""Connections that the server ended while they waited are replaced before anybody is answered by them."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from groupware import connections
from groupware.db import db, session, unit

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
