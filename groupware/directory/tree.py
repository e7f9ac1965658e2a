"""The organisation tree as of a day, in memory: some hundred units, asked on every page.

Today's tree is kept per process and dropped when the directory changes; any other day is read when asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Date, bindparam, select

from groupware import clock
from groupware.caches import versions
from groupware.db import holds_on, session
from groupware.directory.models import OrgUnit, OrgUnitVersion

CACHE = "directory"
"""Name of the cache version that directory writes bump."""


@dataclass(frozen=True, slots=True)
class Unit:
    """An organisation as it is called and placed on a day."""

    id: int
    code: str
    parent_id: int | None
    name: str
    short_name: str
    kind: str
    official_order: int
    executive_organ: str
    uid: str = ""


@dataclass(frozen=True, slots=True)
class OrgTree:
    """All units of a day. Order is 建制順: parents before children, siblings by official order."""

    day: date
    units: dict[int, Unit]
    children: dict[int | None, list[int]]
    order: dict[int, int] = field(default_factory=dict)
    _subtrees: dict[int, frozenset[int]] = field(default_factory=dict, repr=False, compare=False)

    def __contains__(self, unit_id: int) -> bool:
        return unit_id in self.units

    def __iter__(self) -> Iterator[Unit]:
        return iter(self.units.values())

    def get(self, unit_id: int | None) -> Unit | None:
        """The unit, or None if it does not exist on that day."""
        return self.units.get(unit_id) if unit_id is not None else None

    def ancestors(self, unit_id: int | None) -> list[int]:
        """The unit itself and what it belongs to, upwards to the root."""
        found: list[int] = []
        while unit_id is not None and unit_id in self.units and unit_id not in found:
            found.append(unit_id)
            unit_id = self.units[unit_id].parent_id
        return found

    def path(self, unit_id: int | None) -> list[Unit]:
        """From below the root down to the unit, as 行財政局 → 総務課."""
        chain = [self.units[i] for i in reversed(self.ancestors(unit_id))]
        return chain[1:] if len(chain) > 1 else chain

    def path_name(self, unit_id: int | None, separator: str = " ") -> str:
        """The path as words."""
        return separator.join(unit.name for unit in self.path(unit_id))

    def subtree(self, unit_id: int) -> frozenset[int]:
        """The unit and everything below it; empty if it does not exist on that day."""
        if unit_id in self._subtrees:
            return self._subtrees[unit_id]
        if unit_id not in self.units:
            return frozenset()
        found: set[int] = set()
        waiting = [unit_id]
        while waiting:
            current = waiting.pop()
            if current not in found:
                found.add(current)
                waiting.extend(self.children.get(current, ()))
        return self._subtrees.setdefault(unit_id, frozenset(found))

    def below(self, root: int) -> "OrgTree":
        """The part of the tree that `root` is the root of, as a tree of its own."""
        kept = self.subtree(root)
        return OrgTree(
            self.day,
            {key: unit for key, unit in self.units.items() if key in kept},
            {key: units for key, units in self.children.items() if key in kept}
            | {None: [root] if kept else []},
            {key: place for key, place in self.order.items() if key in kept},
        )

    def bureau(self, unit_id: int | None) -> Unit | None:
        """The unit right below the root that `unit_id` belongs to."""
        path = self.path(unit_id)
        return path[0] if path else None


_units = (
    select(
        OrgUnit.id,
        OrgUnit.code,
        OrgUnitVersion.parent_id,
        OrgUnitVersion.name,
        OrgUnitVersion.short_name,
        OrgUnitVersion.kind,
        OrgUnitVersion.official_order,
        OrgUnitVersion.executive_organ,
    )
    .join(OrgUnitVersion, OrgUnitVersion.unit_id == OrgUnit.id)
    .where(holds_on(OrgUnitVersion, bindparam("day", type_=Date())))
    .order_by(OrgUnitVersion.official_order, OrgUnit.code)
)


def load_tree(day: date) -> OrgTree:
    """Read the tree of `day` from the database."""
    found = {row.id: Unit(*row) for row in session.execute(_units, {"day": day})}
    children: dict[int | None, list[int]] = {}
    for unit in found.values():
        parent = unit.parent_id if unit.parent_id in found else None
        children.setdefault(parent, []).append(unit.id)
    ordered: dict[int, Unit] = {}
    order: dict[int, int] = {}
    waiting = list(reversed(children.get(None, [])))
    while waiting:
        current = waiting.pop()
        order[current] = len(order)
        ordered[current] = found[current]
        waiting.extend(reversed(children.get(current, [])))
    return OrgTree(day, ordered, children, order)


def org_tree(day: date | None = None) -> OrgTree:
    """The tree of `day`, today's from memory."""
    today = clock.today()
    wanted = day or today
    known = versions()
    known.refresh()
    key = f"{CACHE}.tree.{wanted.isoformat()}"
    version = known.seen.get(CACHE, 0)
    held = known.values.get(key)
    if held is not None and held[0] == version:
        tree: OrgTree = held[1]
        return tree
    loaded = load_tree(wanted)
    if wanted == today:
        for old in [name for name in known.values if name.startswith(f"{CACHE}.tree.")]:
            del known.values[old]
        known.values[key] = (version, loaded)
    return loaded


__all__ = ["CACHE", "OrgTree", "Unit", "load_tree", "org_tree"]
