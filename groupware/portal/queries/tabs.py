"""The tabs of a person: common, those of their organisations, and their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from groupware import access
from groupware.access.enums import PrincipalKind
from groupware.access.objects import ACTOR_PERSON
from groupware.actor import Actor
from groupware.db import fetch, session
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


_arrangement = select(
    PortalLayout.columns, PortalLayout.version, PortalLayout.edited_in, PortalLayout.start
).where(PortalLayout.person_id == ACTOR_PERSON)


def mine(actor: Actor) -> Mine:
    """The person's own part; one query per unit of work beside the one for principals."""
    known = session().info.setdefault("portal_mine", {})
    if actor.person_id not in known:
        own = fetch(_arrangement, {"actor_person": actor.person_id}).one_or_none()
        known[actor.person_id] = _mine_of(access.principals_of(actor), own, org_tree(actor.today))
    found: Mine = known[actor.person_id]
    return found


def _mine_of(principals: Mapping[int, access.PrincipalRef], own: Any, tree: OrgTree) -> Mine:
    units = {one.ref for one in principals.values() if one.kind == PrincipalKind.UNIT and one.ref in tree}
    layout = Layout(None)
    if own is not None:
        layout = Layout(columns_of(own.columns) if own.columns else None, own.version)
    return Mine(
        frozenset(principals),
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
