"""What one has at hand: pinned places, what the schedule opens with, the rows under a place."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.actor import Actor
from groupware.capabilities import NULLS, Offer, Question, Reservable, reservable
from groupware.directory.queries.choices import visible_groups
from groupware.directory.queries.roll import roll
from groupware.errors import Invalid
from groupware.i18n import gettext
from groupware.text.folding import fold
from groupware.web.boundary import actor
from groupware.web.gate import signed_in
from plugins.schedule.enums import PlaceKind, View
from plugins.schedule.queries.events import not_found
from plugins.schedule.queries.places import Pinned, extras_of, named_place, pinned, start_of
from plugins.schedule.services import places as services
from plugins.schedule.views.blueprint import blueprint
from plugins.schedule.views.reminders import reminder_choices

ENDPOINTS = {
    View.ORGANISATION_WEEK: "schedule.index",
    View.ORGANISATION_DAY: "schedule.day",
    View.WEEK: "schedule.week",
    View.MONTH: "schedule.month",
    View.LIST: "schedule.listing",
    View.YEAR: "schedule.year",
}
OF_PLACES = (View.ORGANISATION_WEEK, View.ORGANISATION_DAY, View.LIST, View.YEAR)
FOUND = 12
OWN = "own"


@blueprint.get("/start")
@signed_in
def start() -> ResponseReturnValue:
    """What the menu opens: the view that the person chose, the week of their organisation otherwise."""
    who = actor()
    chosen = start_of(who)
    if chosen is None or chosen.view not in set(View):
        return redirect(url_for("schedule.index"))
    view = View(chosen.view)
    arguments: dict[str, Any] = {}
    if chosen.kind and view in OF_PLACES:
        kind = PlaceKind(chosen.kind)
        place = named_place(kind, chosen.ref, visible_groups(who) if kind is PlaceKind.GROUP else ())
        arguments = place.arguments if place is not None else {}
    return redirect(url_for(ENDPOINTS[view], **arguments))


@blueprint.get("/settings")
@signed_in
def settings() -> str:
    """What one begins with, and what one has pinned."""
    who = actor()
    chosen, pins = start_of(who), pinned(who, visible_groups(who))
    current = f"{chosen.kind}:{chosen.ref}" if chosen is not None and chosen.kind else OWN
    return render_template(
        "schedule/settings.html",
        pins=pins,
        view=chosen.view if chosen is not None else View.ORGANISATION_WEEK.value,
        views=[(one.value, one.label) for one in ENDPOINTS],
        **reminder_choices(who),
        place=current,
        places=[
            (OWN, gettext("My organisation")),
            *((f"{one.kind.value}:{one.ref}", one.name) for one in pins),
        ],
    )


@blueprint.post("/settings")
@signed_in
def save_settings() -> ResponseReturnValue:
    """Open the schedule with this from now on."""
    view = request.form.get("view", "")
    kind, _, ref = request.form.get("place", OWN).partition(":")
    is_place = kind in set(PlaceKind) and ref.isdecimal()
    if view not in set(View) or not (kind == OWN or is_place):
        raise Invalid(gettext("Please choose one of the list."), code="view")
    services.begin_with(actor(), View(view), *((PlaceKind(kind), int(ref)) if is_place else (None, 0)))
    flash(gettext("The schedule opens with this from now on."), "success")
    return redirect(url_for("schedule.settings"))


@blueprint.post("/pins")
@signed_in
def pins() -> ResponseReturnValue:
    """Pin a place, let it go, or move it among those at hand."""
    who, act = actor(), request.form.get("act", "")
    place = _asked(who, request.form)
    if act == "pin":
        services.pin(who, place.kind, place.ref)
        flash(gettext("“%(name)s” was pinned.", name=place.name), "success")
    elif act == "unpin":
        services.unpin(who, place.kind, place.ref)
        flash(gettext("“%(name)s” is not pinned any more.", name=place.name), "success")
    elif act in ("up", "down"):
        services.move_pin(who, place.kind, place.ref, is_up=act == "up")
    else:
        raise Invalid(gettext("Please choose one of the list."), code="act")
    if "settings" in request.form:
        return redirect(url_for("schedule.settings"))
    view = "schedule.day" if request.form.get("view") == "schedule.day" else "schedule.index"
    return redirect(url_for(view, **place.arguments))


@blueprint.get("/rows")
@signed_in
def rows() -> str:
    """The facilities and calendars under a place, and what can be added."""
    who = actor()
    place, groups = _asked(who, request.args), visible_groups(who)
    if not services.may_arrange(who, place.kind, place.ref, groups):
        raise not_found()
    extras, text = extras_of(place.kind, place.ref), request.args.get("q", "").strip()[:100]
    lender, tree = reservable(who), roll().tree
    facilities = (
        lender.choices(who, Question(uids=extras.facilities, limit=len(extras.facilities)))
        if extras.facilities
        else ()
    )
    return render_template(
        "schedule/rows.html",
        place=place,
        text=text,
        units=[tree.units[one] for one in extras.units if one in tree],
        facilities=facilities,
        has_rooms=lender is not NULLS[Reservable],
        found_units=_units(text, extras.units) if text else [],
        found_facilities=_facilities(who, text, extras.facilities) if text else [],
    )


@blueprint.post("/rows")
@signed_in
def change_rows() -> ResponseReturnValue:
    """Add a row, or take one away."""
    who = actor()
    place, one = _asked(who, request.form), _row()
    change = services.add_row if request.form.get("act") == "add" else services.remove_row
    change(who, place.kind, place.ref, one)
    flash(gettext("The rows were changed."), "success")
    return redirect(url_for("schedule.rows", **place.arguments))


def _units(text: str, shown: tuple[int, ...]) -> list[Any]:
    words, tree = fold(text).split(), roll().tree
    found = (
        unit
        for key, unit in tree.units.items()
        if key not in shown and all(word in fold(tree.path_name(key) or unit.name) for word in words)
    )
    return sorted(found, key=lambda unit: (len(unit.name), tree.order[unit.id]))[:FOUND]


def _facilities(who: Actor, text: str, shown: tuple[uuid.UUID, ...]) -> list[Offer]:
    question = Question(text=text, limit=FOUND + len(shown))
    return [one for one in reservable(who).choices(who, question) if one.uid not in shown][:FOUND]


def _asked(who: Actor, values: Mapping[str, str]) -> Pinned:
    """The place that an address or a form names, one's own organisation without. Raises NotFound for what is not there."""
    groups = visible_groups(who)
    if uid := values.get("group", ""):
        ref = next((one.id for one in groups if one.uid == uid), 0)
        place = named_place(PlaceKind.GROUP, ref, groups)
    else:
        key = values.get("unit", str(who.unit_id or ""))
        place = named_place(PlaceKind.UNIT, int(key), groups) if key.isdecimal() and len(key) < 18 else None
    if place is None:
        raise not_found()
    return place


def _row() -> int | uuid.UUID:
    kind, _, key = request.form.get("what", "").partition(":")
    try:
        if kind == "unit" and len(key) < 18:
            return int(key)
        return uuid.UUID(key)
    except ValueError:
        raise not_found() from None
