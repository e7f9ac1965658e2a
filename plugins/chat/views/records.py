"""Records that were made of rooms: having one made, finding it, taking its file."""

import uuid

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.attachments.queries import shown_files
from groupware.directory.tree import org_tree
from groupware.errors import Invalid
from groupware.guards.enums import Label
from groupware.i18n import gettext, pgettext
from groupware.records.periods import period_words
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import signed_in
from groupware.web.refusals import show_refusal
from plugins.chat.enums import EXTRACT
from plugins.chat.forms_records import RecordForm
from plugins.chat.queries import extracts as queries
from plugins.chat.queries import rooms
from plugins.chat.services import records as services
from plugins.chat.services.records import MOST, TITLE_LENGTH
from plugins.chat.views.blueprint import blueprint

EXPORTED = 5000


@blueprint.get("/records")
@signed_in
def records() -> str:
    """Those that the reader may see, newest first."""
    found, before = queries.records(actor(), request.args.get("before", type=int))
    tree = org_tree(actor().today)
    return render_template(
        "chat/records.html",
        records=found,
        unit_name=lambda unit_id: tree.path_name(unit_id) if unit_id in tree else "",
        years=period_words,
        next_url=url_for("chat.records", before=before) if before is not None else None,
    )


@blueprint.get("/records.<format>")
@signed_in
def export_records(format: str) -> Response:  # noqa: A002  the word users know
    """The same as a file."""
    found, _ = queries.records(actor(), most=EXPORTED)
    tree = org_tree(actor().today)
    columns = [
        gettext("Title"),
        gettext("Room"),
        gettext("Organisation"),
        pgettext("period", "From"),
        pgettext("period", "To"),
        pgettext("chat record", "Messages"),
        pgettext("chat record", "Kept by"),
        pgettext("chat record", "Made"),
        gettext("Confidentiality"),
        pgettext("chat record", "Retention"),
        gettext("Seal"),
    ]
    rows = [
        [
            one.title,
            one.room_name,
            tree.path_name(one.unit_id) if one.unit_id in tree else "",
            one.since,
            one.until,
            one.number,
            one.made_by_name,
            one.created_at,
            str(Label(one.classification).label),
            period_words(one.retention_years),
            one.seal,
        ]
        for one in found
    ]
    return table_response(gettext("Chat records"), columns, rows, format)


@blueprint.get("/records/<uuid:uid>")
@signed_in
def record(uid: uuid.UUID) -> str:
    """One of them, with its file."""
    found = queries.record(actor(), uid)
    tree = org_tree(actor().today)
    return render_template(
        "chat/record.html",
        record=found,
        unit_name=tree.path_name(found.unit_id) if found.unit_id in tree else "",
        label=Label(found.classification).label,
        years=period_words(found.retention_years),
        files=shown_files(EXTRACT, [found.id]).get(found.id, []),
    )


@blueprint.get("/<uuid:uid>/record")
@signed_in
def new_record(uid: uuid.UUID) -> str:
    """The form."""
    shown, form = _keepable(uid), RecordForm(None)
    form.offer(actor(), shown)
    return _form(form, shown)


@blueprint.post("/<uuid:uid>/record")
@signed_in
def keep_record(uid: uuid.UUID) -> ResponseReturnValue:
    """Have it made."""
    shown, form = _keepable(uid), RecordForm()
    form.offer(actor(), shown)
    if not form.validate():
        return _form(form, shown), 422
    try:
        made = services.ask(actor(), uid, form.plan())
    except Invalid as error:
        show_refusal(form, error)
        return _form(form, shown), 422
    flash(gettext("The record is being made."), "success")
    return redirect(url_for("chat.record", uid=made.uid))


def _keepable(uid: uuid.UUID) -> rooms.RoomView:
    """A room of which the reader may keep records. For everybody else there is no such page."""
    shown = rooms.one(actor(), uid)
    if not services.may_keep(actor(), shown):
        raise rooms.not_found()
    return shown


def _form(form: RecordForm, shown: rooms.RoomView) -> str:
    return render_template("chat/record_form.html", form=form, room=shown, limit=TITLE_LENGTH, most=MOST)
