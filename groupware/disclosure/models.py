"""Tables of requests for disclosure: the case, copies of the records chosen for it, and what is blackened in them.

The copy is taken when a record is chosen: what was requested is what there was, and the original is never touched.
"""

import uuid
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from groupware.access import ObjectAccess
from groupware.db import BIGINT, Base, Code, Key, Name, Uid
from groupware.disclosure.permissions import MANAGE
from groupware.records.models import Record

_PEOPLE = "core_people.id"


class Case(Record, Base):
    """A request for disclosure."""

    __tablename__ = "core_disclosure_cases"
    __table_args__ = (
        UniqueConstraint("fiscal_year", "serial"),
        CheckConstraint("state IN ('open', 'decided', 'closed')", name="state"),
        Index("ix_core_disclosure_cases_unit", "unit_id", "state", "due_on"),
    )

    access: ClassVar[ObjectAccess]

    id: Mapped[Key]
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    """The organisation that works on it: grants over its subtree reach it."""
    fiscal_year: Mapped[int]
    serial: Mapped[int]
    requester: Mapped[Code]
    """By what they may ask; who they are stands in the paper file."""
    subject: Mapped[str] = mapped_column(String(1000))
    """What is requested."""
    received_on: Mapped[date]
    due_on: Mapped[date]
    extended_from: Mapped[date | None]
    """The first deadline, where it was put off."""
    extension_reason: Mapped[Name] = mapped_column(default="")
    state: Mapped[Code] = mapped_column(default="open")
    decision: Mapped[Code] = mapped_column(default="")
    decision_note: Mapped[str] = mapped_column(String(1000), default="")
    decided_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    decided_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    opened_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    version: Mapped[int] = mapped_column(default=1)


Case.access = ObjectAccess(type="disclosure.case", read=MANAGE, unit=Case.unit_id)


class Document(Base):
    """The copy of a record that was chosen for a case, with the hold that protects the original."""

    __tablename__ = "core_disclosure_documents"
    __table_args__ = (UniqueConstraint("case_id", "object_type", "object_uid"),)

    id: Mapped[Key]
    uid: Mapped[Uid]
    case_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_disclosure_cases.id", ondelete="CASCADE"))
    object_type: Mapped[Code]
    object_uid: Mapped[uuid.UUID] = mapped_column(Uuid)
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    title_length: Mapped[int]
    """The title is the beginning of the text."""
    text: Mapped[str] = mapped_column(Text)
    hold_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_holds.id"))
    added_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    added_at: Mapped[datetime]


class Redaction(Base):
    """A passage of a copy that is not disclosed, from character `start` up to `end`, and the clause that says so."""

    __tablename__ = "core_disclosure_redactions"
    __table_args__ = (
        CheckConstraint("start_at >= 0 AND start_at < end_at", name="passage"),
        UniqueConstraint("document_id", "start_at", "end_at"),
    )

    id: Mapped[Key]
    document_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("core_disclosure_documents.id", ondelete="CASCADE")
    )
    start_at: Mapped[int]
    end_at: Mapped[int]
    clause: Mapped[Name]
    made_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    made_at: Mapped[datetime]
