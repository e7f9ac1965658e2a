"""What stands at messages beside their text, read for all messages of a page at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from groupware.actor import Actor
from plugins.chat.queries.mentions import Named, named_in
from plugins.chat.queries.messages import Line
from plugins.chat.queries.reactions import Reacted, reactions_to
from plugins.chat.rendering import shown


@dataclass(frozen=True, slots=True)
class Additions:
    """Of the messages of a page, by their ids."""

    named: dict[int, list[Named]]
    reacted: dict[int, list[Reacted]]

    def text(self, message: Line) -> Markup:
        """What it says, as it is shown."""
        return shown(message.text, self.named.get(message.id, ()))

    def names_reader(self, message: Line) -> bool:
        """Whether it is addressed to whoever looks."""
        return any(one.is_me for one in self.named.get(message.id, ()))

    def reactions(self, message: Line) -> list[Reacted]:
        """How people reacted to it."""
        return self.reacted.get(message.id, [])


def additions(actor: Actor, messages: Sequence[Line]) -> Additions:
    """Those of messages that the actor has opened; one statement for each kind."""
    keys = [one.id for one in messages if not one.is_deleted]
    return Additions(named_in(actor, keys), reactions_to(actor, keys))


__all__ = ["Additions", "additions"]
