"""What is marked of the messages of a page, and by whom: one statement for all of them."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from groupware.actor import Actor
from groupware.among import among
from groupware.db import fetch
from plugins.chat.models import Pin


@dataclass(frozen=True, slots=True)
class Marks:
    """Of one message. `is_own_pin`: whoever looks has pinned it."""

    is_pinned: bool = False
    is_own_pin: bool = False


_marks = select(Pin.message_id, Pin.person_id).where(among(Pin.message_id, "messages"))


def marks_on(actor: Actor, messages: Collection[int]) -> dict[int, Marks]:
    """Message → its marks, for messages that the actor has opened; those without any are absent."""
    if not messages:
        return {}
    return {
        row.message_id: Marks(is_pinned=True, is_own_pin=row.person_id == actor.person_id)
        for row in fetch(_marks, {"messages": list(messages)})
    }


__all__ = ["Marks", "marks_on"]
