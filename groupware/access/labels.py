"""What principals and scopes are called on pages, many at once."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from groupware.access.enums import PrincipalKind
from groupware.access.models import Principal
from groupware.db import session
from groupware.directory.picking import labels_of
from groupware.directory.tree import OrgTree
from groupware.i18n import gettext


@dataclass(frozen=True, slots=True)
class Label:
    """A principal in words, with the icon of its kind."""

    principal_id: int
    kind: PrincipalKind
    text: str
    icon: str


ICONS = {
    PrincipalKind.EVERYONE: "users",
    PrincipalKind.PERSON: "user",
    PrincipalKind.UNIT: "building-2",
    PrincipalKind.UNIT_TREE: "folder-tree",
    PrincipalKind.POST: "badge-check",
    PrincipalKind.RANK: "badge-check",
    PrincipalKind.DUTY: "id-card",
    PrincipalKind.DUTY_KIND: "id-card",
    PrincipalKind.GROUP: "users-round",
}


def labels(principal_ids: Iterable[int]) -> dict[int, Label]:
    """The labels of principals, as the picker words them; two queries, whatever their number up to 500."""
    wanted = sorted(set(principal_ids))
    rows = [
        row
        for start in range(0, len(wanted), 500)
        for row in session.scalars(select(Principal).where(Principal.id.in_(wanted[start : start + 500])))
    ]
    words = labels_of(rows)
    return {
        row.id: Label(row.id, PrincipalKind(row.kind), words[row.id], ICONS[PrincipalKind(row.kind)])
        for row in rows
    }


def scope_words(scope: str, unit_id: int | None, tree: OrgTree, kind: PrincipalKind | None = None) -> str:
    """How far a grant reaches, in words."""
    if scope == "all":
        return str(gettext("Whole municipality"))
    if scope == "own":
        is_duty = kind in (PrincipalKind.DUTY, PrincipalKind.DUTY_KIND)
        return str(
            gettext("Organisations where the duty is held") if is_duty else gettext("Own organisation")
        )
    if scope == "object":
        return str(gettext("This one item only"))
    return unit_words(tree, unit_id)


def unit_words(tree: OrgTree, unit_id: int | None) -> str:
    """A unit with what is below it: 福祉局以下; one that is gone is said to be gone."""
    unit = tree.get(unit_id)
    if unit is None:
        return str(gettext("An organisation that no longer exists"))
    return str(gettext("%(unit)s and below", unit=tree.path_name(unit.id)))


__all__ = ["ICONS", "Label", "labels", "scope_words", "unit_words"]
