"""People and organisations for programs, as the pages of the directory show them: behind the same wall, without legal names."""

from bisect import bisect_right
from typing import Any
from uuid import UUID

from flask import url_for

from groupware.actor import Actor
from groupware.api.reading import wrong_position
from groupware.api.shapes import Id, Input, Output, Text
from groupware.directory.enums import EmploymentType
from groupware.directory.queries.cards import Card, card_of
from groupware.directory.queries.people import PersonRow, people_rows
from groupware.directory.queries.people_search import Wanted, found_people
from groupware.directory.queries.roll import roll
from groupware.directory.queries.units import counts_of
from groupware.directory.tree import OrgTree, Unit
from groupware.directory.wall import seen_tree
from groupware.errors import NotFound
from groupware.i18n import gettext, lazy_gettext
from groupware.plugin import Collection, Operation, Slice

READ = "directory:person:read"


class UnitLink(Output):
    """An organisation as it is named elsewhere."""

    id: int
    name: str
    path: str


class PersonItem(Output):
    """Somebody who works here. `ref` is how audiences name them."""

    uid: UUID
    ref: str
    staff_number: str
    display_name: str
    kana_name: str
    employment_type: str
    unit: UnitLink | None
    post: str
    email: str
    phone: str
    extension: str
    has_photo: bool
    is_away: bool


class Standing(Output):
    """An appointment of today."""

    unit: UnitLink
    post: str
    kind: str
    matter: str


class PersonCard(PersonItem):
    """The card of a person. `is_here`: works here today."""

    is_here: bool
    appointments: list[Standing]
    duties: list[str]
    url: str


class PeopleArguments(Input):
    """What people are looked for by. `unit` counts with everything below it."""

    q: Text = ""
    unit: Id | None = None
    employment_type: EmploymentType | None = None


class UnitItem(Output):
    """An organisation of today. `ref` is how audiences name it with everything below, `order` its place in the official order."""

    id: int
    ref: str
    code: str
    name: str
    short_name: str
    kind: str
    path: str
    parent_id: int | None
    order: int


class UnitCard(UnitItem):
    """An organisation with what is below it, and how many people stand in it."""

    children: list[UnitLink]
    people: int
    url: str


class UnitArguments(Input):
    """`within` is the organisation whose part of the tree is wanted."""

    within: Id | None = None


def _found_people(_actor: Actor, wanted: PeopleArguments, limit: int, after: tuple[Any, ...] | None) -> Slice:
    """In the order of their keys, so that a list goes on where it was although people come and go."""
    last = _number(after)
    kind = wanted.employment_type.value if wanted.employment_type is not None else ""
    people = sorted(found_people(Wanted(wanted.q[:200], unit_id=wanted.unit, employment_type=kind)).people)
    start = bisect_right(people, last)
    shown = people[start : start + limit]
    has_more = start + limit < len(people)
    return Slice(
        items=[PersonItem(**_fields(row)) for row in people_rows(shown)],
        next=(shown[-1],) if has_more and shown else None,
    )


def _number(after: tuple[Any, ...] | None) -> int:
    if after is None:
        return 0
    if len(after) != 1 or not isinstance(after[0], int):
        raise wrong_position()
    return after[0]


def _fields(row: PersonRow) -> dict[str, Any]:
    unit = None
    if row.unit_id is not None:
        unit = UnitLink(id=row.unit_id, name=row.unit_name, path=row.unit_path)
    return {
        "uid": UUID(row.uid),
        "ref": f"person:{row.id}",
        "staff_number": row.staff_number,
        "display_name": row.display_name,
        "kana_name": row.kana_name,
        "employment_type": row.employment_type,
        "unit": unit,
        "post": row.post_name,
        "email": row.email,
        "phone": row.phone,
        "extension": row.extension,
        "has_photo": row.has_photo,
        "is_away": row.is_away,
    }


def _person(actor: Actor, uid: UUID) -> PersonCard:
    card = card_of(uid, actor.today)
    if card is None:
        raise _absent()
    (row,) = people_rows([card.id])
    return PersonCard(
        **_fields(row),
        is_here=card.is_here,
        appointments=_appointments(card),
        duties=[f"{duty.unit_path} {duty.kind_name}".strip() for duty in card.duties],
        url=url_for("directory.person", uid=uid),
    )


def _appointments(card: Card) -> list[Standing]:
    return [
        Standing(
            unit=UnitLink(id=stand.unit_id, name=stand.unit_name, path=stand.unit_path),
            post=stand.post_name,
            kind=stand.kind,
            matter=stand.matter,
        )
        for stand in card.current
    ]


def _found_units(actor: Actor, wanted: UnitArguments, limit: int, after: tuple[Any, ...] | None) -> Slice:
    tree = seen_tree(actor.today)
    last = _number(after) if after is not None else -1
    kept = tree.subtree(wanted.within) if wanted.within is not None else frozenset(tree.units)
    units = [unit for unit in tree if unit.id in kept and tree.order[unit.id] > last]
    shown = units[:limit]
    has_more = len(units) > limit
    return Slice(
        items=[UnitItem(**_unit_fields(unit, tree)) for unit in shown],
        next=(tree.order[shown[-1].id],) if has_more else None,
    )


def _unit_fields(unit: Unit, tree: OrgTree) -> dict[str, Any]:
    return {
        "id": unit.id,
        "ref": f"unit_tree:{unit.id}",
        "code": unit.code,
        "name": unit.name,
        "short_name": unit.short_name,
        "kind": unit.kind,
        "path": tree.path_name(unit.id),
        "parent_id": unit.parent_id if tree.get(unit.parent_id) is not None else None,
        "order": tree.order[unit.id],
    }


def _unit(actor: Actor, unit_id: int) -> UnitCard:
    tree = seen_tree(actor.today)
    unit = tree.get(unit_id)
    if unit is None:
        raise _absent()
    below = [tree.units[child] for child in tree.children.get(unit_id, ())]
    return UnitCard(
        **_unit_fields(unit, tree),
        children=[UnitLink(id=one.id, name=one.name, path=tree.path_name(one.id)) for one in below],
        people=counts_of(roll().tree).get(unit_id, 0),
        url=url_for("directory.unit", unit_id=unit_id),
    )


def _absent() -> NotFound:
    return NotFound(gettext("The page you are looking for was not found."))


COLLECTIONS = (
    Collection(
        id="people",
        title=lazy_gettext("People who work here"),
        permission=READ,
        most=500,
        find=Operation(
            title=lazy_gettext("Look people up by name, kana, number, organisation or post"),
            run=_found_people,
            takes=PeopleArguments,
            gives=PersonItem,
        ),
        read=Operation(title=lazy_gettext("The card of a person"), run=_person, gives=PersonCard),
    ),
    Collection(
        id="units",
        key="int",
        title=lazy_gettext("Organisations of today"),
        permission=READ,
        most=500,
        find=Operation(
            title=lazy_gettext("Organisations in the official order"),
            run=_found_units,
            takes=UnitArguments,
            gives=UnitItem,
        ),
        read=Operation(title=lazy_gettext("An organisation and what is below it"), run=_unit, gives=UnitCard),
    ),
)
