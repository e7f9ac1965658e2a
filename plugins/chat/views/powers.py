"""What the reader may do in a room beside reading and writing; pages offer nothing else."""

from dataclasses import dataclass

from groupware import access
from groupware.actor import Actor
from plugins.chat.enums import Role, RoomKind
from plugins.chat.permissions import KEEP, MODERATE
from plugins.chat.queries.marks import Marks
from plugins.chat.queries.rooms import RoomView
from plugins.chat.services.pins import may_pin


@dataclass(frozen=True, slots=True)
class Powers:
    """By the role in the room, or by a grant of the organisation that answers for it."""

    moderates: bool
    keeps: bool
    owns: bool
    """Owners see what was edited and deleted; no grant gives that."""
    pins: bool
    unpins: bool
    """Whether they may take away what others have pinned."""

    def may_turn(self, marks: Marks) -> bool:
        """Whether they may pin a message with these marks, or take its pin away."""
        return marks.is_own_pin or self.unpins if marks.is_pinned else self.pins


def powers(actor: Actor, room: RoomView) -> Powers:
    """Those of the actor. In talks of two, and in one's own room, nobody decides about others."""
    if room.kind is not RoomKind.ROOM:
        return Powers(moderates=False, keeps=False, owns=False, pins=may_pin(room), unpins=may_pin(room))
    role = room.role or 0
    moderates = role >= Role.MODERATOR or access.can(actor, MODERATE, unit_id=room.unit_id)
    return Powers(
        moderates=moderates,
        keeps=role >= Role.OWNER or access.can(actor, KEEP, unit_id=room.unit_id),
        owns=role >= Role.OWNER,
        pins=may_pin(room),
        unpins=moderates and room.archived_at is None,
    )
