"""Pages of the chat."""

from plugins.chat.views import (
    at_hand,
    conversation,
    desks,
    exports,
    guests,
    house_rules,
    logs,
    members,
    mentions,
    messages,
    neglected,
    reactions,
    records,
    rooms,
    unread,
    usage,
    writing,
)
from plugins.chat.views.blueprint import blueprint

__all__ = [
    "at_hand",
    "blueprint",
    "conversation",
    "desks",
    "exports",
    "guests",
    "house_rules",
    "logs",
    "members",
    "mentions",
    "messages",
    "neglected",
    "reactions",
    "records",
    "rooms",
    "unread",
    "usage",
    "writing",
]
