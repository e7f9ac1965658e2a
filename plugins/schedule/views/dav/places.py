"""What lies below /dav/: principals, homes, calendars and what is in them. What one may not see is not there."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import quote

from groupware import rules
from groupware.actor import Actor
from groupware.directory.queries.roll import is_seen, roll
from groupware.errors import NotFound
from plugins.schedule.queries import private, programs
from plugins.schedule.queries.events import not_found
from plugins.schedule.queries.people import person_by_uid
from plugins.schedule.rules import DAV_COLLEAGUES

OWN: Final = "personal"
MOST_COLLEAGUES: Final = 60
Kind = Literal[
    "root",
    "principals",
    "principal",
    "homes",
    "home",
    "calendar",
    "item",
    "private",
    "private_item",
    "inbox",
    "outbox",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An address with what is there. `person` is whose it is; an item has the `name` it was asked by.

    `slug` is the last part of a calendar's address, `private` the row of a private calendar.
    """

    kind: Kind
    address: str
    me: Any
    person: Any = None
    name: str = ""
    slug: str = ""
    private: Any = None

    @property
    def is_own(self) -> bool:
        """Whether it belongs to who asks."""
        return self.person is not None and self.person.id == self.me.id

    @property
    def calendar(self) -> str:
        """The address of the calendar that an item lies in."""
        if self.kind in ("calendar", "private"):
            return self.address
        return self.address.rpartition("/")[0] + "/"


def place(actor: Actor, path: str) -> Place:
    """What is at an address below /dav/. Raises NotFound."""
    assert actor.person_id is not None, "only people have tokens for calendars"
    me = programs.people([actor.person_id])[actor.person_id]
    parts = [part for part in path.split("/") if part]
    address = "/dav/" + "".join(f"{part}/" for part in parts)
    match parts:
        case []:
            return Place(kind="root", address=address, me=me)
        case ["principals"]:
            return Place(kind="principals", address=address, me=me)
        case ["principals", uid]:
            return Place(kind="principal", address=address, me=me, person=_person(uid))
        case ["calendars"]:
            return Place(kind="homes", address=address, me=me)
        case ["calendars", uid, *rest] if uid == str(me.uid):
            return _at_home(actor, me, address, rest)
    raise not_found()


def _at_home(actor: Actor, me: Any, address: str, rest: Sequence[str]) -> Place:
    match rest:
        case []:
            return Place(kind="home", address=address, me=me, person=me)
        case ["inbox"]:
            return Place(kind="inbox", address=address, me=me, person=me)
        case ["outbox"]:
            return Place(kind="outbox", address=address, me=me, person=me)
        case [segment, *names] if len(names) <= 1:
            name = names[0] if names else ""
            row = private.calendar(me.id, segment) if segment != OWN else None
            if row is not None:
                return _private(me, row, name)
            owner = _owner(actor, me, segment)
            kind: Kind = "item" if name else "calendar"
            address = address.rstrip("/") if name else address
            return Place(kind=kind, address=address, me=me, person=owner, name=name, slug=segment)
    raise not_found()


def _private(me: Any, row: Any, name: str = "") -> Place:
    address = f"{home_address(me)}{quote(row.slug)}/"
    kind: Kind = "private_item" if name else "private"
    return Place(
        kind=kind, address=address + quote(name), me=me, person=me, name=name, slug=row.slug, private=row
    )


def new_calendar(actor: Actor, path: str) -> tuple[str, bool]:
    """The last part of an address at which a calendar is to be made, and whether something is there. Raises NotFound."""
    me = place(actor, "").me
    match [part for part in path.split("/") if part]:
        case ["calendars", uid, slug] if uid == str(me.uid):
            try:
                place(actor, path)
            except NotFound:
                return slug, False
            return slug, True
    raise not_found()


def _owner(actor: Actor, me: Any, segment: str) -> Any:
    if segment == OWN:
        return me
    found = next((one for one in colleagues(actor) if str(one.uid) == segment), None)
    if found is None:
        raise not_found()
    return found


def _person(text: str) -> Any:
    try:
        row = person_by_uid(uuid.UUID(text))
    except ValueError:
        row = None
    if row is None or row.id not in roll().place or not is_seen(row.id):
        raise not_found()
    return programs.people([row.id])[row.id]


def colleagues(actor: Actor) -> list[Any]:
    """People of the own section whose calendars programs are shown, in 建制順, if the bureau wants it."""
    if actor.unit_id is None or not rules.value_for(actor, DAV_COLLEAGUES):
        return []
    own = roll().by_unit.get(actor.unit_id, ())
    listed = [one for one in own if one != actor.person_id][:MOST_COLLEAGUES]
    known = programs.people(listed)
    return [known[one] for one in listed if one in known]


def principal_address(person: Any) -> str:
    """Where somebody's principal is."""
    return f"/dav/principals/{person.uid}/"


def home_address(person: Any) -> str:
    """Where the calendars of who asks are."""
    return f"/dav/calendars/{person.uid}/"


def children(actor: Actor, at: Place) -> list[Place]:
    """What lies directly below, items of calendars aside."""
    me = at.me
    home = home_address(me)
    if at.kind == "root":
        return [
            Place(kind="principals", address="/dav/principals/", me=me),
            Place(kind="homes", address="/dav/calendars/", me=me),
        ]
    if at.kind == "principals":
        return [Place(kind="principal", address=principal_address(me), me=me, person=me)]
    if at.kind == "homes":
        return [Place(kind="home", address=home, me=me, person=me)]
    if at.kind != "home":
        return []
    return [
        Place(kind="calendar", address=f"{home}{OWN}/", me=me, person=me, slug=OWN),
        *(_private(me, row) for row in private.calendars(me.id)),
        *(
            Place(kind="calendar", address=f"{home}{one.uid}/", me=me, person=one, slug=str(one.uid))
            for one in colleagues(actor)
        ),
        Place(kind="inbox", address=f"{home}inbox/", me=me, person=me),
        Place(kind="outbox", address=f"{home}outbox/", me=me, person=me),
    ]
