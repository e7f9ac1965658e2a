"""Book, and change a booking: one form, with what else could be had where a wish cannot be met."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from groupware.access.enums import PrincipalKind
from groupware.capabilities import Clashes, Span, Wish
from groupware.db import session
from groupware.directory.models import Person
from groupware.directory.picking import Ref
from groupware.errors import Conflict, Denied, DomainError, Invalid
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.gate import signed_in
from plugins.facility.enums import Right
from plugins.facility.forms import (
    ReservationForm,
    chosen_facilities,
    chosen_quantity,
    clock_time,
    show_clashes,
)
from plugins.facility.queries.alternatives import Alternative, Exchange, alternatives, conflicts
from plugins.facility.queries.facilities import Filter, Place, groups, not_found, seen
from plugins.facility.queries.reservations import Opened, opened
from plugins.facility.services import bookings, queueing
from plugins.facility.views.blueprint import blueprint, local_clock, local_day
from plugins.facility.views.proposing import proposed
from plugins.facility.views.sending import new_form_key
from plugins.facility.words import span_words

LENGTH = timedelta(hours=1)


@blueprint.get("/new")
@signed_in
def new() -> str:
    """An empty form, or with facility, day and time where a free cell was chosen."""
    form = ReservationForm(None)
    form.form_key.data = new_form_key()
    form.show_span(_asked_span())
    form.contact.data = session.scalar(select(Person.extension).where(Person.id == actor().person_id)) or ""
    return _page(form, _places(chosen_facilities()))


@blueprint.post("/new")
@signed_in
def add() -> ResponseReturnValue:
    """Book it; or add, remove and exchange facilities in the form."""
    return _sent(None)


@blueprint.get("/bookings/<uuid:uid>/edit")
@signed_in
def edit(uid: uuid.UUID) -> str:
    """The form of a booking that is there."""
    found = _changeable(uid)
    form = ReservationForm(
        None,
        title=found.row.title,
        note=found.row.note,
        contact=found.row.contact,
        is_private=found.row.is_private,
    )
    form.user.data = [Ref(PrincipalKind.PERSON, found.row.user_id).value] if found.row.user_id else []
    form.show_span(_times(found)[0])
    return _page(
        form,
        list({part.place.uid: part.place for part in found.parts if part.is_to_come(actor().now)}.values()),
        found=found,
    )


@blueprint.post("/bookings/<uuid:uid>/edit")
@signed_in
def change(uid: uuid.UUID) -> ResponseReturnValue:
    """Save it."""
    return _sent(_changeable(uid))


def _sent(found: Opened | None) -> ResponseReturnValue:
    form = ReservationForm()
    places = _places(chosen_facilities())
    if (steps := _steps(places)) is not None:
        return _page(form, steps, found=found)
    before = _times(found) if found is not None else []
    wishes = [Wish(one.uid, chosen_quantity(one.uid) if one.quantity > 1 else 1) for one in places]
    # Of a series the form changes words alone: its times are cancelled and tried again one by one.
    times = form.times() if len(before) <= 1 else before
    if form.until.errors or form.days.errors or not form.user.validate(form):
        return _page(form, places, found=found), Invalid.status
    plan = form.plan(wishes, times)
    try:
        if found is None and "queue" in request.form and len(wishes) == len(times) == 1:
            queueing.join(actor(), form.wait(wishes[0], times[0]))
            flash(gettext("You are on the waiting list. You are told when it is free."), "success")
            return redirect(url_for("facility.waiting"))
        if found is None:
            uid = bookings.reserve(actor(), plan, key=form.form_key.data or "")
        elif len(before) > 1:
            uid = bookings.reword(actor(), found.row.uid, plan).uid
        else:
            uid = bookings.change(actor(), found.row.uid, plan).uid
    except (Invalid, Conflict, Denied) as error:
        return _refused(form, places, times, error, found), error.status
    flash(gettext("The booking was saved.") if found else gettext("The facilities were booked."), "success")
    return redirect(url_for("facility.reservation", uid=uid))


def _refused(
    form: ReservationForm,
    places: list[Place],
    times: Sequence[Span],
    error: DomainError,
    found: Opened | None,
) -> str:
    clashes = error.clashes if isinstance(error, Clashes) else ()
    if len(times) > 1 and clashes:
        chosen = [one.uid for one in places]
        report = conflicts(actor(), clashes, chosen)
        return _page(form, places, found=found, report=report, number=len(times))
    show_clashes(form, error)
    clashing = {clash.facility for clash in clashes}
    others = alternatives(
        actor(), [one for one in places if one.uid in clashing], [one.uid for one in places], times
    )
    is_one = found is None and len(places) == len(times) == 1
    has_waited = "queue" in request.form and isinstance(error, Invalid)
    is_taken = has_waited or {clash.code for clash in clashes} == {"taken"}
    may_wait = is_one and is_taken and places[0].terms.has_queue and times[0].ends_at > actor().now
    return _page(form, places, found=found, others=others, can_insist=bool(clashing), may_wait=may_wait)


def _steps(places: list[Place]) -> list[Place] | None:
    """The facilities after a button that only changes the choice; None if the form is to be saved."""
    step, _, value = request.form.get("step", "").partition(":")
    if not step:
        return None
    if step == "group":
        return places
    if step == "add":
        wanted = request.form.get("more", "")
        return _places([*(one.uid for one in places), *_uids(wanted)])
    old, _, replacement = value.partition(":")
    kept = [one.uid for one in places if str(one.uid) != old]
    return _places([*kept, *_uids(replacement)])


def _uids(text: str) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(text)]
    except ValueError:
        return []


def _places(uids: Sequence[uuid.UUID]) -> list[Place]:
    if not uids:
        return []
    by_uid = {one.uid: one for one in seen(actor(), Filter(uids=uids, with_retired=True))}
    return [by_uid[uid] for uid in uids if uid in by_uid]


def _changeable(uid: uuid.UUID) -> Opened:
    found = opened(actor(), uid)
    if not found.can_change:
        raise not_found()
    return found


def _times(found: Opened) -> list[Span]:
    now = actor().now
    return sorted(
        {Span(part.item.starts_at, part.item.ends_at) for part in found.parts if part.is_to_come(now)}
    )


def _asked_span() -> Span:
    """From the cell that was chosen, or what the house proposes."""
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        day = None
    begins = proposed(actor(), day)
    at = clock_time(request.args.get("at", "")) or begins.time()
    starts_at = begins.replace(hour=at.hour, minute=at.minute)
    until = clock_time(request.args.get("until", ""))
    ends_at = (
        starts_at.replace(hour=until.hour, minute=until.minute) if until is not None else starts_at + LENGTH
    )
    return Span(starts_at, ends_at if ends_at > starts_at else starts_at + LENGTH)


def _page(
    form: ReservationForm,
    places: list[Place],
    *,
    found: Opened | None = None,
    others: Sequence[Alternative] = (),
    report: Sequence[Exchange] = (),
    number: int = 0,
    can_insist: bool = False,
    may_wait: bool = False,
) -> str:
    chosen = {one.uid for one in places}
    known = groups(actor())
    group = _group(known, places)
    offered = seen(actor(), Filter(group=group)) if known else []
    return render_template(
        "facility/editor.html",
        form=form,
        places=places,
        found=found,
        times=_times(found) if found is not None and len(_times(found)) > 1 else (),
        others=others,
        report=report,
        number=number,
        may_wait=may_wait,
        waits=form.waits,
        waited=form.span if may_wait else None,
        lost={one.clash.starts_at for one in report},
        left_out={
            one.clash.starts_at: span_words(one.clash.starts_at, one.clash.ends_at)
            for one in report
            if one.other is None
        },
        may_block=found is None and bool(places) and all(one.can_decide for one in places),
        may_insist=can_insist and all(Right.OVERRIDE in one.rights for one in places),
        groups=[(str(one.id), one.name) for one in known],
        group=str(group),
        has_stepped=bool(request.form.get("step")),
        sought=_sought(form, places),
        offered=[one for one in offered if one.can_book and one.uid not in chosen],
        quantity=partial(_quantity, found),
        offered_options=_options,
    )


def _group(known: Sequence[Any], places: list[Place]) -> int | None:
    """Of which group facilities are offered: the one that was chosen, else that of what stands in the form, else the first."""
    asked = request.values.get("group", type=int)
    if asked in {one.id for one in known}:
        return asked
    if places:
        return places[0].group_id
    return known[0].id if known else None


def _sought(form: ReservationForm, places: list[Place]) -> dict[str, Any]:
    """What to look for among all facilities: the time of the form, and as many seats as what stands in it has."""
    span = form.span
    when = (
        {}
        if span is None
        else {"day": local_day(span), "from": local_clock(span.starts_at), "to": local_clock(span.ends_at)}
    )
    return {**when, "capacity": max((one.capacity for one in places), default=0) or None}


def _quantity(found: Opened | None, uid: uuid.UUID) -> int:
    """How many of a facility stand in the form: as typed, else as booked."""
    booked = {part.place.uid: part.item.quantity for part in found.parts} if found is not None else {}
    return chosen_quantity(uid, booked.get(uid, 1))


def _options(places: Sequence[Place]) -> list[tuple[str, str]]:
    return [(str(one.uid), " ".join(part for part in (one.name, one.where) if part)) for one in places]
