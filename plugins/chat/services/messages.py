"""Say something in a room, change it, take it back.

Every verb locks the room's row. None commits, so that a unit of work may hold many of them.
"""

import uuid
from collections.abc import Sequence

from sqlalchemy import select

from groupware import audit, events, search
from groupware.actor import Actor
from groupware.db import session
from groupware.errors import Conflict, DomainError
from groupware.i18n import gettext
from plugins.chat.enums import MESSAGE, ROOM, Alerting, Role
from plugins.chat.events import MESSAGE_CHANGED, room_topic
from plugins.chat.expressions import Stamp
from plugins.chat.models import Message, Revision
from plugins.chat.queries.rooms import RoomView, not_found
from plugins.chat.services import filing, pins
from plugins.chat.services import mentions as naming
from plugins.chat.services.flooding import require_slow
from plugins.chat.services.locking import denied, locked, require, require_live
from plugins.chat.services.sending import Letter, Sent, send_all
from plugins.chat.services.wording import cleaned

DELETED = "chat.message_deleted"
"""What the audit calls it when somebody deletes what another said."""


def send(
    actor: Actor,
    room_uid: uuid.UUID,
    text: str,
    *,
    key: str,
    reply_to: uuid.UUID | None = None,
    mentions: Sequence[str] = (),
    stamp: Stamp | None = None,
    files: Sequence[uuid.UUID] = (),
    loudness: Alerting = Alerting.USUAL,
    quotation: str = "",
) -> Sent:
    """Say something, in the unit of work that is open. However often the same `key` comes, it is said once. `mentions` are those whom it
    names, as `person:77`, `unit_tree:12` or `all`; with a `stamp`, with `files`, or with a `quotation`, which is what is forwarded, no
    text is needed.

    What people send goes by `plugins.chat.posting.post`, which lets many of them share a transaction. Raises what `send_all` says, and
    TooMany for a flood.
    """
    require_slow(actor)
    letter = Letter(
        actor, room_uid, text, key, reply_to, mentions, stamp, files, loudness=loudness, quotation=quotation
    )
    (outcome,) = send_all([letter])
    if isinstance(outcome, DomainError):
        raise outcome
    return outcome


def edit(actor: Actor, room_uid: uuid.UUID, uid: uuid.UUID, text: str) -> None:
    """Change what one has said; what it said before is kept for the owners of the room. Raises as `send` does."""
    view, message = _own(actor, room_uid, uid)
    if not _is_from(actor, message):
        raise denied(view, gettext("Only who sent a message may change it."))
    if message.quote_at is not None:
        # Whoever reads it relies on the house that it says what was said.
        raise Conflict(gettext("A forwarded message cannot be changed. It can be deleted."), code="forwarded")
    text = cleaned(actor, view.unit_id, text, has_files=message.file_count > 0)
    if text == message.text:
        return
    _keep(actor, message)
    message.text, message.edited_at = text, actor.now
    naming.renew(message.id, text)
    _told(actor, view, message)


def delete(actor: Actor, room_uid: uuid.UUID, uid: uuid.UUID) -> None:
    """Take a message back: its sender, or who moderates the room. Its row stays, without the text; its files stay for the
    record, unseen. Raises as `edit` does."""
    view, message = _own(actor, room_uid, uid)
    if not _is_from(actor, message):
        require(actor, view, Role.MODERATOR)
        audit.record(
            actor,
            DELETED,
            object_type=ROOM,
            object_id=view.id,
            unit_id=view.unit_id,
            details={"seq": message.seq},
        )
    _keep(actor, message)
    message.text, message.deleted_at, message.deleted_by = "", actor.now, actor.person_id
    naming.drop(message.id)
    if message.file_count:
        filing.hide(message.id)
    pins.drop(actor, view.id, message.id, message.seq)
    _told(actor, view, message)


def _is_from(actor: Actor, message: Message) -> bool:
    """Whether the actor said it themselves: what a program said is nobody's to edit."""
    return message.sender_id == actor.person_id and message.webhook_id is None


def _own(actor: Actor, room_uid: uuid.UUID, uid: uuid.UUID) -> tuple[RoomView, Message]:
    """A message that stands in a live room that the actor reads, locked with it."""
    view = locked(actor, room_uid)
    message = session.scalars(
        select(Message)
        .where(Message.room_id == view.id, Message.uid == uid, Message.deleted_at.is_(None))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if message is None or message.seq <= view.floor:
        raise not_found()
    require_live(view)
    return view, message


def _keep(actor: Actor, message: Message) -> None:
    assert actor.person_id is not None, "a person changes a message"
    session.add(
        Revision(
            message_id=message.id,
            text=message.text,
            made_at=actor.now,
            made_by=actor.person_id,
            made_by_name=actor.display_name,
        )
    )


def _told(actor: Actor, view: RoomView, message: Message) -> None:
    search.index(MESSAGE, [message.id])
    events.emit(
        actor, room_topic(view.id), MESSAGE_CHANGED, room_id=view.id, message_id=message.id, seq=message.seq
    )


__all__ = ["Sent", "delete", "edit", "send"]
