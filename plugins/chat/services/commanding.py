"""Run what somebody typed as a command in a room: it looks and answers, and writes nothing but that it is no draft any more."""

import uuid
from collections.abc import Sequence

from groupware import slash
from groupware.actor import Actor
from groupware.db import unit
from groupware.errors import Invalid
from groupware.i18n import gettext
from groupware.plugin import Answers, Command, CommandPlace, Opens, Says
from groupware.slash import Typed
from plugins.chat.queries import rooms
from plugins.chat.queries.appointments import participants
from plugins.chat.queries.rooms import RoomView
from plugins.chat.services import drafts
from plugins.chat.services.flooding import require_slow
from plugins.chat.services.locking import denied


def command_in(actor: Actor, text: str) -> Typed | None:
    """The command that a text is for the actor. For guests there are none, so that it is text."""
    return None if actor.is_guest else slash.typed(text)


def as_said(actor: Actor, text: str) -> str:
    """What is said to others of a text that is no command of the actor."""
    return text if actor.is_guest else slash.unescaped(text)


def require_none(actor: Actor, text: str) -> str:
    """A text to be sent later, as it is said then. Raises Invalid for a command: it is answered at once or not at all."""
    if command_in(actor, text) is not None:
        words = gettext("A command cannot be sent later. To send a text that begins with “/”, type “//”.")
        raise Invalid(words, code="command", fields={"text": words})
    return as_said(actor, text)


def offered(actor: Actor, view: RoomView) -> Sequence[Command]:
    """The commands of the actor in a room. In an enquiry only those that say nothing of its people."""
    return slash.offered(actor, everywhere=not view.has_notes)


def run(actor: Actor, room_uid: uuid.UUID, asked: Typed, url: str, *, key: str) -> Says | Opens | Answers:
    """What comes of a command, outside of a unit of work. `url` is the address of the room, `key` that of the draft it was.

    Raises NotFound, Denied for who only reads the room, TooMany, and Invalid for a command that there is not and whatever it refuses.
    """
    require_slow(actor)
    with unit("read"):
        view = rooms.one(actor, room_uid)
        if not view.may_send:
            raise denied(view, gettext("You may read this room, but not write in it."))
        command = slash.among(offered(actor, view), asked.name)
        slash.require_short(asked.arguments)
        place = CommandPlace(
            uid=view.uid,
            title=view.title,
            url=url,
            unit_id=view.unit_id,
            people=lambda: participants(view),
        )
        outcome = command.run(actor, place, asked.arguments)
    if not isinstance(outcome, Says):
        with unit("write"):
            drafts.drop([(actor.person_id, view.id, key)])
    return outcome


__all__ = ["as_said", "command_in", "offered", "require_none", "run"]
