"""Log exports: for officers alone. For everybody else there are no such pages."""

import uuid

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import access
from groupware.attachments.queries import shown_files
from groupware.directory.tree import org_tree
from groupware.errors import Invalid
from groupware.i18n import gettext, pgettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import signed_in
from groupware.web.refusals import show_refusal
from plugins.chat.enums import LOG, LogState
from plugins.chat.forms_logs import LogForm
from plugins.chat.models import LogExport
from plugins.chat.permissions import LOGS
from plugins.chat.queries import logs as queries
from plugins.chat.queries.rooms import not_found
from plugins.chat.services import logs as services
from plugins.chat.services.logs import REASON_LENGTH
from plugins.chat.views.blueprint import blueprint

EXPORTED = 5000


@blueprint.get("/logs")
@signed_in
def logs() -> str:
    """What was asked for, newest first, and the rooms whose name has some words."""
    _require_officer()
    found, before = queries.exports(actor(), request.args.get("before", type=int))
    text = request.args.get("q", "").strip()
    return render_template(
        "chat/logs.html",
        exports=[(one, LogState(one.state)) for one in found],
        unit_name=_unit_name,
        q=text,
        rooms=queries.rooms(actor(), text),
        next_url=url_for("chat.logs", before=before) if before is not None else None,
    )


@blueprint.get("/logs.<format>")
@signed_in
def export_logs(format: str) -> Response:  # noqa: A002  the word users know
    """The register of log exports as a file."""
    _require_officer()
    found, _ = queries.exports(actor(), most=EXPORTED)
    columns = [
        gettext("Room"),
        gettext("Organisation"),
        pgettext("period", "From"),
        pgettext("period", "To"),
        gettext("Reason"),
        pgettext("chat log", "Asked for by"),
        pgettext("chat log", "Asked for"),
        gettext("State"),
        pgettext("chat log", "Decided by"),
        pgettext("chat log", "Decided"),
        pgettext("chat log", "Readable until"),
        pgettext("chat record", "Messages"),
        gettext("Seal"),
    ]
    rows = [
        [
            one.room_name,
            _unit_name(one.unit_id),
            one.since,
            one.until,
            one.reason,
            one.asked_by_name,
            one.created_at,
            str(LogState(one.state).label),
            one.decided_by_name,
            one.decided_at,
            one.readable_until,
            one.number,
            one.seal,
        ]
        for one in found
    ]
    return table_response(gettext("Log exports"), columns, rows, format)


@blueprint.get("/logs/<uuid:uid>")
@signed_in
def log(uid: uuid.UUID) -> str:
    """One of them; for the second officer with the decision, for both with the file as long as they may read it."""
    found = queries.export(actor(), uid)
    return render_template(
        "chat/log.html",
        log=found,
        state=LogState(found.state),
        unit_name=_unit_name(found.unit_id),
        may_decide=_may_decide(found),
        is_mine=found.asked_by == actor().person_id,
        files=shown_files(LOG, [found.id]).get(found.id, []) if queries.owned(actor(), [found.id]) else [],
    )


@blueprint.post("/logs/<uuid:uid>/approve")
@signed_in
def approve_log(uid: uuid.UUID) -> ResponseReturnValue:
    """Let both officers read."""
    services.approve(actor(), uid)
    flash(gettext("The log export was approved. The file is being made."), "success")
    return redirect(url_for("chat.log", uid=uid))


@blueprint.post("/logs/<uuid:uid>/refuse")
@signed_in
def refuse_log(uid: uuid.UUID) -> ResponseReturnValue:
    """Let nobody read."""
    services.refuse(actor(), uid)
    flash(gettext("The log export was refused."), "success")
    return redirect(url_for("chat.log", uid=uid))


@blueprint.get("/<uuid:uid>/log")
@signed_in
def new_log(uid: uuid.UUID) -> str:
    """The form for a room."""
    form = LogForm(None)
    form.begin(actor())
    return _form(uid, form)


@blueprint.post("/<uuid:uid>/log")
@signed_in
def ask_log(uid: uuid.UUID) -> ResponseReturnValue:
    """Ask."""
    form = LogForm()
    if not form.validate():
        return _form(uid, form), 422
    since, until = form.span()
    try:
        made = services.ask(actor(), uid, since=since, until=until, reason=form.reason.data or "")
    except Invalid as error:
        show_refusal(form, error)
        return _form(uid, form), 422
    flash(gettext("It was asked for. Another officer must approve it before anybody can read."), "success")
    return redirect(url_for("chat.log", uid=made.uid))


def _form(uid: uuid.UUID, form: LogForm) -> str:
    return render_template(
        "chat/log_form.html", form=form, room=queries.room(actor(), uid), limit=REASON_LENGTH
    )


def _may_decide(found: LogExport) -> bool:
    is_other = found.asked_by != actor().person_id
    return found.state == LogState.ASKED and is_other and access.can(actor(), LOGS, unit_id=found.unit_id)


def _require_officer() -> None:
    if not queries.is_officer(actor()):
        raise not_found()


def _unit_name(unit_id: int | None) -> str:
    tree = org_tree(actor().today)
    return tree.path_name(unit_id) if unit_id is not None and unit_id in tree else ""
