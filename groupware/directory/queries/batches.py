"""The deliveries that somebody may see. Before its publication nobody but its loaders knows that there is one."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import select

from groupware import access
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.delivery.findings import Finding
from groupware.directory.delivery.plan import Change
from groupware.directory.enums import BatchState
from groupware.directory.models import Batch, Person
from groupware.errors import NotFound
from groupware.i18n import gettext

LOAD = "directory:batch:load"
MOST = 500
"""A city loads one or two a month."""


@dataclass(frozen=True, slots=True)
class BatchView:
    """A delivery as its list and its page show it."""

    id: int
    uid: UUID
    title: str
    state: str
    publication_time: datetime | None
    effective_on: date
    loaded_by: int | None
    loader_name: str | None
    co_loaders: list[int]
    loaded_at: datetime
    published_at: datetime | None
    summary: dict[str, Any]
    declined: list[str]
    version: int

    @property
    def is_waiting(self) -> bool:
        """Whether it can still be changed or withdrawn."""
        return self.state == BatchState.STAGED

    @property
    def counts(self) -> dict[str, int]:
        """Changes by kind; empty for a faulty delivery."""
        found: dict[str, int] = self.summary.get("counts", {})
        return found

    @property
    def proposed(self) -> list[tuple[str, str]]:
        """New number, number that it probably continues."""
        return [(new, old) for new, old in self.summary.get("proposed", [])]

    def is_for(self, actor: Actor) -> bool:
        """Whether the actor may know of it: a loader, or anybody with the permission once it is published."""
        is_loader = actor.person_id == self.loaded_by or actor.person_id in self.co_loaders
        return actor.is_system or self.state == BatchState.PUBLISHED or is_loader


_batches = (
    select(
        Batch.id,
        Batch.uid,
        Batch.title,
        Batch.state,
        Batch.publication_time,
        Batch.effective_on,
        Batch.loaded_by,
        Person.display_name.label("loader_name"),
        Batch.co_loaders,
        Batch.loaded_at,
        Batch.published_at,
        Batch.summary,
        Batch.declined,
        Batch.version,
    )
    .outerjoin(Person, Person.id == Batch.loaded_by)
    .order_by(Batch.id.desc())
)


def batches_for(actor: Actor) -> list[BatchView]:
    """The deliveries that the actor may see, newest first. Denied without the permission, NeedsElevation."""
    access.require(actor, LOAD)
    found = (BatchView(**row._mapping) for row in session.execute(_batches.limit(MOST)))
    return [batch for batch in found if batch.is_for(actor)]


def batch_for(actor: Actor, uid: UUID) -> BatchView:
    """One delivery. NotFound for one that the actor may not know of."""
    access.require(actor, LOAD)
    row = session.execute(_batches.where(Batch.uid == uid)).first()
    if row is None or not (batch := BatchView(**row._mapping)).is_for(actor):
        raise NotFound(gettext("The page you are looking for was not found."))
    return batch


def findings_of(batch: BatchView) -> list[Finding]:
    """The faults and remarks of a delivery that was handed out by `batch_for`."""
    kept = session.scalar(select(Batch.findings).where(Batch.id == batch.id)) or []
    return [Finding.from_json(values) for values in kept]


def changes_of(batch: BatchView, kind: str = "", limit: int | None = None) -> list[Change]:
    """The first changes of one kind, or of all, of a delivery that was handed out by `batch_for`."""
    kept = session.scalar(select(Batch.changes).where(Batch.id == batch.id)) or []
    wanted = (values for values in kept if not kind or kind in values["kinds"])
    return [Change.from_json(values) for values in islice(wanted, limit)]


def loaders_of(batch: BatchView) -> list[tuple[int, str, str]]:
    """Id, staff number and name of those who may see it beside the one who loaded it."""
    if not batch.co_loaders:
        return []
    statement = select(Person.id, Person.staff_number, Person.display_name).where(
        Person.id.in_(batch.co_loaders)
    )
    return [
        (row.id, row.staff_number, row.display_name) for row in session.execute(statement.order_by(Person.id))
    ]


__all__ = ["LOAD", "BatchView", "batch_for", "batches_for", "changes_of", "findings_of", "loaders_of"]
