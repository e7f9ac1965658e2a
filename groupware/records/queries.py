"""Reads of records: holds that stand, disposals that wait for a decision, and the register of what was disposed of."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from groupware import clock
from groupware.access import held
from groupware.access.objects import access_of
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.models import Person
from groupware.plugin import RecordKind
from groupware.records.models import Disposal, Hold
from groupware.records.retention import disposable_from
from groupware.registry import registry

DISPOSE = "administration:record:dispose"
CHUNK = 500

STATES = ("proposed", "dispose", "extend", "transfer", "purged")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record whose clock has run out."""

    kind: str
    object_id: int
    uid: uuid.UUID
    unit_id: int | None
    title: str
    expired_on: date


def kinds() -> dict[str, RecordKind]:
    """Every kind of record that a plugin declares, by its id."""
    return {kind.id: kind for plugin in registry() for kind in plugin.records}


def record_type(obj: Any) -> str:
    """The id of the kind a record is of; what no plugin declares as a kind is known by the type of its access."""
    declared = next((kind.id for kind in kinds().values() if kind.model is type(obj)), None)
    return declared or access_of(obj).type


def stands(object_type: Any, object_uid: Any) -> Any:
    """Criterion: a hold stands on the object that the two columns name."""
    return exists().where(
        Hold.object_type == object_type, Hold.object_uid == object_uid, Hold.released_at.is_(None)
    )


def is_held(object_type: str, object_uid: uuid.UUID) -> bool:
    """Whether a hold stands on an object."""
    statement = select(Hold.id).where(
        Hold.object_type == object_type, Hold.object_uid == object_uid, Hold.released_at.is_(None)
    )
    return session.scalar(statement.limit(1)) is not None


def held_among(object_type: str, uids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the objects on which a hold stands."""
    statement = select(Hold.object_uid).where(
        Hold.object_type == object_type, Hold.object_uid.in_(list(uids)), Hold.released_at.is_(None)
    )
    return set(session.scalars(statement))


def candidates(kind: RecordKind, day: date) -> Iterator[Candidate]:
    """Records of a kind whose clock has run out on `day`, that no hold protects and nobody has proposed yet.

    The kind's own selection says when each record was completed; the calendar rule is applied here to all kinds alike.
    """
    rows = session.execute(kind.expired(day)).all()
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        known = _excluded(kind, [row.uid for row in part])
        places = _places(kind, [row.id for row in part])
        for row in part:
            unit_id, years = places.get(row.id, (None, kind.default_years))
            expired_on = disposable_from(_day(row.since), years)
            if row.uid not in known and expired_on is not None and expired_on <= day:
                yield Candidate(kind.id, row.id, row.uid, unit_id, str(row.title)[:200], expired_on)


def _day(since: date | datetime) -> date:
    return clock.local(since).date() if isinstance(since, datetime) else since


def _excluded(kind: RecordKind, uids: list[uuid.UUID]) -> set[uuid.UUID]:
    proposed = select(Disposal.object_uid).where(
        Disposal.object_type == kind.id, Disposal.object_uid.in_(uids)
    )
    return {*session.scalars(proposed), *held_among(kind.id, uids)}


def _places(kind: RecordKind, ids: list[int]) -> dict[int, tuple[int | None, int]]:
    """Unit and retention of rows, where the model has them."""
    model = kind.model
    unit = access_of(model).unit if hasattr(model, "access") else None
    columns = [model.id, *([unit.label("unit_id")] if unit is not None else [])]
    has_years = hasattr(model, "retention_years")
    if has_years:
        columns.append(model.retention_years.label("years"))
    return {
        row.id: (row.unit_id if unit is not None else None, row.years if has_years else kind.default_years)
        for row in session.execute(select(*columns).where(model.id.in_(ids)))
    }


_decider = aliased(Person)
_disposals = select(
    Disposal.id,
    Disposal.object_type,
    Disposal.object_id,
    Disposal.object_uid,
    Disposal.unit_id,
    Disposal.title,
    Disposal.expired_on,
    Disposal.proposed_at,
    Disposal.decision,
    Disposal.extended_to,
    Disposal.decided_at,
    Disposal.purged_at,
    _decider.display_name.label("decided_by"),
    stands(Disposal.object_type, Disposal.object_uid).label("is_held"),
).outerjoin(_decider, _decider.id == Disposal.decided_by)


def _in_state(statement: Any, state: str) -> Any:
    if state == "purged":
        return statement.where(Disposal.purged_at.is_not(None))
    return statement.where(Disposal.decision == state, Disposal.purged_at.is_(None))


def _within_reach(statement: Any, actor: Actor, column: Any) -> Any:
    mine = held(actor, DISPOSE)
    return statement if mine.everywhere else statement.where(column.in_(sorted(mine.units)))


def disposals(
    actor: Actor, state: str, *, after: int = 0, limit: int = 100, object_type: str = ""
) -> list[Row[Any]]:
    """Disposals in a state that the actor may decide about, oldest first; `after` is the id of the last one seen."""
    statement = _in_state(_within_reach(_disposals, actor, Disposal.unit_id), state)
    if object_type:
        statement = statement.where(Disposal.object_type == object_type)
    return list(session.execute(statement.where(Disposal.id > after).order_by(Disposal.id).limit(limit + 1)))


def counts(actor: Actor) -> dict[str, int]:
    """How many disposals there are in each state, of those that the actor may decide about."""
    is_purged = Disposal.purged_at.is_not(None)
    statement = _within_reach(
        select(Disposal.decision, is_purged.label("is_purged"), func.count().label("number")),
        actor,
        Disposal.unit_id,
    ).group_by(Disposal.decision, is_purged)
    found = dict.fromkeys(STATES, 0)
    for row in session.execute(statement):
        found["purged" if row.is_purged else row.decision] += row.number
    return found


def holds(actor: Actor, *, limit: int = 500) -> list[Row[Any]]:
    """Holds that stand, newest first, of those that the actor may release."""
    statement = (
        select(
            Hold.id,
            Hold.object_type,
            Hold.object_uid,
            Hold.unit_id,
            Hold.reason,
            Hold.placed_at,
            Hold.is_kept,
            Person.display_name.label("placed_by"),
        )
        .outerjoin(Person, Person.id == Hold.placed_by)
        .where(Hold.released_at.is_(None))
        .order_by(Hold.id.desc())
        .limit(limit)
    )
    return list(session.execute(_within_reach(statement, actor, Hold.unit_id)))


def due_for_purge(limit: int, types: Iterable[str]) -> Select[Any]:
    """Decided disposals that are not yet carried out and that no hold protects, oldest first."""
    return (
        select(Disposal)
        .where(
            and_(Disposal.decision == "dispose", Disposal.purged_at.is_(None)),
            Disposal.object_type.in_(list(types)),
            ~stands(Disposal.object_type, Disposal.object_uid),
        )
        .order_by(Disposal.id)
        .limit(limit)
    )


__all__ = [
    "CHUNK",
    "DISPOSE",
    "STATES",
    "Candidate",
    "candidates",
    "counts",
    "disposals",
    "due_for_purge",
    "held_among",
    "holds",
    "is_held",
    "kinds",
    "record_type",
    "stands",
]
