"""Whose calendars a page shows: those of an organisation, of a group, of chosen people; from the address."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import request, url_for

from groupware import clock
from groupware.actor import Actor
from groupware.directory.queries.choices import GroupRow, visible_groups
from groupware.directory.queries.members import members_of_group
from groupware.directory.queries.roll import roll
from groupware.errors import NotFound
from groupware.i18n import gettext
from groupware.realtime.queries import positions
from plugins.schedule.enums import PlaceKind
from plugins.schedule.events import unit_topic
from plugins.schedule.queries import events

PAGE = 60
"""People of one page."""
MOST_TOPICS = 12
"""Organisations whose changes a page follows."""
NEAR = range(-200 * 366, 200 * 366)
"""Days from today that a calendar shows."""


@dataclass(frozen=True, slots=True)
class Row:
    """A person as a row of calendars."""

    person_id: int
    uid: UUID
    name: str
    post: str
    is_away: bool


@dataclass(frozen=True, slots=True)
class Place:
    """The people of a page, and what they are together."""

    title: str
    unit_id: int | None
    group_uid: str
    ref: int
    """The id of the organisation or group; 0 for oneself alone."""
    groups: Sequence[GroupRow]
    """Those that the actor sees."""
    people: Sequence[int]
    """Those of the page."""
    everybody: Sequence[int]
    page: int

    @property
    def kind(self) -> PlaceKind:
        """What it is."""
        return PlaceKind.GROUP if self.group_uid else PlaceKind.UNIT

    @property
    def named(self) -> dict[str, Any]:
        """What names it in addresses and forms."""
        return {"group": self.group_uid} if self.group_uid else {"unit": self.unit_id}

    @property
    def arguments(self) -> dict[str, Any]:
        """What an address needs to show the same people."""
        return self.named | ({"page": self.page} if self.page > 1 else {})

    @property
    def number(self) -> int:
        """How many they are on all pages."""
        return len(self.everybody)

    @property
    def has_more(self) -> bool:
        """Whether another page follows."""
        return self.number > self.page * PAGE


def asked_day() -> date:
    """The day in the address, today without one."""
    today = clock.today()
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today
    return day if (day - today).days in NEAR else today


def asked_place(actor: Actor) -> Place:
    """The people that the address asks for; those of one's own organisation without. NotFound for what is not there."""
    page = min(max(request.args.get("page", 1, type=int), 1), 1000)
    current, groups = roll(), visible_groups(actor)
    if group_uid := request.args.get("group", ""):
        group = next((one for one in groups if one.uid == group_uid), None)
        if group is None:
            raise NotFound(gettext("The page you are looking for was not found."))
        return _place(
            group.name, None, group_uid, group.id, groups, current.sorted(members_of_group(group.id)), page
        )
    unit_id = request.args.get("unit", type=int) or actor.unit_id
    unit = current.tree.get(unit_id)
    if unit is None:
        if "unit" in request.args:
            raise NotFound(gettext("The page you are looking for was not found."))
        return _place("", None, "", 0, groups, [actor.person_id] if actor.person_id else [], page)
    people = current.sorted(current.people_of_units(current.tree.subtree(unit.id)))
    return _place(current.tree.path_name(unit.id) or unit.name, unit.id, "", unit.id, groups, people, page)


def _place(
    title: str,
    unit_id: int | None,
    group_uid: str,
    ref: int,
    groups: Sequence[GroupRow],
    people: Sequence[int],
    page: int,
) -> Place:
    shown = people[(page - 1) * PAGE : page * PAGE]
    return Place(title, unit_id, group_uid, ref, groups, shown, people, page)


def rows_of(people: Sequence[int]) -> list[Row]:
    """People as rows, in their order. One query."""
    known, current = events.names(people), roll()
    found = []
    for person_id in people:
        entry, named = current.entries.get(person_id), known.get(person_id)
        if named is None:
            continue
        post = current.posts[entry.post_id][0] if entry is not None and entry.post_id is not None else ""
        found.append(Row(person_id, named.uid, named.display_name, post, entry is not None and entry.is_away))
    return found


def units_near(unit_id: int | None) -> tuple[list[Any], list[Any], list[Any]]:
    """The organisations above the one shown, beside it, and below it. No query."""
    tree = roll().tree
    unit = tree.get(unit_id)
    if unit is None:
        return [], [tree.units[key] for key in tree.children.get(None, [])], []
    above = [tree.units[key] for key in reversed(tree.ancestors(unit.id)[1:])]
    parent = unit.parent_id if unit.parent_id in tree.units else None
    beside = [tree.units[key] for key in tree.children.get(parent, [])]
    return above, beside, [tree.units[key] for key in tree.children.get(unit.id, [])]


def address(endpoint: str, place: Place, day: date, **more: Any) -> str:
    """The address of a view of the same people on another day."""
    return url_for(endpoint, **(place.arguments | {"day": day.isoformat()} | more))


def topics_of(people: Iterable[int], unit_id: int | None = None) -> str:
    """What a page with these people follows, and from which number on; nothing where they are of too many organisations.

    One query.
    """
    entries = roll().entries
    units = {entry.unit_id for one in people if (entry := entries.get(one)) is not None} | {unit_id}
    names = [unit_topic(one) for one in sorted(one for one in units if one is not None)]
    if not names or len(names) > MOST_TOPICS:
        return ""
    known = positions(names)
    return " ".join(f"{name}:{known[name].seq if name in known else 0}" for name in names)


def calendar_address(unit_id: int) -> str:
    """The week of an organisation."""
    return url_for("schedule.index", unit=unit_id)
