"""React to a message, or take it back."""

import uuid

from sqlalchemy import delete, func, select

from groupware import events
from groupware.actor import Actor
from groupware.db import insert_new, session
from groupware.i18n import gettext
from plugins.chat.enums import Role
from plugins.chat.events import REACTED, room_topic
from plugins.chat.expressions import ReactionKind
from plugins.chat.models import Reaction
from plugins.chat.services.flooding import require_slow
from plugins.chat.services.locking import denied, locked, message_in, require_live


def react(
    actor: Actor, room_uid: uuid.UUID, uid: uuid.UUID, kind: ReactionKind, *, is_set: bool | None = None
) -> int:
    """Set a reaction or take it back, without `is_set` whichever it was not; returns the number of the message.

    What is so already stays so. Raises NotFound for what the actor does not see and for a deleted message, Denied for who only
    reads, Conflict for an archived room, TooMany for a flood.
    """
    view = locked(actor, room_uid)
    if view.role is None or view.role < Role.MEMBER or actor.person_id is None:
        raise denied(view, gettext("You may read this room, but not write in it."))
    found = message_in(view, uid)
    require_live(view)
    require_slow(actor)
    values = {"message_id": found.id, "person_id": actor.person_id, "kind": kind.value}
    if is_set is None:
        is_set = session.get(Reaction, values) is None
    statement = (
        insert_new(Reaction).values(**values, at=actor.now)
        if is_set
        else delete(Reaction).filter_by(**values)
    )
    if session.scalar(statement.returning(Reaction.person_id)) is None:
        return int(found.seq)
    number = session.scalar(
        select(func.count()).select_from(Reaction).filter_by(message_id=found.id, kind=kind.value)
    )
    events.emit(
        actor,
        room_topic(view.id),
        REACTED,
        room_id=view.id,
        seq=found.seq,
        reaction=kind.value,
        number=number,
        # Who answers for a section is not told to whoever asks it.
        person_id=actor.person_id if view.asker_id is None else None,
        is_set=is_set,
    )
    return int(found.seq)


__all__ = ["react"]
