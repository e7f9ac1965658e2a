"""Reads of incidents: those somebody may see, their timeline, and who has had to do with the evidence."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, or_, select

from groupware import access
from groupware.access.objects import access_of
from groupware.actor import Actor
from groupware.audit.models import AuditRecord
from groupware.db import session
from groupware.directory.models import Person
from groupware.errors import NotFound
from groupware.i18n import gettext
from groupware.incidents.enums import Step
from groupware.incidents.models import Entry, Incident
from groupware.incidents.permissions import READ
from groupware.records.queries import kinds
from groupware.records.retention import has_run_out

MOST_TRACES = 500
"""Lines of "who has had to do with it"."""

_visible = (
    select(Incident)
    .where(access.visible(READ, Incident), Incident.deleted_at.is_(None))
    .order_by(Incident.closed_at.is_not(None), Incident.id.desc())
    .limit(500)
)


def incidents(actor: Actor) -> Sequence[Incident]:
    """What the actor reported or acts on, open ones first, newest first."""
    return session.scalars(_visible, access.parameters(actor, READ, "incidents.incident")).all()


def incident(actor: Actor, uid: uuid.UUID) -> Incident:
    """One incident. Raises NotFound, the same for what is absent and what may not be known."""
    values = access.parameters(actor, READ, "incidents.incident")
    found = session.scalars(
        select(Incident).where(
            Incident.uid == uid, Incident.deleted_at.is_(None), access.visible(READ, Incident)
        ),
        values,
    ).first()
    if found is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    return found


def timeline(incident_id: int) -> Sequence[Entry]:
    """What was done, in its order."""
    return session.scalars(select(Entry).where(Entry.incident_id == incident_id).order_by(Entry.id)).all()


def traces(entries: Sequence[Entry]) -> list[Row[Any]]:
    """Who saw, took or changed the evidence, as the audit knows it, newest first."""
    known = kinds()
    frozen = {
        (access_of(known[one.object_type].model).type, one.object_id)
        for one in entries
        if one.step in (Step.FROZEN, Step.LOCKED) and one.object_type in known
    }
    if not frozen:
        return []
    about = [
        and_(AuditRecord.object_type == kind, AuditRecord.object_id == key) for kind, key in sorted(frozen)
    ]
    statement = (
        select(
            AuditRecord.at,
            AuditRecord.action,
            AuditRecord.zone,
            AuditRecord.address,
            Person.display_name,
        )
        .outerjoin(Person, Person.id == AuditRecord.person_id)
        .where(or_(*about))
        .order_by(AuditRecord.id.desc())
        .limit(MOST_TRACES)
    )
    return list(session.execute(statement))


def expired(day: date) -> Any:
    """Closed incidents whose retention has ended on `day`, as (id, uid, title, since)."""
    return (
        select(Incident.id, Incident.uid, Incident.summary.label("title"), Incident.closed_at.label("since"))
        .where(
            Incident.closed_at.is_not(None), has_run_out(Incident.closed_at, Incident.retention_years, day)
        )
        .order_by(Incident.id)
    )
