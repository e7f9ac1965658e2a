"""The wall around affiliated bodies 外郭団体, which are roots of their own (administration.md 1).

The municipality's people see all roots. Whoever acts in a post of an affiliated body sees that body only: `seen_tree` and
`roll` leave out everything else, and every page of the directory looks through these two. The boundary of a request says
by `looking_from` from where somebody looks; a job or command stands before no wall.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from groupware.directory.tree import OrgTree, org_tree

AFFILIATED = "外郭団体"
"""The kind, as deliveries spell it, of a root that is a body of its own."""

within: ContextVar[int | None] = ContextVar("within", default=None)
"""The root that whoever looks does not see beyond; None for those who see all."""


def looking_from(unit_id: int | None) -> None:
    """From now on, see what people of this unit may see."""
    above = org_tree().ancestors(unit_id)
    root = org_tree().get(above[-1]) if above else None
    within.set(root.id if root is not None and root.kind == AFFILIATED else None)


@contextmanager
def without_wall() -> Iterator[None]:
    """See all, and afterwards what was seen before."""
    token = within.set(None)
    try:
        yield
    finally:
        within.reset(token)


def seen_tree(day: date) -> OrgTree:
    """The tree of `day` as far as whoever looks may see it."""
    tree, root = org_tree(day), within.get()
    return tree if root is None else tree.below(root)


def is_seen(unit_id: int, day: date) -> bool:
    """Whether whoever looks may see what belongs to the unit."""
    return within.get() is None or unit_id in seen_tree(day)


__all__ = ["AFFILIATED", "is_seen", "looking_from", "seen_tree", "within", "without_wall"]
