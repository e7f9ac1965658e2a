"""Webhooks of a room, and what is known of one by which a program speaks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, bindparam, exists, func, select

from groupware import access, clock
from groupware.access.models import PersonPrincipal
from groupware.actor import Actor
from groupware.api.models import AccessToken
from groupware.auth.models import Account
from groupware.db import BIGINT, fetch, holds_on
from groupware.directory.models import Person
from groupware.directory.queries.standing import is_on_leave
from groupware.i18n import lazy_pgettext
from groupware.plugin import Text
from plugins.chat.enums import ROOM, Role
from plugins.chat.models import Member, Message, Room, Webhook
from plugins.chat.permissions import READ
from plugins.chat.queries.rooms import RoomView


class HookState(StrEnum):
    """How a webhook stands."""

    HOLDS = "holds"
    REFUSED = "refused"
    """It holds, and what its program said last was refused."""
    OVER = "over"
    REVOKED = "revoked"

    @property
    def label(self) -> Text:
        """The word on screen."""
        return STATE_LABELS[self]


STATE_LABELS = {
    HookState.HOLDS: lazy_pgettext("webhook", "In use"),
    HookState.REFUSED: lazy_pgettext("webhook", "Refused"),
    HookState.OVER: lazy_pgettext("webhook", "Expired"),
    HookState.REVOKED: lazy_pgettext("webhook", "Revoked"),
}


@dataclass(frozen=True, slots=True)
class HookLine:
    """A webhook in the list of its room."""

    id: int
    uid: UUID
    name: str
    note: str
    made_by_name: str
    made_by_unit: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    refused_for: str
    last_used_at: datetime | None
    messages: int
    """How many it has posted that stand in the room."""
    state: HookState

    @property
    def holds(self) -> bool:
        """Whether it can be revoked."""
        return self.state in (HookState.HOLDS, HookState.REFUSED)


_ROOM = bindparam("room", type_=BIGINT)
_posted = (
    select(func.count())
    .where(
        Message.room_id == _ROOM,
        Message.webhook_id == Webhook.id,
        Message.deleted_at.is_(None),
    )
    .correlate(Webhook)
    .scalar_subquery()
)
_of_room = (
    select(
        Webhook.id,
        Webhook.uid,
        Webhook.name,
        Webhook.note,
        Webhook.made_by_name,
        Webhook.made_by_unit,
        Webhook.made_at,
        Webhook.expires_at,
        Webhook.revoked_at,
        Webhook.refused_at,
        Webhook.refused_for,
        AccessToken.last_used_at,
        _posted.label("messages"),
    )
    .outerjoin(AccessToken, AccessToken.id == Webhook.token_id)
    .where(Webhook.room_id == _ROOM)
    .order_by(Webhook.id.desc())
)


def of_room(actor: Actor, room: RoomView) -> list[HookLine]:
    """All that a room ever had, those that hold first, the newest of them first."""
    lines = [_line(actor, row) for row in fetch(_of_room, {"room": room.id})]
    return sorted(lines, key=lambda one: not one.holds)


def _line(actor: Actor, row: Any) -> HookLine:
    return HookLine(
        id=row.id,
        uid=row.uid,
        name=row.name,
        note=row.note,
        made_by_name=row.made_by_name,
        made_by_unit=row.made_by_unit,
        made_at=row.made_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        refused_for=row.refused_for,
        last_used_at=row.last_used_at,
        messages=row.messages,
        state=_state(actor, row),
    )


def _state(actor: Actor, row: Any) -> HookState:
    if row.revoked_at is not None:
        return HookState.REVOKED
    if row.expires_at <= actor.now:
        return HookState.OVER
    return HookState.REFUSED if row.refused_at is not None else HookState.HOLDS


_today = bindparam("today", type_=Date())
_calling = (
    select(
        Webhook.id,
        Webhook.name,
        Webhook.made_by,
        Webhook.refused_at,
        Room.id.label("room_id"),
        Room.uid.label("room_uid"),
        Room.unit_id,
        exists()
        .where(Account.person_id == Webhook.made_by, Account.is_suspended.is_(True))
        .label("is_suspended"),
        is_on_leave(Webhook.made_by, _today).label("is_on_leave"),
    )
    .join(Room, Room.id == Webhook.room_id)
    .where(
        Webhook.token_id == bindparam("token", type_=BIGINT),
        Webhook.revoked_at.is_(None),
        Room.deleted_at.is_(None),
    )
)


def calling(token_id: int) -> Any:
    """What is known of the webhook of a token, and whether the account of who made it rests; None if its room is gone."""
    return fetch(_calling, {"token": token_id, "today": clock.today()}).one_or_none()


_standing = select(Webhook.id).where(
    Webhook.id.in_(bindparam("webhooks", type_=BIGINT, expanding=True)), Webhook.revoked_at.is_(None)
)


def standing(webhooks: Collection[int]) -> set[int]:
    """Those that are not revoked; asked while their rooms are locked, as who revokes locks them. No statement for none."""
    return {row.id for row in fetch(_standing, {"webhooks": sorted(webhooks)})} if webhooks else set()


_named = select(Webhook.id, Webhook.name, Webhook.made_by_name, Webhook.made_by_unit).where(
    Webhook.id.in_(bindparam("webhooks", type_=BIGINT, expanding=True))
)


def answering(said: Sequence[Message]) -> Mapping[int, str]:
    """Webhook → who answers for what it said, of those by which some of the messages came: name and organisation as of then."""
    wanted = {one.webhook_id for one in said if one.webhook_id is not None}
    rows = fetch(_named, {"webhooks": sorted(wanted)}) if wanted else ()
    return {row.id: f"{row.made_by_unit} {row.made_by_name}".strip() for row in rows}


_described = (
    select(
        Webhook.id,
        Webhook.name,
        Webhook.refused_for,
        Room.uid,
        Room.name.label("room_name"),
        Room.classification,
        Room.unit_id,
    )
    .join(Room, Room.id == Webhook.room_id)
    .where(
        Webhook.id.in_(bindparam("webhooks", type_=BIGINT, expanding=True)),
        Room.deleted_at.is_(None),
        access.visible(READ, Room),
    )
)


def told_about(actor: Actor, webhooks: Sequence[int]) -> Sequence[Any]:
    """Those of the webhooks whose rooms the actor may read."""
    return fetch(_described, {**access.parameters(actor, READ, ROOM), "webhooks": list(webhooks)}).all()


def owners(room_id: int) -> Select[Any]:
    """The ids of the people who own a room today."""
    day = clock.today()
    return (
        select(PersonPrincipal.person_id)
        .join(Member, Member.principal_id == PersonPrincipal.principal_id)
        .join(Person, Person.id == PersonPrincipal.person_id)
        .where(
            Member.room_id == room_id,
            Member.ended_at.is_(None),
            Member.role == Role.OWNER.value,
            holds_on(PersonPrincipal, day),
            Person.left_on > day,
        )
        .distinct()
    )


__all__ = ["HookLine", "HookState", "answering", "calling", "of_room", "owners", "standing", "told_about"]
