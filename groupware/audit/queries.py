"""Reads of the audit, limited to what the actor may see: everything, or what their organisations did and what was done to theirs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, false, func, or_, select

from groupware import clock
from groupware.access.queries import held
from groupware.actor import Actor
from groupware.audit.models import AuditRecord, AuditSeal
from groupware.db import session
from groupware.directory.models import Person
from groupware.directory.tree import org_tree

READ = "administration:audit:read"
OUTCOMES = ("done", "refused", "failed")
DAYS = 7
"""How far back the page looks unless it is told."""
MAX_EXPORT = 50_000

Position = tuple[datetime, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What an auditor looks for; days are inclusive, empty values do not limit."""

    since: date
    until: date
    person_id: int | None = None
    action: str = ""
    """An action, or with a trailing dot the beginning of several."""
    outcome: str = ""
    unit_id: int | None = None
    object_type: str = ""
    object_id: int | None = None
    request_id: str = ""

    @property
    def names(self) -> list[str]:
        """Which fields limit, for the audit of the reading itself."""
        chosen = ("person_id", "action", "outcome", "unit_id", "object_type", "object_id", "request_id")
        return [name for name in chosen if getattr(self, name)]


_records: Any = select(AuditRecord, Person.display_name, Person.staff_number).outerjoin(
    Person, Person.id == AuditRecord.person_id
)


def usual(today: date) -> Filter:
    """The last days, everything."""
    return Filter(since=today - timedelta(days=DAYS - 1), until=today)


def page(
    actor: Actor,
    wanted: Filter,
    *,
    older_than: Position | None = None,
    newer_than: Position | None = None,
    limit: int,
) -> tuple[list[Row[Any]], bool]:
    """One page, newest first, from a position in either direction; and whether there is more in that direction."""
    conditions = [*_conditions(wanted), _within_reach(actor)]
    order = (AuditRecord.at.desc(), AuditRecord.id.desc())
    if older_than is not None:
        conditions.append(_before(*older_than))
    elif newer_than is not None:
        conditions.append(_after(*newer_than))
        order = (AuditRecord.at.asc(), AuditRecord.id.asc())
    rows = list(session.execute(_records.where(*conditions).order_by(*order).limit(limit + 1)))
    has_more = len(rows) > limit
    rows = rows[:limit]
    return (rows[::-1] if newer_than is not None and older_than is None else rows), has_more


def number(actor: Actor, wanted: Filter, cap: int = 10_000) -> int:
    """How many records match, counted up to `cap`."""
    inner = select(AuditRecord.id).where(*_conditions(wanted), _within_reach(actor)).limit(cap).subquery()
    return session.scalar(select(func.count()).select_from(inner)) or 0


def everything(actor: Actor, wanted: Filter) -> Iterator[Row[Any]]:
    """All matching records, newest first, at most `MAX_EXPORT`."""
    conditions = [*_conditions(wanted), _within_reach(actor)]
    statement = _records.where(*conditions).order_by(AuditRecord.at.desc(), AuditRecord.id.desc())
    yield from session.execute(statement.limit(MAX_EXPORT).execution_options(yield_per=1_000))


def one(actor: Actor, record_id: int) -> Row[Any] | None:
    """One record with its person, or None if there is none that the actor may see."""
    return session.execute(_records.where(AuditRecord.id == record_id, _within_reach(actor))).first()


def last_seal() -> AuditSeal | None:
    """The newest seal."""
    return session.scalars(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1)).first()


def actions_used(since: date) -> list[str]:
    """Every action that occurs since a day, for the filter's choices."""
    return list(
        session.scalars(
            select(AuditRecord.action)
            .where(AuditRecord.at >= clock.midnight(since))
            .distinct()
            .order_by(AuditRecord.action)
        )
    )


def _conditions(wanted: Filter) -> list[Any]:
    found: list[Any] = [
        AuditRecord.at >= clock.midnight(wanted.since),
        AuditRecord.at < clock.end_of(wanted.until),
    ]
    if wanted.person_id is not None:
        found.append(AuditRecord.person_id == wanted.person_id)
    if wanted.action.endswith("."):
        found.append(AuditRecord.action.startswith(wanted.action, autoescape=True))
    elif wanted.action:
        found.append(AuditRecord.action == wanted.action)
    if wanted.outcome:
        found.append(AuditRecord.outcome == wanted.outcome)
    if wanted.unit_id is not None:
        units = sorted(org_tree().subtree(wanted.unit_id)) or [wanted.unit_id]
        found.append(or_(AuditRecord.unit_id.in_(units), AuditRecord.object_unit_id.in_(units)))
    if wanted.object_type:
        found.append(AuditRecord.object_type == wanted.object_type)
    if wanted.object_id is not None:
        found.append(AuditRecord.object_id == wanted.object_id)
    if wanted.request_id:
        found.append(AuditRecord.request_id == wanted.request_id)
    return found


def _within_reach(actor: Actor) -> Any:
    mine = held(actor, READ)
    if mine.everywhere:
        return AuditRecord.id > 0
    if not mine.units:
        return false()
    units = sorted(mine.units)
    return or_(AuditRecord.unit_id.in_(units), AuditRecord.object_unit_id.in_(units))


def _before(at: datetime, record_id: int) -> Any:
    return or_(AuditRecord.at < at, and_(AuditRecord.at == at, AuditRecord.id < record_id))


def _after(at: datetime, record_id: int) -> Any:
    return or_(AuditRecord.at > at, and_(AuditRecord.at == at, AuditRecord.id > record_id))


__all__ = [
    "DAYS",
    "MAX_EXPORT",
    "OUTCOMES",
    "READ",
    "Filter",
    "actions_used",
    "everything",
    "last_seal",
    "number",
    "one",
    "page",
    "usual",
]
