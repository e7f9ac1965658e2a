"""What is marked of the messages of a page, and by whom: one statement for all of them."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import literal, select, union_all

from groupware.access.objects import ACTOR_PERSON
from groupware.actor import Actor
from groupware.among import among
from groupware.db import fetch
from plugins.chat.models import Bookmark, Pin


@dataclass(frozen=True, slots=True)
class Marks:
    """Of one message. `is_own_pin`: whoever looks has pinned it; `is_bookmarked`: for themselves."""

    is_pinned: bool = False
    is_own_pin: bool = False
    is_bookmarked: bool = False


_marks = union_all(
    select(Pin.message_id, Pin.person_id, literal(True).label("is_pin")).where(
        among(Pin.message_id, "messages")
    ),
    select(Bookmark.message_id, Bookmark.person_id, literal(False)).where(
        among(Bookmark.message_id, "messages"), Bookmark.person_id == ACTOR_PERSON
    ),
)


def marks_on(actor: Actor, messages: Collection[int]) -> dict[int, Marks]:
    """Message → its marks, for messages that the actor has opened; those without any are absent."""
    found: dict[int, Marks] = {}
    if messages:
        for row in fetch(_marks, {"actor_person": actor.person_id, "messages": list(messages)}):
            marks = found.get(row.message_id, Marks())
            if row.is_pin:
                marks = replace(marks, is_pinned=True, is_own_pin=row.person_id == actor.person_id)
            else:
                marks = replace(marks, is_bookmarked=True)
            found[row.message_id] = marks
    return found


__all__ = ["Marks", "marks_on"]
