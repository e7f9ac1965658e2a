"""What a list is narrowed to, from and into the address of the page, so that a filtered list can be passed on."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from groupware.directory.tree import OrgTree, org_tree
from groupware.text.folding import fold
from plugins.bulletin.enums import Importance
from plugins.bulletin.queries.board import Cursor, Filter, Page, cursor
from plugins.bulletin.queries.categories import shelves

LONGEST = 100
"""Characters of a keyword."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The filter of the page, in the words of its address."""

    endpoint: str
    text: str
    importance: Importance | None
    unit_id: int | None
    category_id: int | None

    @property
    def is_active(self) -> bool:
        """Whether anything is filtered beside the category, which has its own place."""
        return bool(self.text or self.importance is not None or self.unit_id)

    def filter(self) -> Filter:
        """As the queries take it."""
        tree = org_tree()
        units = tree.subtree(self.unit_id) if self.unit_id is not None else frozenset()
        return Filter(
            category_id=self.category_id, importance=self.importance, units=units, text=fold(self.text)
        )

    @property
    def arguments(self) -> dict[str, Any]:
        """The filter as arguments of an address; what is not filtered is None, which addresses leave out."""
        return {
            "q": self.text or None,
            "importance": self.importance.value if self.importance is not None else None,
            "unit": self.unit_id,
            "category": self.category_id,
        }

    def address(self, **changes: Any) -> str:
        """The address of the same list with something changed; a page within it is left."""
        return url_for(self.endpoint, **(self.arguments | changes))

    def next_url(self, page: Page) -> str | None:
        """The address of the page after this one."""
        return self.address(after=str(page.next)) if page.next is not None else None

    def previous_url(self, page: Page) -> str | None:
        """The address of the page before this one."""
        return self.address(before=str(page.previous)) if page.previous is not None else None

    def organisations(self) -> list[tuple[int, str]]:
        """What the filter offers: bureaus, and below the chosen one its organisations."""
        tree = org_tree()
        found: list[tuple[int, str]] = []
        chosen = set(tree.ancestors(self.unit_id))
        for bureau_id in _bureaus(tree):
            found.append((bureau_id, tree.units[bureau_id].name))
            if bureau_id in chosen:
                below = sorted(tree.subtree(bureau_id) - {bureau_id}, key=lambda unit_id: tree.order[unit_id])
                found.extend((unit_id, " " + tree.path_name(unit_id)) for unit_id in below)
        return found


def _bureaus(tree: OrgTree) -> list[int]:
    return [below for root in tree.children.get(None, []) for below in tree.children.get(root, [])]


def narrowing() -> Narrowing:
    """What the address of this page asks for; what makes no sense is passed over."""
    tree = org_tree()
    importance = request.args.get("importance", type=int)
    unit_id = request.args.get("unit", type=int)
    category_id = request.args.get("category", type=int)
    return Narrowing(
        endpoint=str(request.endpoint),
        text=" ".join(request.args.get("q", "").split())[:LONGEST],
        importance=Importance(importance) if importance in set(Importance) else None,
        unit_id=unit_id if unit_id is not None and unit_id in tree else None,
        category_id=category_id if category_id in shelves() else None,
    )


def asked_cursor() -> Cursor | None:
    """The page within the list that the address names."""
    return cursor(request.args.get("after"), "after") or cursor(request.args.get("before"), "before")
