"""What the chat tells people in their timeline: what was written to them alone, answers to what they have said, what names them, and every
message of the rooms for which they chose it.

Everything else that is said stands at the rooms as a number. Lines are about the room, so that twenty messages are one line.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from groupware.actor import Actor
from groupware.guards.labels import consequences
from groupware.i18n import lazy_pgettext
from groupware.plugin import About, NotificationKind
from plugins.chat.enums import ROOM
from plugins.chat.events import MESSAGE_SENT
from plugins.chat.queries.mentions import mentioned
from plugins.chat.queries.receivers import told_about, waiting, watching
from plugins.chat.queries.rooms import title_of

Payload = Mapping[str, Any]


def _describe(actor: Actor, rooms: Sequence[int]) -> dict[int, About]:
    return {
        row.id: About(
            title=title_of(actor, row),
            url=url_for("chat.room", uid=row.uid),
            may_be_mailed=consequences(row.classification, row.unit_id).may_be_mailed,
        )
        for row in told_about(actor, rooms)
    }


def _partner(payload: Payload) -> Any:
    return waiting(payload["partner_id"], payload["room_id"], payload["seq"])


def _has_partner(payload: Payload, _by: int | None) -> bool:
    return payload["partner_id"] is not None


def _answered(payload: Payload) -> Any:
    return waiting(payload["answered_id"], payload["room_id"], payload["seq"])


def _has_answered(payload: Payload, _by: int | None) -> bool:
    return payload["answered_id"] is not None


def _names_anybody(payload: Payload, _by: int | None) -> bool:
    return bool(payload["mentioned"])


def _watching(payload: Payload) -> Any:
    return watching(payload["room_id"], payload["seq"])


def _is_watched(payload: Payload, _by: int | None) -> bool:
    return payload["watched_id"] is not None


NOTIFICATIONS = (
    NotificationKind(
        id="chat.direct",
        title=lazy_pgettext("notice", "Message to you"),
        icon="message-circle",
        event=MESSAGE_SENT,
        subject="room_id",
        audience=_partner,
        describe=_describe,
        thing=ROOM,
        concerns=_has_partner,
    ),
    NotificationKind(
        id="chat.answer",
        title=lazy_pgettext("notice", "Answer to your message"),
        icon="message-circle",
        event=MESSAGE_SENT,
        subject="room_id",
        audience=_answered,
        describe=_describe,
        thing=ROOM,
        concerns=_has_answered,
    ),
    NotificationKind(
        id="chat.mention",
        title=lazy_pgettext("notice", "Message that names you"),
        icon="message-square",
        event=MESSAGE_SENT,
        subject="room_id",
        audience=mentioned,
        describe=_describe,
        thing=ROOM,
        concerns=_names_anybody,
    ),
    NotificationKind(
        id="chat.message",
        title=lazy_pgettext("notice", "Message in a room"),
        icon="message-circle",
        event=MESSAGE_SENT,
        subject="room_id",
        audience=_watching,
        describe=_describe,
        thing=ROOM,
        concerns=_is_watched,
    ),
)

KINDS = tuple(kind.id for kind in NOTIFICATIONS)
"""What is told about a room: read when somebody looks at it."""
