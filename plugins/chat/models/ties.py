"""Who has which tie to a room: what its roles allow, beside grants."""

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select

from groupware.access import ObjectAccess, Relation, is_among
from groupware.i18n import lazy_gettext
from plugins.chat.enums import ROOM, Role
from plugins.chat.models.tables import Member, Room
from plugins.chat.permissions import KEEP, MODERATE, READ


def _belongs(least: Role) -> ColumnElement[bool]:
    return exists().where(
        Member.room_id == Room.id,
        Member.ended_at.is_(None),
        Member.role >= least.value,
        is_among(Member.principal_id),
    )


def _members(room_id: int, least: Role) -> Select[Any]:
    return select(Member.principal_id).where(
        Member.room_id == room_id, Member.ended_at.is_(None), Member.role >= least.value
    )


Room.access = ObjectAccess(
    type=ROOM,
    read=READ,
    unit=Room.unit_id,
    label=Room.classification,
    relations=(
        Relation(
            name="member",
            title=lazy_gettext("Belongs to the room"),
            permissions=frozenset({READ}),
            criterion=_belongs(Role.READER),
            principals=lambda room_id: _members(room_id, Role.READER),
        ),
        Relation(
            name="moderator",
            title=lazy_gettext("Moderates the room"),
            permissions=frozenset({MODERATE}),
            criterion=_belongs(Role.MODERATOR),
            principals=lambda room_id: _members(room_id, Role.MODERATOR),
        ),
        Relation(
            name="owner",
            title=lazy_gettext("Owns the room"),
            permissions=frozenset({KEEP}),
            criterion=_belongs(Role.OWNER),
            principals=lambda room_id: _members(room_id, Role.OWNER),
        ),
    ),
)
