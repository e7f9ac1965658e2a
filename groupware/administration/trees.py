"""The tree of organisations beside the pages of administration, limited to what the person administers."""

from collections.abc import Callable, Mapping
from typing import Any

from groupware.actor import Actor
from groupware.administration.queries import Realm, realm
from groupware.directory.tree import OrgTree, Unit, org_tree
from groupware.errors import NotFound
from groupware.i18n import gettext

EVERYTHING = "all"
"""How an address names the whole installation, which is no unit."""


class Place:
    """Where in the organisation a page is: a unit, or None for the whole installation."""

    def __init__(self, tree: OrgTree, reach: Realm, unit_id: int | None) -> None:
        self.tree = tree
        self.reach = reach
        self.unit_id = unit_id

    @property
    def unit(self) -> Unit | None:
        """The unit, or None for the whole installation."""
        return self.tree.get(self.unit_id)

    @property
    def code(self) -> str:
        """How addresses name it."""
        unit = self.unit
        return unit.code if unit is not None else EVERYTHING

    @property
    def name(self) -> str:
        """What it is called."""
        unit = self.unit
        return unit.name if unit is not None else str(gettext("Whole municipality"))

    def nodes(
        self, url: Callable[[str], str], counts: Mapping[int | None, int] | None = None
    ) -> list[dict[str, Any]]:
        """The tree for `ui.tree`, opened down to the place; `counts` stand behind the names where they are not 0."""
        opened = set(self.tree.ancestors(self.unit_id))
        numbers = counts or {}

        def node(unit_id: int) -> dict[str, Any]:
            unit = self.tree.units[unit_id]
            return {
                "id": unit_id,
                "label": unit.name,
                "url": url(unit.code),
                "children": [node(child) for child in self.tree.children.get(unit_id, ())],
                "is_current": unit_id == self.unit_id,
                "is_open": unit_id in opened,
                "count": numbers.get(unit_id) or None,
            }

        found = [node(root) for root in self.reach.roots]
        if not self.reach.everywhere:
            return found
        for one in found:
            one["is_open"] = True
        whole = {
            "id": EVERYTHING,
            "label": str(gettext("Whole municipality")),
            "url": url(EVERYTHING),
            "children": [],
            "is_current": self.unit_id is None,
            "is_open": False,
            "count": numbers.get(None) or None,
        }
        return [whole, *found]


def place(actor: Actor, permission: str, code: str, tree: OrgTree | None = None) -> Place:
    """The place that an address names, by default the widest one the actor administers.

    NotFound for a place out of reach, which looks like one that does not exist.
    """
    tree = tree or org_tree(actor.today)
    reach = realm(actor, permission, tree)
    if code == EVERYTHING or (not code and reach.everywhere):
        if not reach.everywhere:
            raise NotFound(gettext("The page you are looking for was not found."))
        return Place(tree, reach, None)
    if not code:
        if not reach.roots:
            raise NotFound(gettext("The page you are looking for was not found."))
        return Place(tree, reach, reach.roots[0])
    unit = next((unit for unit in tree if unit.code == code and unit.id in reach.units), None)
    if unit is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    return Place(tree, reach, unit.id)


__all__ = ["EVERYTHING", "Place", "place"]
