"""Open a room with what it begins with: a welcome that is pinned, and what its notes begin with."""

from dataclasses import dataclass

from groupware.actor import Actor
from groupware.errors import Invalid
from plugins.chat.models import Room
from plugins.chat.services import messages, notes, pins, rooms
from plugins.chat.services.rooms import RoomPlan

WELCOME_KEY = "welcome"
"""The key of the first message of a room that was opened with one."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """What stands in a new room."""

    welcome: str = ""
    note_title: str = ""
    note_text: str = ""


def open_room(actor: Actor, plan: RoomPlan, beginning: Beginning) -> Room:
    """Open a room and say in it, as whoever opens it, what it begins with; all of it or nothing.

    Raises what `rooms.make`, sending and the notes refuse, with the field `welcome` for what cannot be said.
    """
    room = rooms.make(actor, plan)
    if beginning.welcome.strip():
        try:
            said = messages.send(actor, room.uid, beginning.welcome, key=WELCOME_KEY)
        except Invalid as error:
            fault = error.fields.get("text")
            raise Invalid(error.message, fields={"welcome": fault}) if fault else error from error
        pins.pin(actor, room.uid, said.uid)
    if beginning.note_title:
        notes.set_template(actor, room.uid, beginning.note_title, beginning.note_text)
    return room


__all__ = ["Beginning", "open_room"]
