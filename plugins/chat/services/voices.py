"""In whose name somebody speaks in a room: their own, or that of the section whose desk it is."""

from dataclasses import dataclass

from groupware.actor import Actor
from groupware.directory.tree import org_tree


@dataclass(frozen=True, slots=True)
class Voice:
    """What a message is signed with."""

    name: str
    unit: str


def voice(actor: Actor, unit_id: int | None, *, is_section: bool) -> Voice:
    """How the actor signs in a room of this organisation. Who answers at a desk signs as the section; who it was stays with the message."""
    tree = org_tree(actor.today)
    if is_section and (section := tree.get(unit_id)) is not None:
        above = tree.get(section.parent_id)
        return Voice(section.name, above.name if above is not None else "")
    if actor.is_guest:
        return Voice(actor.display_name, actor.guest_of)
    unit = tree.get(actor.unit_id)
    return Voice(actor.display_name, unit.name if unit is not None else "")


__all__ = ["Voice", "voice"]
