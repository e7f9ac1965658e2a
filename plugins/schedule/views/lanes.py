"""Rows of a view besides its people: above them calendars of organisations, below them facilities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask import url_for

from groupware import clock
from groupware.actor import Actor
from groupware.capabilities import Busy, Question, Span, reservable
from groupware.directory.queries.roll import roll
from groupware.i18n import gettext
from plugins.schedule.enums import Sight
from plugins.schedule.queries import spans
from plugins.schedule.queries.places import Extras
from plugins.schedule.queries.spans import Item
from plugins.schedule.services.content import may_write_calendar
from plugins.schedule.views.place import Place, calendar_address

_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Lane:
    """A row of calendars that is no person. `new_url` begins a new event in it, where the actor may; the day is appended."""

    name: str
    url: str
    new_url: str
    items: Sequence[Item]


@dataclass(frozen=True, slots=True)
class Lanes:
    """What stands in the calendars of the organisations `above`, and the rows around the people."""

    above: Sequence[Item]
    units: Sequence[Lane]
    facilities: Sequence[Lane]


def lanes_of(actor: Actor, place: Place, extras: Extras, first: date, number: int) -> Lanes:
    """One query for organisations, and what the lender of facilities asks where some are shown."""
    tree = roll().tree
    line = list(tree.ancestors(place.unit_id or actor.unit_id))
    # Under a group stands what the whole city has.
    own, above = (line[:1], line[1:]) if place.unit_id is not None else ([], line[-1:])
    units = [one for one in extras.units if one in tree and one not in own and one not in above]
    found = spans.of_units(actor, [*own, *above, *units], first, number)
    shared = sorted((item for one in above for item in found.get(one, ())), key=lambda one: one.starts_at)
    own = [one for one in own if found.get(one) or may_write_calendar(actor, one)]
    return Lanes(
        shared,
        [_of_unit(actor, one, found.get(one, ())) for one in [*own, *units]],
        _of_facilities(actor, extras.facilities, first, number),
    )


def _of_unit(actor: Actor, unit_id: int, items: Sequence[Item]) -> Lane:
    name = gettext("Events of %(name)s", name=roll().tree.units[unit_id].name)
    new_url = url_for("schedule.new", calendar=unit_id) if may_write_calendar(actor, unit_id) else ""
    return Lane(name, calendar_address(unit_id), new_url, items)


def _of_facilities(actor: Actor, uids: Sequence[UUID], first: date, number: int) -> list[Lane]:
    if not uids:
        return []
    lender = reservable(actor)
    offers = {one.uid: one for one in lender.choices(actor, Question(uids=uids, limit=len(uids)))}
    window = Span(clock.midnight(first), clock.midnight(first + timedelta(days=number)))
    busy: Mapping[UUID, Sequence[Busy]] = lender.busy(actor, list(offers), window) if offers else {}
    return [
        Lane(
            offers[uid].name,
            "",
            url_for("schedule.new", room=uid) if offers[uid].can_book else "",
            [_held(one) for one in busy.get(uid, ())],
        )
        for uid in uids
        if uid in offers
    ]


def _held(one: Busy) -> Item:
    """A time at which a facility is taken; by whom is not said here."""
    return Item(
        0,
        0,
        _NOBODY,
        one.starts_at,
        one.ends_at,
        clock.local(one.starts_at),
        clock.local(one.ends_at),
        "",
        Sight.TIME,
        title=gettext("Booked"),
        is_tentative=not one.is_confirmed,
    )
