"""Requests for the time of the mayor, deputies and others of special service 特別職, and what was done with them."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, String, Text, Uuid, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from groupware.access import ACTOR_PERSON, ObjectAccess, Relation
from groupware.access.enums import PrincipalKind
from groupware.access.models import Principal
from groupware.db import BIGINT, Base, Code, Key, Name
from groupware.i18n import lazy_gettext
from groupware.records.models import Record
from plugins.schedule.enums import SPECIAL
from plugins.schedule.models.ties import SERVED
from plugins.schedule.permissions import READ

_PEOPLE = "core_people.id"


class SpecialRequest(Record, Base):
    """Somebody asks for the time of a person of special service; their secretaries decide. Fixed, it is `event_uid`."""

    __tablename__ = "schedule_special_requests"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="period"),
        Index("ix_schedule_special_requests_person", "person_id", "state", "starts_at"),
        Index("ix_schedule_special_requests_asker", "requested_by", "starts_at"),
        Index("ix_schedule_special_requests_event", "event_uid"),
    )

    id: Mapped[Key]
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    """The organisation that asks."""
    requested_by: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    """Whose time is asked for."""
    title: Mapped[Name]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    other_times: Mapped[str] = mapped_column(String(500), default="")
    place: Mapped[Name] = mapped_column(default="")
    attendants: Mapped[str] = mapped_column(String(500), default="")
    companions: Mapped[Name] = mapped_column(default="")
    """随行."""
    papers: Mapped[str] = mapped_column(String(500), default="")
    papers_due: Mapped[date | None]
    papers_at: Mapped[datetime | None]
    """When they arrived."""
    wants_car: Mapped[bool] = mapped_column(default=False)
    may_send_deputy: Mapped[bool] = mapped_column(default=False)
    layer: Mapped[Code] = mapped_column(default="staff")
    state: Mapped[Code] = mapped_column(default="requested")
    assigned_to: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    deputy_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    reply: Mapped[str] = mapped_column(String(1000), default="")
    event_uid: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    text: Mapped[str] = mapped_column(Text, default="", sort_order=100)
    search_text: Mapped[str] = mapped_column(Text, default="", sort_order=101)


class SpecialChange(Base):
    """A line of the trace of a request: who did what when."""

    __tablename__ = "schedule_special_changes"
    __table_args__ = (Index("ix_schedule_special_changes_request", "request_id", "id"),)

    id: Mapped[Key]
    request_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("schedule_special_requests.id", ondelete="CASCADE")
    )
    act: Mapped[Code]
    note: Mapped[str] = mapped_column(String(1000), default="")
    made_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    made_by_name: Mapped[Name]
    made_at: Mapped[datetime]


_SERVED_IDS = select(SERVED.subquery().c.person_id)


def _askers(request_id: int) -> Select[Any]:
    return (
        select(Principal.id)
        .join(SpecialRequest, SpecialRequest.requested_by == Principal.ref)
        .where(SpecialRequest.id == request_id, Principal.kind == PrincipalKind.PERSON)
    )


def _persons(request_id: int) -> Select[Any]:
    return (
        select(Principal.id)
        .join(SpecialRequest, SpecialRequest.person_id == Principal.ref)
        .where(SpecialRequest.id == request_id, Principal.kind == PrincipalKind.PERSON)
    )


SpecialRequest.access = ObjectAccess(
    type=SPECIAL,
    read=READ,
    label=SpecialRequest.classification,
    relations=(
        Relation(
            name="asker",
            title=lazy_gettext("They asked, or act for who did"),
            permissions=frozenset({READ}),
            criterion=or_(
                SpecialRequest.requested_by == ACTOR_PERSON, SpecialRequest.requested_by.in_(_SERVED_IDS)
            ),
            principals=_askers,
        ),
        Relation(
            name="person",
            title=lazy_gettext("Their time is asked for, or they are the secretary"),
            permissions=frozenset({READ}),
            criterion=or_(
                SpecialRequest.person_id == ACTOR_PERSON, SpecialRequest.person_id.in_(_SERVED_IDS)
            ),
            principals=_persons,
        ),
    ),
)
