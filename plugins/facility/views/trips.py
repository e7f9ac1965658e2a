"""The driving log 運転日誌: the month of a car, a trip, writing and correcting it."""

import uuid
from datetime import date, timedelta
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import clock
from groupware.errors import Conflict, Denied, Invalid
from groupware.i18n import gettext, pgettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import signed_in
from groupware.web.refusals import show_refusal
from plugins.facility.enums import CheckMethod
from plugins.facility.forms import uid_of
from plugins.facility.forms_trips import TripForm
from plugins.facility.queries import bookings
from plugins.facility.queries import trips as queries
from plugins.facility.services import trips as services
from plugins.facility.views.blueprint import blueprint
from plugins.facility.views.sending import sent_once

LATEST_YEAR = 2100


@blueprint.get("/facilities/<uuid:uid>/log")
@signed_in
def car_log(uid: uuid.UUID) -> str:
    """The trips of a month, of a car."""
    place, first, last = queries.car(actor(), uid), *_month()
    rows = queries.trips(actor(), place, clock.midnight(first), clock.midnight(last))
    return render_template(
        "facility/car_log.html",
        place=place,
        rows=rows,
        month=first,
        driven=sum(row.end_km - row.start_km for row in rows if None not in (row.end_km, row.start_km)),
        fuel=sum(row.fuel or 0 for row in rows) / 10,
        earlier=url_for("facility.car_log", uid=uid, month=f"{first - timedelta(days=1):%Y-%m}"),
        later=url_for("facility.car_log", uid=uid, month=f"{last:%Y-%m}"),
        method_words=method_words,
    )


@blueprint.get("/export/log/<uuid:uid>.<format>")
@signed_in
def export_car_log(uid: uuid.UUID, format: str) -> Response:  # noqa: A002  the word users know
    """The same as a file."""
    place, first, last = queries.car(actor(), uid), *_month()
    rows = queries.trips(actor(), place, clock.midnight(first), clock.midnight(last))
    before, after = gettext("Check before the trip"), gettext("Check after the trip")
    checks = [
        pgettext("alcohol check", "Checked at"),
        pgettext("alcohol check", "How"),
        pgettext("alcohol check", "Checked by"),
        pgettext("alcohol check", "A detector was used"),
        pgettext("alcohol check", "No alcohol was found"),
    ]
    columns = [
        pgettext("facility kind", "Cars"),
        gettext("Driver"),
        gettext("Destination"),
        gettext("Purpose"),
        pgettext("trip", "Departure"),
        pgettext("trip", "Return"),
        gettext("Kilometres at the departure"),
        gettext("Kilometres at the return"),
        *(f"{before} {name}" for name in checks),
        *(f"{after} {name}" for name in checks),
        gettext("Fuel in litres"),
        pgettext("trip", "Remarks"),
    ]
    cells = [
        [
            place.name,
            row.driver_name,
            row.destination,
            row.purpose,
            row.departed_at,
            row.returned_at,
            row.start_km,
            row.end_km,
            *(_check_cells(row, "before")),
            *(_check_cells(row, "after") if row.after_at is not None else [None] * 5),
            None if row.fuel is None else row.fuel / 10,
            row.remarks,
        ]
        for row in rows
    ]
    name = gettext("Driving log of %(car)s", car=place.name)
    return table_response(name, columns, cells, format, object_type="facility.facility", object_id=place.id)


@blueprint.get("/facilities/<uuid:uid>/log/new")
@signed_in
def new_trip(uid: uuid.UUID) -> str:
    """A trip that begins, proposed from the booking and the last kilometres."""
    place = queries.car(actor(), uid)
    form = TripForm(None)
    now = clock.local(actor().now).replace(tzinfo=None, second=0, microsecond=0)
    form.departed_at.data = form.before_at.data = now
    form.start_km.data = queries.last_km(place.id)
    booking = bookings.one(uid_of(request.args.get("booking", "")))
    if booking is not None and booking.facility_id == place.id and booking.is_own(actor()):
        form.purpose.data = booking.title
    return _form_page(form, place)


@blueprint.post("/facilities/<uuid:uid>/log/new")
@signed_in
def add_trip(uid: uuid.UUID) -> ResponseReturnValue:
    """Write it."""
    place = queries.car(actor(), uid)
    form = TripForm()
    booking = request.args.get("booking", "")
    if not form.driver.validate(form):
        return _form_page(form, place), Invalid.status
    plan = form.plan(with_return=bool(form.returned_at.data), booking=uid_of(booking) if booking else None)
    try:
        made = sent_once(lambda: services.depart(actor(), uid, plan).uid)
    except (Invalid, Conflict, Denied) as error:
        show_refusal(form, error)
        return _form_page(form, place), error.status
    flash(gettext("The driving log was saved."), "success")
    return redirect(url_for("facility.trip", uid=made))


