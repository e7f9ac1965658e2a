"""What the reader may do in a room beside reading and writing; pages offer nothing else."""

from dataclasses import dataclass

from groupware import access
from groupware.actor import Actor
from plugins.chat.enums import Role, RoomKind
from plugins.chat.permissions import KEEP, MODERATE
from plugins.chat.queries.rooms import RoomView


@dataclass(frozen=True, slots=True)
class Powers:
    """By the role in the room, or by a grant of the organisation that answers for it."""

    moderates: bool
    keeps: bool
    owns: bool
    """Owners see what was edited and deleted; no grant gives that."""


def powers(actor: Actor, room: RoomView) -> Powers:
    """Those of the actor. In talks of two, and in one's own room, nobody has any."""
    if room.kind is not RoomKind.ROOM:
        return Powers(moderates=False, keeps=False, owns=False)
    role = room.role or 0
    return Powers(
        moderates=role >= Role.MODERATOR or access.can(actor, MODERATE, unit_id=room.unit_id),
        keeps=role >= Role.OWNER or access.can(actor, KEEP, unit_id=room.unit_id),
        owns=role >= Role.OWNER,
    )
