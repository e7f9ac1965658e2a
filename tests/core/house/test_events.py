"""Durable events: numbers without gaps in the order of commits, also with many writers at the same moment."""

import pytest
from sqlalchemy import select

from groupware import actor
from groupware.app import create_app
from groupware.config import load
from groupware.db import db, session, unit
from groupware.events import emit
from groupware.events.models import Event, Topic
from groupware.events.services import UndeclaredEvent
from groupware.plugin import CONTRACT, EventKind, Plugin
from tests.support.processes import run_together

SAMPLE = Plugin(
    id="sample",
    contract=CONTRACT,
    title="Sample",
    summary="Sample.",
    icon="info",
    order=1,
    in_menu=False,
    events=(EventKind(id="sample.thing_happened", fields=("thing_id",)),),
)
WRITERS, EACH = 6, 8


def _write(barrier, url, folder, writer):
    app = create_app(load(folder, {"GROUPWARE_DATABASE_URL": url, "GROUPWARE_SECRET_KEY": "x"}), [SAMPLE])
    barrier.wait()
    with app.app_context():
        for number in range(EACH):
            with unit("write"):
                emit(actor.system(), "room:1", "sample.thing_happened", thing_id=writer * 100 + number)
                emit(actor.system(), f"person:{writer}", "sample.thing_happened", thing_id=number)
        db.engine.dispose()
    return EACH


def test_many_writers_leave_no_gap_and_lose_nothing(make_app, tmp_path, fresh_database_url):
    app = make_app(chosen=[SAMPLE])
    written = run_together(_write, [(fresh_database_url, str(tmp_path), n) for n in range(WRITERS)])
    assert sum(written) == WRITERS * EACH
    with app.app_context(), unit("read"):
        room = session.scalars(select(Topic).where(Topic.name == "room:1")).one()
        rows = session.execute(
            select(Event.seq, Event.payload).where(Event.topic_id == room.id).order_by(Event.seq)
        )
        seqs, payloads = zip(*rows.all(), strict=True)
        assert room.seq == WRITERS * EACH
    assert list(seqs) == list(range(1, WRITERS * EACH + 1))
    assert len({p["thing_id"] for p in payloads}) == WRITERS * EACH


def test_event_of_a_failed_unit_takes_no_number(make_app):
    app = make_app(chosen=[SAMPLE])

    def act():
        with app.app_context(), unit("write"):
            emit(actor.system(), "room:1", "sample.thing_happened", thing_id=1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    with app.app_context(), unit("write"):
        emit(actor.system(), "room:1", "sample.thing_happened", thing_id=2)
    with app.app_context(), unit("read"):
        assert [(e.seq, e.payload["thing_id"]) for e in session.scalars(select(Event))] == [(1, 2)]


def test_undeclared_kind_or_field_is_refused(make_app):
    app = make_app(chosen=[SAMPLE])
    with app.app_context(), unit("write"):
        with pytest.raises(UndeclaredEvent):
            emit(actor.system(), "room:1", "sample.thing_vanished", thing_id=1)
        with pytest.raises(UndeclaredEvent):
            emit(actor.system(), "room:1", "sample.thing_happened", name="佐藤")
