"""Where one is signed in, what was done to the account, and what one acts as."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.auth import services
from groupware.auth.browsers import browser_text
from groupware.auth.notices import notice_text
from groupware.auth.queries import acting_choices, latest_notices, open_sessions
from groupware.auth.views.blueprint import blueprint, settings
from groupware.directory.enums import AppointmentKind
from groupware.errors import Invalid
from groupware.i18n import gettext, ngettext
from groupware.web.boundary import actor, signed_in_person
from groupware.web.gate import signed_in
from groupware.web.security import own_path
from groupware.zones import Zone


@blueprint.get("/session/")
@signed_in
def sessions() -> str:
    """Where the person is signed in."""
    who = actor()
    assert who.person_id is not None
    idle_since = who.now - timedelta(minutes=settings().session_idle_minutes)
    return render_template(
        "auth/sessions.html",
        sessions=open_sessions(who.person_id, who.now, idle_since),
        current_id=who.session_id,
        browser_text=browser_text,
        zone_text=lambda zone: Zone(zone).label,
        notices=[
            (notice.at, notice_text(notice.kind, notice.by_name)) for notice in latest_notices(who.person_id)
        ],
        settings=settings(),
        login=person.login if (person := signed_in_person()) else "",
    )


@blueprint.post("/session/<int:session_id>/end")
@signed_in
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign one device out."""
    services.end_session(actor(), session_id)
    flash(gettext("The device was signed out."), "success")
    return redirect(url_for("auth.sessions"), 303)


@blueprint.post("/session/end-others")
@signed_in
def end_other_sessions() -> ResponseReturnValue:
    """Sign all other devices out."""
    count = services.end_other_sessions(actor())
    flash(ngettext("%(num)d device was signed out.", "%(num)d devices were signed out.", count), "success")
    return redirect(url_for("auth.sessions"), 303)


@blueprint.get("/session/acting")
@signed_in
def acting() -> str:
    """What the person may act as."""
    return _acting_page()


@blueprint.post("/session/acting")
@signed_in
def choose_acting() -> ResponseReturnValue:
    """Act as it until signing out."""
    appointment, _, section = request.form.get("choice", "").partition("/")
    try:
        services.act_as(actor(), _id(appointment), _id(section))
    except Invalid as error:
        return _acting_page(str(error.message)), 422
    flash(gettext("You have switched."), "success")
    return redirect(own_path(request.form.get("next")) or url_for("portal.index"), 303)


def _acting_page(error: str = "") -> str:
    who = actor()
    assert who.person_id is not None
    return render_template(
        "auth/acting.html",
        choices=acting_choices(who.person_id, who.today),
        kind_label=lambda kind: AppointmentKind(kind).label,
        actor=who,
        error=error,
    )


def _id(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal():
        message = gettext("You cannot act as this today. Please choose from the list.")
        raise Invalid(message, code="acting", fields={"choice": message})
    return int(text)
