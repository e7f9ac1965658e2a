"""Say in another room what was said in this one, as a quotation that names who said it and when.

The quotation is a part of the text of the new message, so that search, records, disclosure and erasure know it like everything else
that is said there. Who forwards cannot change it.
"""

import uuid
from collections.abc import Sequence

from groupware import clock, rules
from groupware.actor import Actor
from groupware.errors import Conflict, Denied
from groupware.guards import labels
from groupware.i18n import gettext, pgettext
from plugins.chat.enums import Role, RoomKind
from plugins.chat.queries import messages as said
from plugins.chat.queries import rooms
from plugins.chat.queries.files import files_at
from plugins.chat.queries.messages import Line
from plugins.chat.queries.rooms import RoomView, not_found
from plugins.chat.rules import FORWARD_TO_GUESTS
from plugins.chat.services import filing
from plugins.chat.services.locking import denied
from plugins.chat.services.messages import Sent, send
from plugins.chat.services.wording import unmarked


def forward(
    actor: Actor, room_uid: uuid.UUID, uid: uuid.UUID, to: uuid.UUID, comment: str = "", *, key: str
) -> Sent:
    """Forward a message of a room to another room, with a comment. However often the same `key` comes, it is said once. Its files go
    along where the actor may send files; where not, the quotation names them.

    Raises NotFound for what the actor does not see and for a deleted message, Denied for a room in which they do not write and for one
    with guests where the rule does not allow it, Conflict for a message that is more confidential than the room, and what
    `messages.send` raises.
    """
    source = rooms.one(actor, room_uid)
    message = said.one(actor, source, uid)
    if message.is_deleted:
        raise not_found()
    target = rooms.one(actor, to)
    if target.role is None or target.role < Role.MEMBER:
        raise denied(target, gettext("You may read this room, but not write in it."))
    _require_fit(source, target)
    attached = files_at([message]).get(message.id, [])
    words = quotation(source, message, target, [one.name for one in attached])
    along = [one.uid for one in attached] if filing.may_attach(actor, target) else []
    return send(actor, to, comment, key=key, files=along, quotation=words)


def _require_fit(source: RoomView, target: RoomView) -> None:
    """Refuse what must not be said in the other room: less confidential than this one, or read by people from outside."""
    if target.id == source.id:
        return
    if target.classification < source.classification:
        raise Conflict(
            gettext("This message is more confidential than the room to which you want to forward it."),
            code="classification",
        )
    if target.guests and not (
        rules.value(FORWARD_TO_GUESTS, source.unit_id)
        and rules.value(FORWARD_TO_GUESTS, target.unit_id)
        and labels.consequences(source.classification, source.unit_id).may_leave
    ):
        raise Denied(
            gettext(
                "The rules of the organisation let nothing be forwarded to rooms with people from outside."
            )
        )


def quotation(source: RoomView, message: Line, target: RoomView, files: Sequence[str] = ()) -> str:
    """What is said of the message in the other room: a line that says whose it is, and its text and the names of its files as a
    quotation."""
    who = message.signature
    if target.is_answered_by_me and target.id != source.id:
        # Who asks a section learns nothing of the people who answer for it, and so not whom they have asked themselves.
        who = message.sender_unit or message.signature
    elif message.webhook_id is not None:
        marked = pgettext("chat message", "Automatic post")
        who = str(gettext("%(name)s (%(unit)s)", name=message.signature, unit=marked))
    elif message.sender_unit:
        who = str(gettext("%(name)s (%(unit)s)", name=message.signature, unit=message.sender_unit))
    when = f"{clock.local(message.created_at):%Y-%m-%d %H:%M}"
    if _may_name(source, target):
        head = gettext("Forwarded: %(who)s, %(when)s, “%(room)s”", who=who, when=when, room=source.title)
    else:
        head = gettext("Forwarded: %(who)s, %(when)s", who=who, when=when)
    lines = message.text.split("\n") if message.text else []
    lines += [str(gettext("File: %(name)s", name=name)) for name in files]
    return unmarked("\n".join([str(head), *(f"> {line}" for line in lines)]))


def _may_name(source: RoomView, target: RoomView) -> bool:
    """Whether everybody in the other room may know that this room is there: because they are in it, or anybody inside finds it."""
    is_found = source.kind is RoomKind.ROOM and source.is_open and source.archived_at is None
    return source.id == target.id or (is_found and not target.guests)


__all__ = ["forward", "quotation"]
