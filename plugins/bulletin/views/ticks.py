"""The organisation as boxes to tick, for choosing an audience without scripts."""

from dataclasses import dataclass

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.directory.picking import Ref
from groupware.directory.tree import OrgTree
from groupware.directory.wall import seen_tree


@dataclass(frozen=True, slots=True)
class Tick:
    """An organisation with its box. It is open where something below is ticked."""

    value: str
    label: str
    is_ticked: bool
    is_open: bool
    below: list["Tick"]


def unit_ticks(ticked: set[str]) -> list[Tick]:
    """Everything below the roots, in the official order."""
    tree = seen_tree(clock.today())
    roots = tree.children.get(None, [])
    return [
        _tick(tree, unit_id, ticked) for root in roots for unit_id in tree.children.get(root, []) or [root]
    ]


def _tick(tree: OrgTree, unit_id: int, ticked: set[str]) -> Tick:
    below = [_tick(tree, child, ticked) for child in tree.children.get(unit_id, [])]
    value = Ref(PrincipalKind.UNIT_TREE, unit_id).value
    is_open = any(one.is_ticked or one.is_open for one in below)
    return Tick(value, tree.units[unit_id].name, value in ticked, is_open, below)
