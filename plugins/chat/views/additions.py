"""What stands at messages beside their text, read for all messages of a page at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from groupware.actor import Actor
from groupware.attachments.queries import File
from groupware.web.previews import Preview, previews
from plugins.chat.queries.files import files_at
from plugins.chat.queries.marks import Marks, marks_on
from plugins.chat.queries.mentions import Named, named_in
from plugins.chat.queries.messages import Line
from plugins.chat.queries.reactions import Reacted, reactions_to
from plugins.chat.queries.rooms import RoomView
from plugins.chat.queries.tasks import made_of
from plugins.chat.rendering import addresses_in, shown
from plugins.chat.services.filing import reach

_UNMARKED = Marks()
MOST_PREVIEWS = 3
"""Addresses of a message of which it is shown what they lead to."""


@dataclass(frozen=True, slots=True)
class Additions:
    """Of the messages of a page, by their ids."""

    named: dict[int, list[Named]]
    reacted: dict[int, list[Reacted]]
    attached: dict[int, list[File]]
    marked: dict[int, Marks]
    linked: dict[int, list[Preview]]
    tasked: dict[int, list[Any]]
    """By the number of the message."""

    def text(self, message: Line) -> Markup:
        """What it says, as it is shown."""
        return shown(message.comment, self.named.get(message.id, ()))

    def names_reader(self, message: Line) -> bool:
        """Whether it is addressed to whoever looks."""
        return any(one.is_me for one in self.named.get(message.id, ()))

    def tasks(self, message: Line) -> list[Any]:
        """The tasks that were made of it."""
        return self.tasked.get(message.seq, [])

    def reactions(self, message: Line) -> list[Reacted]:
        """How people reacted to it."""
        return self.reacted.get(message.id, [])

    def files(self, message: Line) -> list[File]:
        """What was sent with it, as far as it reaches whoever looks."""
        return self.attached.get(message.id, [])

    def marks(self, message: Line) -> Marks:
        """Whether it is pinned, and bookmarked by whoever looks."""
        return self.marked.get(message.id, _UNMARKED)

    def previews(self, message: Line) -> list[Preview]:
        """Those of the pages of the house to which it links that whoever looks may see."""
        return self.linked.get(message.id, [])


def additions(actor: Actor, room: RoomView, messages: Sequence[Line]) -> Additions:
    """Those of messages of a room that the actor has opened; one statement for each kind."""
    keys = [one.id for one in messages if not one.is_deleted]
    attached = files_at(messages) if reach(actor, room) else {}
    return Additions(
        named_in(actor, keys),
        reactions_to(actor, keys),
        attached,
        marks_on(actor, keys),
        _linked(actor, messages),
        made_of(room, [one.seq for one in messages if not one.is_deleted]),
    )


def _linked(actor: Actor, messages: Sequence[Line]) -> dict[int, list[Preview]]:
    written = {one.id: addresses_in(one.text)[:MOST_PREVIEWS] for one in messages if not one.is_deleted}
    known = previews(actor, {address for some in written.values() for address in some})
    return {
        key: found for key, some in written.items() if (found := [known[one] for one in some if one in known])
    }


__all__ = ["Additions", "additions"]
