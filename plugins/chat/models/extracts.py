"""The table of records that were made of rooms."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, String, Text, exists, select
from sqlalchemy.orm import Mapped, mapped_column

from groupware.access import ACTOR_PERSON, ObjectAccess, Relation, is_among
from groupware.access.enums import PrincipalKind
from groupware.access.models import Principal
from groupware.db import BIGINT, Base, Key, Name
from groupware.i18n import lazy_gettext
from groupware.records.models import Record
from plugins.chat.enums import EXTRACT, Role
from plugins.chat.models.tables import Member
from plugins.chat.permissions import RECORD


class Extract(Record, Base):
    """Messages of a room as a record of their own: a sealed file that outlives the room."""

    __tablename__ = "chat_extracts"
    __table_args__ = (
        Index("ix_chat_extracts_room", "room_id", "id"),
        Index("ix_chat_extracts_unit", "unit_id"),
    )

    id: Mapped[Key]
    room_id: Mapped[int] = mapped_column(BIGINT)
    """Refers to no row, because the record stays when the room is erased."""
    room_name: Mapped[Name]
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    """The organisation that answers for it, that of the room; of a conversation of two that of who made it."""
    title: Mapped[Name]
    since: Mapped[datetime]
    until: Mapped[datetime]
    """The first moment that is not in it any more."""
    first_seq: Mapped[int] = mapped_column(BIGINT)
    last_seq: Mapped[int] = mapped_column(BIGINT)
    notes_since: Mapped[datetime | None]
    """Notes that were begun since then are in it as well; None where it holds messages alone."""
    tasks_since: Mapped[datetime | None]
    """Tasks that were set since then are in it as well; None in an enquiry, and in records from before tasks were."""
    made_by: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_people.id"))
    made_by_name: Mapped[Name]
    sealed_at: Mapped[datetime | None]
    """None while the job has not made the file yet."""
    number: Mapped[int] = mapped_column(default=0)
    seal: Mapped[str] = mapped_column(String(64), default="")
    head: Mapped[str] = mapped_column(String(64), default="")
    search_text: Mapped[str] = mapped_column(Text, default="", sort_order=99)
    """Title, names and texts, folded: by what requests for disclosure find it."""
    text: Mapped[str] = mapped_column(Text, default="", sort_order=100)
    """What the file says, in plain words."""


def _moderators(extract_id: int) -> Select[Any]:
    room = select(Extract.room_id).where(Extract.id == extract_id).scalar_subquery()
    return select(Member.principal_id).where(
        Member.room_id == room, Member.ended_at.is_(None), Member.role >= Role.MODERATOR.value
    )


def _maker(extract_id: int) -> Select[Any]:
    return (
        select(Principal.id)
        .join(Extract, Extract.made_by == Principal.ref)
        .where(Extract.id == extract_id, Principal.kind == PrincipalKind.PERSON.value)
    )


Extract.access = ObjectAccess(
    type=EXTRACT,
    read=RECORD,
    unit=Extract.unit_id,
    label=Extract.classification,
    relations=(
        Relation(
            name="maker",
            title=lazy_gettext("Made the record"),
            permissions=frozenset({RECORD}),
            criterion=Extract.made_by == ACTOR_PERSON,
            principals=_maker,
        ),
        Relation(
            name="moderator",
            title=lazy_gettext("Moderates the room that it was made of"),
            permissions=frozenset({RECORD}),
            criterion=exists().where(
                Member.room_id == Extract.room_id,
                Member.ended_at.is_(None),
                Member.role >= Role.MODERATOR.value,
                is_among(Member.principal_id),
            ),
            principals=_moderators,
        ),
    ),
)
