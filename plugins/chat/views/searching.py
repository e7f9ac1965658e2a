"""メッセージを検索: what was said, by words, people, days and sorts; in one room, or in all of one's own."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, request, url_for

from groupware.actor import Actor
from groupware.calendar.eras import DateFormatError, parse_date
from groupware.directory.picking import Choice, choices_of, people_of
from groupware.errors import Invalid
from groupware.i18n import gettext, pgettext
from groupware.search.query import cleaned, parsed
from groupware.web.boundary import actor
from groupware.web.gate import open_to_guests, signed_in
from plugins.chat.queries import rooms
from plugins.chat.queries.rooms import RoomView
from plugins.chat.searching import SORTS, Results, Sought, look_for, speakers
from plugins.chat.views.blueprint import blueprint


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, as it was typed, with what is wrong in it."""

    sought: Sought
    typed: dict[str, str]
    errors: dict[str, str]

    @property
    def arguments(self) -> dict[str, Any]:
        """As arguments of an address; what is not asked for is None, which addresses leave out."""
        person = self.sought.person_id
        return {
            "q": self.sought.text or None,
            "person": f"person:{person}" if person is not None else None,
            "since": self.typed["since"] or None,
            "until": self.typed["until"] or None,
            "sort": self.sought.sort or None,
        }


@blueprint.get("/search")
@signed_in
def search() -> str:
    """In all of one's rooms."""
    return _page(None)


@blueprint.get("/<uuid:uid>/search")
@open_to_guests
@signed_in
def search_room(uid: uuid.UUID) -> str:
    """In one room."""
    return _page(rooms.one(actor(), uid))


def _page(room: RoomView | None) -> str:
    who, asked = actor(), _asked(actor(), room)
    text, after = asked.sought.text, request.args.get("after", "")
    is_short = bool(text) and parsed(text).is_too_short
    found = Results() if asked.errors else look_for(who, asked.sought, room, after)
    endpoint = "chat.search" if room is None else "chat.search_room"
    here: dict[str, Any] = {} if room is None else {"uid": room.uid}
    return render_template(
        "chat/search.html",
        room=room,
        asked=asked,
        home=url_for(endpoint, **here),
        people=_chosen(asked.sought.person_id) if not who.is_guest else [],
        speakers=_speakers(room) if room is not None and who.is_guest else [],
        sorts=[
            ("", pgettext("chat search", "All messages")),
            *((key, str(one[0])) for key, one in SORTS.items()),
        ],
        found=found,
        is_short=is_short,
        is_asked=bool(text) or (room is not None and asked.sought.is_narrowed),
        next_url=url_for(endpoint, **here, **asked.arguments, after=found.cursor) if found.cursor else None,
        start_url=url_for(endpoint, **here, **asked.arguments) if after else None,
    )


def _asked(who: Actor, room: RoomView | None) -> Asked:
    """A date that is none is said; what else makes no sense is passed over."""
    errors: dict[str, str] = {}
    typed = {name: request.args.get(name, "").strip()[:30] for name in ("since", "until")}
    days: dict[str, date | None] = {}
    for name, value in typed.items():
        days[name] = None
        try:
            days[name] = parse_date(value).date if value else None
        except DateFormatError:
            errors[name] = gettext("Please write a date like 2026-11-22, R8.11.22 or 令和8年11月22日.")
    sort = request.args.get("sort", "")
    sought = Sought(
        text=cleaned(request.args.get("q", "")),
        person_id=_person(who, room),
        since=days["since"],
        until=days["until"],
        sort=sort if sort in SORTS else "",
    )
    return Asked(sought, typed, errors)


def _person(who: Actor, room: RoomView | None) -> int | None:
    """Who is to have said it. A visitor knows no directory and names somebody of the room; a stranger has said nothing there."""
    values = [one for one in request.args.getlist("person") if one][:1]
    if who.is_guest and room is not None:
        known = {f"person:{key}": key for key, _ in speakers(room)}
        return known.get(values[0]) if values else None
    try:
        return next(iter(people_of(values)), None)
    except Invalid:
        return None


def _chosen(person_id: int | None) -> list[Choice]:
    return choices_of([f"person:{person_id}"]) if person_id is not None else []


def _speakers(room: RoomView) -> list[tuple[str, str]]:
    return [
        ("", pgettext("chat search", "Anybody")),
        *((f"person:{key}", name) for key, name in speakers(room)),
    ]
