"""Date polls 候補日調整: slots that are proposed, who is asked, and what each has answered."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, String, Text, Uuid, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from groupware.access import ACTOR_PERSON, ObjectAccess, Relation
from groupware.access.enums import PrincipalKind
from groupware.access.models import Principal
from groupware.db import BIGINT, Base, Code, Key, Name
from groupware.i18n import lazy_gettext
from groupware.records.models import Record
from plugins.schedule.enums import POLL
from plugins.schedule.models.ties import SERVED
from plugins.schedule.permissions import READ

_PEOPLE = "core_people.id"
_POLL = "schedule_polls.id"


class Poll(Record, Base):
    """A question to people when they have time. Settled, it has become the event `event_uid`."""

    __tablename__ = "schedule_polls"
    __table_args__ = (Index("ix_schedule_polls_organiser", "organiser_id", "answer_by"),)

    id: Mapped[Key]
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    organiser_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    created_by: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    title: Mapped[Name]
    place: Mapped[Name] = mapped_column(default="")
    answer_by: Mapped[datetime]
    state: Mapped[Code] = mapped_column(default="open")
    holds: Mapped[bool] = mapped_column(default=False)
    """Whether every slot stands as a tentative event in the calendars until it is settled."""
    event_uid: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    settled_slot_id: Mapped[int | None] = mapped_column(BIGINT)
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    text: Mapped[str] = mapped_column(Text, default="", sort_order=100)
    search_text: Mapped[str] = mapped_column(Text, default="", sort_order=101)


class PollSlot(Base):
    """A time that is proposed, and the tentative event that holds it."""

    __tablename__ = "schedule_poll_slots"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="period"),
        Index("ix_schedule_poll_slots_poll", "poll_id", "starts_at"),
        Index("ix_schedule_poll_slots_hold", "hold_id"),
    )

    id: Mapped[Key]
    poll_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_POLL, ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    hold_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("schedule_events.id", ondelete="SET NULL"))


class PollInvited(Base):
    """What was chosen: a person, or a principal that stood for people."""

    __tablename__ = "schedule_poll_invited"

    poll_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_POLL, ondelete="CASCADE"), primary_key=True)
    principal_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_principals.id"), primary_key=True)
    place: Mapped[int] = mapped_column(default=0)


class PollRespondent(Base):
    """Somebody who is asked: a person, or a guest by name. The name stays when the person is gone."""

    __tablename__ = "schedule_poll_respondents"
    __table_args__ = (
        Index("ix_schedule_poll_respondents_poll", "poll_id", "place"),
        Index("ix_schedule_poll_respondents_person", "person_id", "poll_id"),
    )

    id: Mapped[Key]
    poll_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_POLL, ondelete="CASCADE"))
    place: Mapped[int] = mapped_column(default=0)
    person_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE, ondelete="SET NULL"))
    is_guest: Mapped[bool] = mapped_column(default=False)
    name: Mapped[Name]
    comment: Mapped[str] = mapped_column(String(500), default="")
    answered_at: Mapped[datetime | None]
    answered_by_name: Mapped[Name] = mapped_column(default="")
    """Who answered for them, where it was somebody else."""


class PollAnswer(Base):
    """○, △ or × of a respondent to a slot."""

    __tablename__ = "schedule_poll_answers"
    __table_args__ = (Index("ix_schedule_poll_answers_slot", "slot_id"),)

    respondent_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("schedule_poll_respondents.id", ondelete="CASCADE"), primary_key=True
    )
    slot_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("schedule_poll_slots.id", ondelete="CASCADE"), primary_key=True
    )
    choice: Mapped[Code]


_SERVED_IDS = select(SERVED.subquery().c.person_id)
_asked = (
    select(PollRespondent.poll_id)
    .where(or_(PollRespondent.person_id == ACTOR_PERSON, PollRespondent.person_id.in_(_SERVED_IDS)))
    .correlate(None)
)


def _organisers(poll_id: int) -> Select[Any]:
    return (
        select(Principal.id)
        .join(Poll, or_(Poll.organiser_id == Principal.ref, Poll.created_by == Principal.ref))
        .where(Poll.id == poll_id, Principal.kind == PrincipalKind.PERSON)
    )


def _respondents(poll_id: int) -> Select[Any]:
    return (
        select(Principal.id)
        .join(PollRespondent, PollRespondent.person_id == Principal.ref)
        .where(PollRespondent.poll_id == poll_id, Principal.kind == PrincipalKind.PERSON)
    )


Poll.access = ObjectAccess(
    type=POLL,
    read=READ,
    label=Poll.classification,
    relations=(
        Relation(
            name="organiser",
            title=lazy_gettext("They organise it, or act for who does"),
            permissions=frozenset({READ}),
            criterion=or_(
                Poll.organiser_id == ACTOR_PERSON,
                Poll.created_by == ACTOR_PERSON,
                Poll.organiser_id.in_(_SERVED_IDS),
            ),
            principals=_organisers,
        ),
        Relation(
            name="respondent",
            title=lazy_gettext("They are asked, or act for who is"),
            permissions=frozenset({READ}),
            criterion=Poll.id.in_(_asked),
            principals=_respondents,
        ),
    ),
)
