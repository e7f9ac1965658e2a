"""Check in, stay longer, end: from the page of a booking, the list of a day, or the door."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.gate import signed_in
from plugins.facility.forms import storable
from plugins.facility.queries.reservations import opened
from plugins.facility.services import attending
from plugins.facility.views.blueprint import blueprint
from plugins.facility.views.sending import sent_once


@blueprint.post("/bookings/<uuid:uid>/check-in")
@signed_in
def check_in(uid: uuid.UUID) -> ResponseReturnValue:
    """利用開始."""
    return _act(attending.check_in, uid, gettext("You have checked in."))


@blueprint.post("/bookings/<uuid:uid>/extend")
@signed_in
def extend(uid: uuid.UUID) -> ResponseReturnValue:
    """One unit of time more."""
    return _act(attending.extend, uid, gettext("You have the facility longer now."))


@blueprint.post("/bookings/<uuid:uid>/end")
@signed_in
def end_now(uid: uuid.UUID) -> ResponseReturnValue:
    """Give back what is in use now."""
    return _act(attending.end_now, uid, gettext("The use has ended. Others can book the rest of the time."))


def _act(act: Callable[..., Any], uid: uuid.UUID, said: str) -> ResponseReturnValue:
    """Do it once for one facility if the form names one, and go back to where it was asked for."""
    opened(actor(), uid)
    facility = request.form.get("facility", type=uuid.UUID)
    sent_once(lambda: act(actor(), uid, facility).uid)
    flash(said, "success")
    if request.form.get("back") == "door" and facility is not None:
        return redirect(url_for("facility.at_door", uid=facility))
    if request.form.get("back") == "list":
        group, building = request.form.get("group", type=int), storable(request.form.get("building")) or None
        where: dict[str, Any] = {
            "group": group,
            "building": building,
            "bureau": request.form.get("bureau", type=int),
        }
        return redirect(url_for("facility.day_list", day=actor().today.isoformat(), **where))
    return redirect(url_for("facility.reservation", uid=uid))
