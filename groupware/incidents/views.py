"""Pages of incidents: the short form for everybody, the work-space of security officers."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import access, clock
from groupware.audit.words import action_words
from groupware.errors import Conflict, Invalid
from groupware.i18n import gettext, ngettext, pgettext
from groupware.incidents import queries, services
from groupware.incidents.enums import IncidentKind, Step
from groupware.incidents.models import Incident
from groupware.incidents.permissions import MANAGE
from groupware.records.queries import kinds
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import requires, signed_in
from groupware.zones import Zone

blueprint = Blueprint("incidents", __name__, template_folder="templates")


@blueprint.get("/")
@signed_in
def index() -> str:
    """What the person reported or acts on."""
    return render_template("incidents/index.html", rows=queries.incidents(actor()), kinds=IncidentKind)


@blueprint.get("/incidents.<format>")
@signed_in
def export_incidents(format: str) -> Response:  # noqa: A002  the word users know
    """The same list as a file."""
    columns = [
        gettext("Noticed"),
        gettext("Kind"),
        pgettext("incident", "What happened"),
        pgettext("incident", "Closed"),
    ]
    rows = [
        [one.noticed_at, str(IncidentKind(one.kind).label), one.summary, one.closed_at]
        for one in queries.incidents(actor())
    ]
    return table_response(gettext("Security incidents"), columns, rows, format)


@blueprint.get("/new")
@signed_in
def new() -> str:
    """The short form."""
    return _form({})


@blueprint.post("/new")
@signed_in
def create() -> ResponseReturnValue:
    """Report it."""
    form = request.form
    try:
        made = services.report(
            actor(),
            kind=form.get("kind", ""),
            summary=form.get("summary", ""),
            noticed_at=_instant(form.get("noticed_at", "")),
            informed=form.get("informed", ""),
        )
    except Invalid as error:
        return _form(dict(error.fields)), 422
    flash(gettext("Thank you. The report was sent to the information security officers."), "success")
    return redirect(url_for("incidents.incident", uid=made.uid), 303)


def _form(errors: dict[str, Any]) -> str:
    now = clock.local(actor().now)
    return render_template(
        "incidents/new.html",
        kinds=[(one.value, one.label) for one in IncidentKind],
        values={
            "kind": request.form.get("kind", ""),
            "summary": request.form.get("summary", ""),
            "informed": request.form.get("informed", ""),
            "noticed_at": request.form.get("noticed_at", f"{now:%Y-%m-%dT%H:%M}"),
        },
        errors=errors,
    )


@blueprint.get("/<uuid:uid>")
@signed_in
def incident(uid: uuid.UUID) -> str:
    """A report with its timeline; for those who act on it, the acts and the traces."""
    return _page(queries.incident(actor(), uid))


@blueprint.get("/<uuid:uid>/timeline.<format>")
@signed_in
def export_timeline(uid: uuid.UUID, format: str) -> Response:  # noqa: A002  the word users know
    """What was done about a report, as a file."""
    found = queries.incident(actor(), uid)
    columns = [
        gettext("Date and time"),
        gettext("Step"),
        pgettext("incident", "By"),
        pgettext("incident", "Details"),
        gettext("Id of the record"),
    ]
    rows = [
        [
            one.at,
            str(Step(one.step).label),
            one.person_name if one.person_id else pgettext("incident", "System"),
            one.text,
            str(one.object_uid or ""),
        ]
        for one in queries.timeline(found.id)
    ]
    name = gettext("Timeline of the security incident")
    return table_response(name, columns, rows, format, object_type="core.incident", object_id=found.id)


def _page(found: Incident, errors: dict[str, Any] | None = None) -> str:
    who = actor()
    entries = queries.timeline(found.id)
    is_officer = access.can(who, MANAGE, found, unit_id=found.unit_id)
    return render_template(
        "incidents/incident.html",
        incident=found,
        kind=IncidentKind(found.kind),
        entries=[(one, Step(one.step)) for one in entries],
        is_officer=is_officer,
        traces=queries.traces(entries) if is_officer and who.is_elevated else [],
        action_words=action_words,
        zone_text=lambda zone: Zone(zone).label if zone in set(Zone) else "",
        record_kinds=[(key, one.title) for key, one in kinds().items()],
        values={
            name: request.form.get(name, "")
            for name in ("text", "staff_number", "object_uid", "kind", "conclusion")
        },
        errors=errors or {},
    )


@blueprint.post("/<uuid:uid>/note")
@requires(MANAGE)
def add_note(uid: uuid.UUID) -> ResponseReturnValue:
    """Write something down."""
    return _act(uid, lambda: services.add_note(actor(), uid, request.form.get("text", "")))


@blueprint.post("/<uuid:uid>/sign-out")
@requires(MANAGE)
def sign_out(uid: uuid.UUID) -> ResponseReturnValue:
    """End sessions and tokens of a person."""

    def act() -> None:
        number = services.sign_out(actor(), uid, request.form.get("staff_number", ""))
        flash(
            ngettext(
                "%(num)s session or token was ended.", "%(num)s sessions and tokens were ended.", number
            ),
            "success",
        )

    return _act(uid, act)


@blueprint.post("/<uuid:uid>/evidence")
@requires(MANAGE)
def keep_evidence(uid: uuid.UUID) -> ResponseReturnValue:
    """Put a record on hold, or take it out of sight as well."""
    form = request.form
    act = services.lock_away if form.get("act") == "lock" else services.freeze
    return _act(uid, lambda: act(actor(), uid, form.get("kind", ""), _uid(form.get("object_uid", ""))))


@blueprint.post("/<uuid:uid>/close")
@requires(MANAGE)
def close(uid: uuid.UUID) -> ResponseReturnValue:
    """End the work on it."""
    return _act(uid, lambda: services.close(actor(), uid, request.form.get("conclusion", "")))


def _act(uid: uuid.UUID, act: Callable[[], None]) -> ResponseReturnValue:
    try:
        act()
    except (Invalid, Conflict) as error:
        fields = dict(error.fields) if isinstance(error, Invalid) else {"": error.message}
        return _page(queries.incident(actor(), uid), fields), error.status
    return redirect(url_for("incidents.incident", uid=uid, _anchor="timeline"), 303)


def _instant(text: str) -> datetime | None:
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        return None
    return clock.local(clock.midnight(given.date())).replace(hour=given.hour, minute=given.minute)


def _uid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        return uuid.UUID(int=0)
