"""Seals over the audit: hashes of runs of records, chained, so that a record changed or removed behind our back is found.

No hash is computed when a record is written, because that would put all writers in one line. A job seals what has
settled: numbers are given before their commit, so a run ends before the first record that is younger than `SETTLED`.
Whoever could rewrite the records could rewrite the seals as well; that is why every seal is also forwarded by syslog.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select

from groupware.actor import Actor
from groupware.audit.models import AuditRecord, AuditSeal
from groupware.db import session

SETTLED = timedelta(minutes=15)
"""Longer than any unit of work that writes audit records keeps them uncommitted."""
RUN = 5_000
"""Records under one seal at most."""
START = "0" * 64
"""What stands for the seal before the first one."""

COLUMNS = tuple(AuditRecord.__table__.columns)


@dataclass(frozen=True, slots=True)
class Fault:
    """Where the seals and the records disagree."""

    seal_id: int
    first_id: int
    last_id: int
    is_chain: bool
    """Whether the seal does not continue the one before it; otherwise the records under it are not those it sealed."""


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of recomputing every seal."""

    seals: int
    records: int
    unsealed: int
    head: str
    faults: tuple[Fault, ...]


def seal(actor: Actor) -> int:
    """Seal all records that have settled; returns how many. Runs at the same time wait for one another."""
    last = session.scalars(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1).with_for_update()).first()
    previous, reached = (last.digest, last.last_id) if last is not None else (START, 0)
    end = settled_id(actor.now - SETTLED)
    sealed = 0
    while reached < end:
        rows = _rows(reached, end, RUN)
        if not rows:
            break
        made = AuditSeal(
            first_id=rows[0].id,
            last_id=rows[-1].id,
            sealed_at=actor.now,
            previous=previous,
            digest=digest(previous, rows),
        )
        session.add(made)
        session.flush()
        previous, reached = made.digest, made.last_id
        sealed += len(rows)
    return sealed


def settled_id(before: datetime) -> int:
    """The highest id below which every record is older than `before`."""
    young = session.scalar(select(func.min(AuditRecord.id)).where(AuditRecord.at >= before))
    if young is not None:
        return int(young) - 1
    return session.scalar(select(func.max(AuditRecord.id))) or 0


def verify() -> Verification:
    """Recompute every seal in order. Reads all sealed records once, in runs; changes nothing."""
    previous, reached, seals, records = START, 0, 0, 0
    faults: list[Fault] = []
    for found in _seals():
        seals += 1
        rows = _rows(reached, found.last_id, None)
        records += len(rows)
        if found.previous != previous or found.first_id <= reached:
            faults.append(Fault(found.id, found.first_id, found.last_id, is_chain=True))
        elif not rows or rows[0].id != found.first_id or digest(previous, rows) != found.digest:
            faults.append(Fault(found.id, found.first_id, found.last_id, is_chain=False))
        previous, reached = found.digest, max(reached, found.last_id)
    unsealed = (
        session.scalar(select(func.count()).select_from(AuditRecord).where(AuditRecord.id > reached)) or 0
    )
    return Verification(seals, records, unsealed, previous, tuple(faults))


def digest(previous: str, rows: Iterable[Row[Any]]) -> str:
    """SHA-256, in hexadecimal, over the seal before and every column of the records, the same on both databases."""
    total = hashlib.sha256(previous.encode("ascii"))
    for row in rows:
        total.update(b"\n")
        total.update(canonical(row).encode("utf-8"))
    return total.hexdigest()


def canonical(row: Row[Any]) -> str:
    """A record as one line of JSON, instants in UTC with microseconds."""
    values = {
        column.name: value.astimezone(UTC).isoformat(timespec="microseconds")
        if isinstance(value, datetime)
        else value
        for column, value in zip(COLUMNS, row, strict=True)
    }
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _rows(after: int, to: int, limit: int | None) -> list[Row[Any]]:
    statement = (
        select(*COLUMNS)
        .where(AuditRecord.id > after, AuditRecord.id <= to)
        .order_by(AuditRecord.id)
        .limit(limit)
    )
    return list(session.execute(statement))


def _seals() -> Iterator[AuditSeal]:
    after = 0
    while True:
        found = session.scalars(
            select(AuditSeal).where(AuditSeal.id > after).order_by(AuditSeal.id).limit(200)
        ).all()
        if not found:
            return
        yield from found
        after = found[-1].id
        session.expunge_all()


__all__ = [
    "RUN",
    "SETTLED",
    "START",
    "Fault",
    "Verification",
    "canonical",
    "digest",
    "seal",
    "settled_id",
    "verify",
]
