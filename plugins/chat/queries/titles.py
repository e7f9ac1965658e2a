"""What somebody calls a room, and with whom they talk in one of two people."""

from typing import Any

from groupware.actor import Actor
from groupware.directory.queries.roll import roll
from groupware.directory.wall import without_wall
from groupware.i18n import pgettext
from plugins.chat.enums import RoomKind


def partner(actor: Actor, kind: str, direct_key: str | None) -> int | None:
    """The other person of a direct room; None for all other rooms, and for who looks in from outside."""
    if kind != RoomKind.DIRECT or direct_key is None:
        return None
    people = [int(part) for part in direct_key.split(":")]
    others = [one for one in people if one != actor.person_id]
    return others[0] if len(others) == 1 else None


def title_of(actor: Actor, row: Any) -> str:
    """What somebody calls a room, from its `kind`, `direct_key` and `name`: a direct one is called like the other person."""
    if row.kind == RoomKind.OWN:
        return str(pgettext("chat", "My room"))
    other = partner(actor, row.kind, row.direct_key)
    if other is None:
        return str(row.name)
    with without_wall():
        entry = roll().entries.get(other)
    return entry.name if entry is not None else str(row.name)


__all__ = ["partner", "title_of"]
