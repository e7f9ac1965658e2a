"""Templates of rooms: those that somebody is offered, filled in for them, and those that they look after."""

import uuid
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Uuid, bindparam, or_, select

from groupware import access
from groupware.access.enums import PrincipalKind
from groupware.actor import Actor
from groupware.among import among
from groupware.calendar.eras import format_wareki_fiscal
from groupware.calendar.fiscal import fiscal_year
from groupware.db import fetch
from groupware.directory.picking import Ref
from groupware.directory.tree import OrgTree, org_tree
from plugins.chat.models import RoomTemplate
from plugins.chat.permissions import MANAGE_TEMPLATES
from plugins.chat.queries.rooms import not_found

YEAR, UNIT = "{年度}", "{組織}"
"""What stands in the name and the purpose for the fiscal year, and for the organisation of whoever opens the room."""


@dataclass(frozen=True, slots=True)
class Template:
    """A template as it is kept, or, for who opens a room, with year, organisation and members filled in."""

    uid: uuid.UUID
    unit_id: int | None
    position: int
    title: str
    room_name: str
    purpose: str
    is_open: bool
    shows_past: bool
    is_text_only: bool
    kept_for: int | None
    brings_unit: bool
    members: tuple[str, ...]
    welcome: str
    note_title: str
    note_text: str
    version: int


_columns = tuple(
    column
    for column in RoomTemplate.__table__.columns
    if column.key not in ("id", "changed_at", "changed_by")
)
_all = select(*_columns).order_by(RoomTemplate.position, RoomTemplate.id)
_offered = _all.where(or_(RoomTemplate.unit_id.is_(None), among(RoomTemplate.unit_id, "units")))
_one = _all.where(RoomTemplate.uid == bindparam("uid", type_=Uuid()))


def offered(actor: Actor) -> list[Template]:
    """The templates for the organisation that the actor acts in: those of the nearest one first. One statement."""
    near = org_tree(actor.today).ancestors(actor.unit_id)
    rows = [_template(row) for row in fetch(_offered, {"units": near})]
    return sorted(rows, key=lambda one: near.index(one.unit_id) if one.unit_id is not None else len(near))


def filled(actor: Actor, template: Template) -> Template:
    """The template with the fiscal year and the organisation of the actor in it."""
    unit = org_tree(actor.today).get(actor.unit_id)
    name = unit.name if unit is not None else ""
    year = format_wareki_fiscal(fiscal_year(actor.today))

    def said(text: str) -> str:
        return text.replace(YEAR, year).replace(UNIT, name)

    own = (Ref(PrincipalKind.UNIT_TREE, unit.id).value,) if template.brings_unit and unit is not None else ()
    return replace(
        template,
        room_name=said(template.room_name),
        purpose=said(template.purpose),
        members=(*own, *(one for one in template.members if one not in own)),
    )


def chosen(actor: Actor, uid: uuid.UUID) -> Template:
    """One that the actor is offered. Raises NotFound."""
    found = next((one for one in offered(actor) if one.uid == uid), None)
    if found is None:
        raise not_found()
    return found


def may_manage(actor: Actor) -> bool:
    """Whether the actor looks after the templates of some organisation."""
    return access.holds_somewhere(actor, MANAGE_TEMPLATES)


def manages(actor: Actor, unit_id: int | None) -> bool:
    """Whether they look after those of an organisation; those of the whole municipality are looked after at its root."""
    if unit_id is None:
        unit_id = root_of(org_tree(actor.today))
    return unit_id is not None and access.can(actor, MANAGE_TEMPLATES, unit_id=unit_id)


def root_of(tree: OrgTree) -> int | None:
    """The municipality itself."""
    return next(iter(tree.children.get(None, ())), None)


def managed(actor: Actor) -> list[Template]:
    """The templates within reach, those of the whole municipality first, then in official order."""
    tree = org_tree(actor.today)
    found = [one for one in (_template(row) for row in fetch(_all)) if manages(actor, one.unit_id)]
    return sorted(
        found, key=lambda one: -1 if one.unit_id is None else tree.order.get(one.unit_id, len(tree.order))
    )


def one(actor: Actor, uid: uuid.UUID) -> Template:
    """One of them. Raises NotFound for every other one."""
    row = fetch(_one, {"uid": uid}).first()
    if row is None or not manages(actor, row.unit_id):
        raise not_found()
    return _template(row)


def units_for(actor: Actor) -> list[tuple[int, str]]:
    """The organisations for which the actor may keep templates, in official order, the municipality as 0."""
    tree, reach = org_tree(actor.today), access.held(actor, MANAGE_TEMPLATES)
    root = root_of(tree)
    return [
        (0 if unit.id == root else unit.id, tree.path_name(unit.id) or unit.name)
        for unit in tree
        if reach.everywhere or unit.id in reach.units
    ]


def _template(row: Any) -> Template:
    values = dict(row._mapping)
    return Template(**values | {"members": tuple(values["members"])})


__all__ = [
    "UNIT",
    "YEAR",
    "Template",
    "chosen",
    "filled",
    "managed",
    "manages",
    "may_manage",
    "offered",
    "one",
    "root_of",
    "units_for",
]