@blueprint.get("/log/<uuid:uid>")
@signed_in
def trip(uid: uuid.UUID) -> str:
    """A trip with what was corrected; while the car is out, the form of its return."""
    row, place = queries.trip(actor(), uid)
    form = TripForm(None)
    form.returned_at.data = form.after_at.data = clock.local(actor().now).replace(
        tzinfo=None, second=0, microsecond=0
    )
    form.after_checker.data = row.before_checker
    return _trip_page(form, row, place)


@blueprint.post("/log/<uuid:uid>")
@signed_in
def return_car(uid: uuid.UUID) -> ResponseReturnValue:
    """Write the return."""
    row, place = queries.trip(actor(), uid)
    form = TripForm()
    try:
        services.arrive(actor(), uid, form.back())
    except (Invalid, Conflict) as error:
        show_refusal(form, error)
        return _trip_page(form, row, place), error.status
    flash(gettext("The driving log was saved."), "success")
    return redirect(url_for("facility.trip", uid=uid))


@blueprint.get("/log/<uuid:uid>/correct")
@signed_in
def correct_trip(uid: uuid.UUID) -> str:
    """A trip to be corrected."""
    row, place = queries.trip(actor(), uid)
    form = TripForm(None)
    form.show(row)
    return _form_page(form, place, row)


@blueprint.post("/log/<uuid:uid>/correct")
@signed_in
def save_correction(uid: uuid.UUID) -> ResponseReturnValue:
    """Save the correction."""
    row, place = queries.trip(actor(), uid)
    form = TripForm()
    text = form.version.data or ""
    version = int(text) if text.isdecimal() and len(text) < 10 else 0
    try:
        plan = form.plan(with_return=row.returned_at is not None)
        services.correct(actor(), uid, plan, form.reason.data or "", version=version)
    except (Invalid, Conflict) as error:
        show_refusal(form, error)
        return _form_page(form, place, row), error.status
    flash(gettext("The correction was saved."), "success")
    return redirect(url_for("facility.trip", uid=uid))


def method_words(method: str) -> object:
    """How a check was made, in words."""
    return CheckMethod(method).label if method else ""


def _check_cells(row: Any, part: str) -> list[Any]:
    return [
        getattr(row, f"{part}_at"),
        str(method_words(getattr(row, f"{part}_method"))),
        getattr(row, f"{part}_checker"),
        getattr(row, f"{part}_has_detector"),
        getattr(row, f"{part}_is_passed"),
    ]


def _month() -> tuple[date, date]:
    """The first day of the month of the address, this one without it, and that of the month after."""
    year, _, number = request.args.get("month", "").partition("-")
    first = actor().today.replace(day=1)
    is_month = year.isdecimal() and number.isdecimal() and len(year) == 4 and len(number) <= 2
    if is_month and 2000 <= int(year) <= LATEST_YEAR and 1 <= int(number) <= 12:
        first = date(int(year), int(number), 1)
    return first, (first + timedelta(days=32)).replace(day=1)


def _form_page(form: TripForm, place: Any, row: Any = None) -> str:
    return render_template(
        "facility/trip_form.html", form=form, place=place, row=row, booking=request.args.get("booking", "")
    )


def _trip_page(form: TripForm, row: Any, place: Any) -> str:
    return render_template(
        "facility/trip.html",
        form=form,
        row=row,
        place=place,
        revisions=queries.revisions(row.id) if row.version > 1 else (),
        method_words=method_words,
        column_words=column_words(form),
        value_words=value_words,
    )


def column_words(form: TripForm) -> dict[str, str]:
    """The columns of a correction in words."""
    before, after = gettext("Check before the trip"), gettext("Check after the trip")
    words = {name: str(form[name].label.text) for name in services.CORRECTED if name in form}
    return {
        name: f"{before if name.startswith('before_') else after} {label}"
        if name.startswith(("before_", "after_"))
        else label
        for name, label in words.items()
    }


def value_words(name: str, value: Any) -> object:
    """What a column said, in words."""
    if value is None or value == "":
        return gettext("Nothing")
    if name.endswith("_at"):
        moment = clock.instant_of(str(value))
        return value if moment is None else f"{clock.local(moment):%Y-%m-%d %H:%M}"
    if name.endswith("_method"):
        return method_words(value)
    if name.endswith("_is_passed"):
        return (
            pgettext("alcohol check", "No alcohol was found")
            if value
            else pgettext("alcohol check", "Alcohol was found")
        )
    if isinstance(value, bool):
        return pgettext("trip", "Yes") if value else pgettext("trip", "No")
    return value / 10 if name == "fuel" else value
