"""The audit is only added to; a record changed or removed behind our back breaks its seal."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from groupware import audit, clock
from groupware.actor import Actor, system
from groupware.audit import sealing
from groupware.audit.models import AuditRecord, AuditSeal
from groupware.db import db, session, unit

HOUR_AGO = clock.now() - timedelta(hours=1)


@pytest.fixture
def records(write):
    """Add so many records, an hour old unless said otherwise."""

    def add(number, at=HOUR_AGO):
        with write():
            for count in range(number):
                audit.record(
                    Actor(person_id=7, now=at, address="192.0.2.1"),
                    "thing.changed",
                    object_id=count,
                    details={"名": ["件"]},
                )

    return add


@pytest.fixture
def tamper(app):
    """Run a statement with the guards of the database out of the way."""

    def run(statement):
        with app.app_context(), db.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                for name in ("core_audit_records_no_update", "core_audit_records_no_delete"):
                    connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
            else:
                connection.execute(text("ALTER TABLE core_audit_records DISABLE TRIGGER USER"))
            connection.execute(text(statement))
            connection.commit()

    return run


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_audit_records SET outcome = 'refused'",
        "UPDATE core_audit_records SET person_id = NULL WHERE id = 1",
        "DELETE FROM core_audit_records",
    ],
)
def test_change_of_a_record_is_refused_by_the_database(app, records, read, statement):
    records(2)
    with app.app_context(), db.engine.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text(statement))
    with read():
        assert [r.outcome for r in session.scalars(select(AuditRecord))] == ["done", "done"]


def test_change_through_the_model_is_refused(app, records):
    records(1)
    with pytest.raises(DBAPIError), app.app_context(), unit("write") as current:
        current.scalars(select(AuditRecord)).one().outcome = "refused"


def test_seals_form_a_chain_over_all_settled_records(monkeypatch, records, write, read):
    monkeypatch.setattr(sealing, "RUN", 4)
    records(10)
    with write():
        assert sealing.seal(system()) == 10
    with read():
        seals = session.scalars(select(AuditSeal).order_by(AuditSeal.id)).all()
        assert [(s.first_id, s.last_id) for s in seals] == [(1, 4), (5, 8), (9, 10)]
        assert [s.previous for s in seals] == [sealing.START, seals[0].digest, seals[1].digest]
        result = sealing.verify()
    assert (result.seals, result.records, result.unsealed, result.faults) == (3, 10, 0, ())
    assert result.head == seals_head(read)


def seals_head(read):
    with read():
        return session.scalars(select(AuditSeal.digest).order_by(AuditSeal.id.desc())).first()


def test_records_that_may_still_be_uncommitted_wait(records, write, read):
    records(2)
    records(1, at=clock.now())
    records(1)
    with write():
        assert sealing.seal(system()) == 2
        assert sealing.seal(system()) == 0
    with read():
        assert sealing.verify().unsealed == 2


def test_sealing_goes_on_where_it_stopped(records, write, read):
    for _ in range(3):
        records(2)
        with write():
            assert sealing.seal(system()) == 2
    with read():
        assert sealing.verify().faults == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_audit_records SET outcome = 'refused' WHERE id = 3",
        "UPDATE core_audit_records SET details = '{}' WHERE id = 3",
        "DELETE FROM core_audit_records WHERE id = 3",
        "DELETE FROM core_audit_records WHERE id = 4",
    ],
)
def test_tampering_is_found_and_placed(records, write, read, tamper, statement):
    records(2)
    with write():
        sealing.seal(system())
    records(2)
    with write():
        sealing.seal(system())
    tamper(statement)
    with read():
        faults = sealing.verify().faults
    assert [(fault.first_id, fault.last_id, fault.is_chain) for fault in faults] == [(3, 4, False)]


def test_removed_seal_breaks_the_chain(records, write, read, tamper):
    for _ in range(3):
        records(1)
        with write():
            sealing.seal(system())
    tamper("DELETE FROM core_audit_seals WHERE id = 2")
    with read():
        faults = sealing.verify().faults
    assert [(fault.seal_id, fault.is_chain) for fault in faults] == [(3, True)]


def test_digest_is_the_same_whatever_the_database(records, read):
    records(1)
    with read():
        row = session.execute(select(*sealing.COLUMNS)).one()
    assert sealing.canonical(row).startswith('{"action":"thing.changed","address":"192.0.2.1","at":"')
    assert '"details":{"名":["件"]}' in sealing.canonical(row)
    assert f'"at":"{HOUR_AGO.isoformat(timespec="microseconds")}"' in sealing.canonical(row)
