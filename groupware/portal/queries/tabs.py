"""The tabs of a person: common, those of their organisations, and their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select

from groupware.access.enums import PrincipalKind
from groupware.access.models import PersonPrincipal, Principal
from groupware.access.objects import ACTOR_PERSON, ACTOR_TODAY
from groupware.actor import Actor
from groupware.db import holds_on, session
from groupware.directory.tree import OrgTree, Unit, org_tree
from groupware.portal.arrangement import Columns, columns_of
from groupware.portal.models import PortalLayout
from groupware.portal.queries.shared import Layout, shared

COMMON = "common"
MINE = "mine"
UNIT = "unit-"


@dataclass(frozen=True, slots=True)
class Mine:
    """What is the person's own on the portal: principals, units of today's appointments, arrangement, first tab."""

    principals: frozenset[int]
    units: tuple[int, ...]
    layout: Layout
    edited_in: str
    start: str


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab. `owner` says whose arrangement it shows; `unit` is the organisation that it is about."""

    key: str
    owner: str
    unit: Unit | None
    layout: Layout


# The row of the principal "this person" carries the person's layout: one query for both.
_mine = (
    select(
        Principal.id,
        Principal.kind,
        Principal.ref,
        PortalLayout.columns,
        PortalLayout.version,
        PortalLayout.edited_in,
        PortalLayout.start,
    )
    .join(PersonPrincipal, PersonPrincipal.principal_id == Principal.id)
    .outerjoin(
        PortalLayout,
        and_(Principal.kind == PrincipalKind.PERSON.value, PortalLayout.person_id == Principal.ref),
    )
    .where(PersonPrincipal.person_id == ACTOR_PERSON, holds_on(PersonPrincipal, ACTOR_TODAY))
)


def mine(actor: Actor) -> Mine:
    """The person's own part, one query per unit of work."""
    known = session().info.setdefault("portal_mine", {})
    if actor.person_id not in known:
        rows = session.execute(_mine, {"actor_person": actor.person_id, "actor_today": actor.today}).all()
        known[actor.person_id] = _mine_of(rows, org_tree(actor.today))
    found: Mine = known[actor.person_id]
    return found


def _mine_of(rows: Sequence[Any], tree: OrgTree) -> Mine:
    units = [row.ref for row in rows if row.kind == PrincipalKind.UNIT and row.ref in tree]
    own = next((row for row in rows if row.version is not None), None)
    layout = Layout(None)
    if own is not None:
        layout = Layout(columns_of(own.columns) if own.columns else None, own.version)
    return Mine(
        frozenset(row.id for row in rows),
        tuple(sorted(units, key=lambda unit_id: tree.order[unit_id])),
        layout,
        own.edited_in if own is not None else "",
        own.start if own is not None else "",
    )


def forget_mine() -> None:
    """What `mine` remembered is out of date: the person's own arrangement was just written."""
    session().info.pop("portal_mine", None)


def tabs(actor: Actor) -> list[Tab]:
    """Common, each organisation of the person (that of the acting appointment first), personal."""
    own = mine(actor)
    units = sorted(own.units, key=lambda unit_id: unit_id != actor.unit_id)
    return [
        Tab(COMMON, COMMON, None, shared().layouts.get(COMMON, Layout(None))),
        *(unit_tab(actor, unit_id) for unit_id in units),
        Tab(MINE, f"person-{actor.person_id}", None, own.layout),
    ]


def unit_tab(actor: Actor, unit_id: int) -> Tab:
    """The tab of a unit: its own arrangement or that of the nearest organisation above that has one."""
    tree, layouts = org_tree(actor.today), shared().layouts
    chain = [f"{UNIT}{one}" for one in tree.ancestors(unit_id)]
    owner = next((key for key in chain if key in layouts and layouts[key].columns is not None), chain[0])
    return Tab(f"{UNIT}{unit_id}", owner, tree.units[unit_id], layouts.get(owner, Layout(None)))


def labels(tabs: Sequence[Tab], tree: OrgTree) -> dict[str, str]:
    """Names of the organisation tabs: short where that is unambiguous, with their bureau where it is not."""
    names = [tab.unit.short_name or tab.unit.name for tab in tabs if tab.unit is not None]
    return {
        tab.key: tree.path_name(tab.unit.id)
        if names.count(tab.unit.short_name or tab.unit.name) > 1
        else tab.unit.short_name or tab.unit.name
        for tab in tabs
        if tab.unit is not None
    }


__all__ = [
    "COMMON",
    "MINE",
    "UNIT",
    "Columns",
    "Mine",
    "Tab",
    "forget_mine",
    "labels",
    "mine",
    "tabs",
    "unit_tab",
]
