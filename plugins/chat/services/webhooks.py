"""Let a program speak in a room, and end that. Whoever makes a webhook answers for what it says.

Its secret is a token of a foreign system, so it ends, is listed with its last use and is refused as every token is.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from groupware import audit, rules
from groupware.actor import Actor
from groupware.api.services import issue_for_system, revoke_of_system
from groupware.db import session
from groupware.directory.queries.roll import roll
from groupware.errors import Conflict, Invalid
from groupware.guards import texts
from groupware.i18n import gettext
from groupware.text.folding import fold
from plugins.chat.enums import ROOM, Hooking, Role, RoomKind
from plugins.chat.models import Webhook
from plugins.chat.queries.rooms import RoomView, not_found
from plugins.chat.rules import WEBHOOK_DAYS, WEBHOOKS
from plugins.chat.services.locking import denied, locked, require, require_live, require_room
from plugins.chat.services.voices import voice
from plugins.chat.services.wording import one_line, require_wanted, unmarked

SCOPE: Final = "chat.webhooks:write"
MADE, REVOKED = "chat.webhook_made", "chat.webhook_revoked"
MOST = 20
"""Webhooks of a room that hold at a time."""
NAME_LENGTH = 60
NOTE_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Made:
    """A new webhook with its secret in clear, on its only way to whoever asked for it."""

    name: str
    secret: str
    expires_at: datetime


def least_role(unit_id: int | None) -> Role | None:
    """Which role lets people make webhooks, and answer for them, in rooms of an organisation; None where nobody may."""
    chosen = rules.value(WEBHOOKS, unit_id)
    return {Hooking.MODERATORS.value: Role.MODERATOR, Hooking.OWNERS.value: Role.OWNER}.get(chosen)


def may_make(view: RoomView) -> bool:
    """Whether whoever opened the room may let a program speak in it."""
    least = least_role(view.unit_id)
    is_live = view.kind is RoomKind.ROOM and view.archived_at is None
    return is_live and least is not None and view.role is not None and view.role >= least


def longest_days(unit_id: int | None) -> int:
    """For how many days a webhook of a room of this organisation may hold."""
    return int(rules.value(WEBHOOK_DAYS, unit_id))


def make(actor: Actor, room_uid: uuid.UUID, name: str, note: str, days: int) -> Made:
    """Let a program speak in a room, for so many days.

    Raises NotFound, Denied for whom the rule does not let, Conflict for an archived room and for too many, Invalid with its fields.
    """
    view = locked(actor, room_uid)
    require_room(view)
    require_live(view)
    if actor.person_id is None or not may_make(view):
        raise denied(
            view, gettext("The rule of the organisation does not let you make webhooks in this room.")
        )
    name, note = _checked(actor, view, name, note)
    if not 1 <= days <= longest_days(view.unit_id):
        words = gettext("Please choose a validity of 1 to %(days)d days.", days=longest_days(view.unit_id))
        raise Invalid(words, fields={"days": words})
    _require_few(actor, view)
    issued = issue_for_system(actor, name, gettext("Room %(room)s", room=view.name)[:100], (SCOPE,), days)
    signed = voice(actor, view.unit_id, is_section=False)
    made = Webhook(
        room_id=view.id,
        token_id=issued.id,
        name=name,
        note=note,
        made_by=actor.person_id,
        made_by_name=signed.name,
        made_by_unit=signed.unit,
        made_at=actor.now,
        expires_at=issued.expires_at,
    )
    session.add(made)
    session.flush()
    _record(actor, MADE, view, made, days=days)
    return Made(name, issued.secret, issued.expires_at)


def revoke(actor: Actor, room_uid: uuid.UUID, uid: uuid.UUID) -> None:
    """Let a program speak no more, whoever has made the webhook; what it said stays. Raises NotFound, also for what is revoked, Denied."""
    view = locked(actor, room_uid)
    require_room(view)
    require(actor, view, Role.MODERATOR)
    statement = select(Webhook).where(
        Webhook.room_id == view.id, Webhook.uid == uid, Webhook.revoked_at.is_(None)
    )
    found = session.scalars(statement.with_for_update()).one_or_none()
    if found is None:
        raise not_found()
    found.revoked_at, found.revoked_by = actor.now, actor.person_id
    if found.token_id is not None:
        revoke_of_system(actor, found.token_id)
    session.flush()
    _record(actor, REVOKED, view, found)


def _checked(actor: Actor, view: RoomView, name: str, note: str) -> tuple[str, str]:
    name, note = one_line(name), unmarked(note)
    faults: dict[str, str] = {}
    if not name:
        faults["name"] = gettext("Please enter a name.")
    for field, text, limit in (("name", name, NAME_LENGTH), ("note", note, NOTE_LENGTH)):
        if len(text) > limit:
            faults[field] = gettext(
                "At most %(limit)d characters (now %(length)d).", limit=limit, length=len(text)
            )
    if _is_of_person(name):
        faults["name"] = gettext("This is the name of a person. Please enter the name of the system.")
    if faults:
        raise Invalid(gettext("Some entries need your attention."), fields=faults)
    require_wanted(view.unit_id, name, "name")
    texts.require_clean(actor, view.unit_id, {"name": name, "note": note})
    return name, note


def _is_of_person(name: str) -> bool:
    """Whether somebody who works here is called so: a program never speaks under the name of a person."""
    wanted = _bare(name)
    return any(_bare(one.name) == wanted for one in roll().entries.values())


def _bare(name: str) -> str:
    return "".join(fold(name).split())


def _require_few(actor: Actor, view: RoomView) -> None:
    statement = (
        select(func.count())
        .select_from(Webhook)
        .where(Webhook.room_id == view.id, Webhook.revoked_at.is_(None), Webhook.expires_at > actor.now)
    )
    if (session.scalar(statement) or 0) >= MOST:
        words = gettext(
            "This room has %(count)d webhooks already. Please revoke those not in use.", count=MOST
        )
        raise Conflict(words, code="limit")


def _record(actor: Actor, act: str, view: RoomView, hook: Webhook, **details: int) -> None:
    audit.record(
        actor,
        act,
        object_type=ROOM,
        object_id=view.id,
        unit_id=view.unit_id,
        details={"webhook": hook.id, **details},
    )


__all__ = [
    "MADE",
    "MOST",
    "NAME_LENGTH",
    "NOTE_LENGTH",
    "REVOKED",
    "SCOPE",
    "Made",
    "least_role",
    "longest_days",
    "make",
    "may_make",
    "revoke",
]
