"""Tables of incidents: the report, and the timeline of what was done."""

import uuid
from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String, Uuid, select
from sqlalchemy.orm import Mapped, mapped_column

from groupware.access import ACTOR_PERSON, ObjectAccess, Relation
from groupware.access.enums import PrincipalKind
from groupware.access.models import Principal
from groupware.db import BIGINT, Base, Code, Key, Name
from groupware.i18n import lazy_gettext
from groupware.incidents.permissions import READ
from groupware.records.models import Record

_PEOPLE = "core_people.id"


class Incident(Record, Base):
    """What somebody reported."""

    __tablename__ = "core_incidents"
    __table_args__ = (Index("ix_core_incidents_unit", "unit_id", "closed_at", "id"),)

    access: ClassVar[ObjectAccess]

    id: Mapped[Key]
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    """Where the reporter works: whoever acts on incidents of that organisation sees it."""
    kind: Mapped[Code]
    summary: Mapped[str] = mapped_column(String(1000))
    informed: Mapped[str] = mapped_column(String(500), default="")
    """Who has been told by other ways: the head of section, the helpdesk, the police."""
    reported_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    noticed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


Incident.access = ObjectAccess(
    type="incidents.incident",
    read=READ,
    unit=Incident.unit_id,
    label=Incident.classification,
    relations=(
        Relation(
            name="reporter",
            title=lazy_gettext("Reported it"),
            permissions=frozenset({READ}),
            criterion=Incident.reported_by == ACTOR_PERSON,
            principals=lambda incident_id: (
                select(Principal.id)
                .join(Incident, Incident.reported_by == Principal.ref)
                .where(Incident.id == incident_id, Principal.kind == PrincipalKind.PERSON)
            ),
        ),
    ),
)


class Entry(Base):
    """A line of the timeline. Only ever added."""

    __tablename__ = "core_incident_entries"
    __table_args__ = (Index("ix_core_incident_entries_incident", "incident_id", "id"),)

    id: Mapped[Key]
    incident_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_incidents.id", ondelete="CASCADE"))
    step: Mapped[Code]
    text: Mapped[str] = mapped_column(String(1000), default="")
    person_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    person_name: Mapped[Name]
    at: Mapped[datetime]
    object_type: Mapped[Code] = mapped_column(default="")
    object_id: Mapped[int | None] = mapped_column(BIGINT)
    object_uid: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    hold_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_holds.id"))
