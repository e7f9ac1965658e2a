"""One reservation: see it, cancel it."""

import uuid
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import clock
from groupware.attachments.queries import File
from groupware.calendar.recurrence import Recurrence, in_words
from groupware.directory.tree import org_tree
from groupware.i18n import current_locale, gettext, ngettext
from groupware.notifications.services import read_about
from groupware.web.boundary import actor, afterwards, signed_in_person
from groupware.web.gate import signed_in
from plugins.facility.enums import GroupKind, Status
from plugins.facility.files import photos_of
from plugins.facility.forms import uid_of
from plugins.facility.notifications import KINDS
from plugins.facility.queries import bookings as queries
from plugins.facility.queries import loans as lending
from plugins.facility.queries.facilities import Place, not_found
from plugins.facility.queries.queue import offer_of
from plugins.facility.queries.reservations import Opened, Part, opened
from plugins.facility.queries.series import asked
from plugins.facility.queries.trips import logged
from plugins.facility.services import bookings, reconfirming
from plugins.facility.services.trips import plans as services
from plugins.facility.views.blueprint import blueprint


@blueprint.get("/bookings/<uuid:uid>")
@signed_in
def reservation(uid: uuid.UUID) -> str:
    """Who has which facility when, what for, and how to reach them."""
    found = opened(actor(), uid)
    who, signed_in_now = actor(), signed_in_person()
    if signed_in_now is not None and signed_in_now.unread_notices:
        afterwards(lambda: read_about(who, KINDS, found.row.id))
    return render_template(
        "facility/reservation.html",
        found=found,
        row=found.row,
        skipped=queries.skipped(actor(), found.row.id) if found.can_withdraw or found.is_own else (),
        answer_by=asked(found.row.id) if found.can_withdraw and len(found.parts) > 1 else None,
        repeats=_repeats(found),
        offer=offer_of(who, found.row.id) if found.is_offered else None,
        unit=org_tree(actor().today).path_name(found.row.unit_id),
        logs=_logs(found),
        photos=_photos(found),
        **_lent(found),
    )


@blueprint.post("/bookings/<uuid:uid>/withdraw")
@signed_in
def withdraw(uid: uuid.UUID) -> ResponseReturnValue:
    """Cancel all of it, or the bookings that were chosen."""
    opened(actor(), uid)
    chosen = [uid_of(text) for text in request.form.getlist("booking")]
    bookings.withdraw(actor(), uid, chosen)
    flash(gettext("The booking was cancelled."), "success")
    return redirect(url_for("facility.reservation", uid=uid))


@blueprint.post("/bookings/<uuid:uid>/retake")
@signed_in
def retake(uid: uuid.UUID) -> ResponseReturnValue:
    """Try a time of a series again that could not be had."""
    opened(actor(), uid)
    try:
        starts_at = datetime.fromisoformat(request.form.get("starts_at", ""))
    except ValueError:
        raise not_found() from None
    if starts_at.tzinfo is None:
        raise not_found()
    bookings.retake(actor(), uid, starts_at)
    flash(gettext("The time was booked."), "success")
    return redirect(url_for("facility.reservation", uid=uid))


@blueprint.post("/bookings/<uuid:uid>/retake-all")
@signed_in
def retake_all(uid: uuid.UUID) -> ResponseReturnValue:
    """Try all of them again."""
    opened(actor(), uid)
    number = bookings.retake_all(actor(), uid)
    flash(ngettext("%(num)d time was booked.", "%(num)d times were booked.", number), "success")
    return redirect(url_for("facility.reservation", uid=uid))


@blueprint.post("/bookings/<uuid:uid>/confirm-series")
@signed_in
def confirm_series(uid: uuid.UUID) -> ResponseReturnValue:
    """It still takes place."""
    opened(actor(), uid)
    reconfirming.confirm(actor(), uid)
    flash(gettext("Thank you. The series stays as it is."), "success")
    return redirect(url_for("facility.reservation", uid=uid))


def _photos(found: Opened) -> list[tuple[Place, list[File]]]:
    """The facilities that can be shown, each once, with their photos."""
    places = {part.place.id: part.place for part in found.parts}
    shown = photos_of(list(places))
    return [(place, shown[key]) for key, place in places.items() if key in shown]


def _logs(found: Opened) -> list[tuple[Part, Any]]:
    """Trips of cars that have begun or are about to, each with its log or None, for those who may write it."""
    soon = actor().now + services.AHEAD
    parts = [
        part
        for part in found.parts
        if part.place.kind == GroupKind.CAR
        and part.item.status is Status.CONFIRMED
        and part.item.starts_at <= soon
        and (found.is_own or part.place.can_decide)
    ]
    trips = logged([part.item.id for part in parts])
    return [(part, trips.get(part.item.id)) for part in parts]


def _lent(found: Opened) -> dict[str, Any]:
    """What of the equipment was handed out, and what came back in which condition."""
    parts = [part.item.id for part in found.parts if part.place.kind == GroupKind.EQUIPMENT]
    shown = found.is_own or any(part.place.can_decide for part in found.parts)
    loans = lending.of_bookings(parts) if shown else ()
    came_back: dict[int, list[Any]] = {}
    for one in lending.returns([loan.id for loan in loans]):
        came_back.setdefault(one.loan_id, []).append(one)
    names = {part.place.id: part.place.name for part in found.parts}
    return {"loans": loans, "came_back": came_back, "lent_names": names}


def _repeats(found: Opened) -> str:
    series = queries.series(found.row.id)
    if series is None or not found.parts:
        return ""
    first = found.parts[0].item
    recurrence = Recurrence(
        starts=clock.local(first.starts_at).replace(tzinfo=None),
        length=first.ends_at - first.starts_at,
        rule=series.rule,
        holidays=series.holidays,
    )
    return in_words(recurrence, current_locale.get())
