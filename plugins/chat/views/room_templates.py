"""ルームのひな形: the list for who looks after them, adding, changing and removing."""

import uuid

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from groupware.directory.tree import org_tree
from groupware.errors import Conflict, Invalid
from groupware.i18n import gettext, pgettext
from groupware.records.periods import period_words
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import signed_in
from groupware.web.refusals import show_refusal
from plugins.chat.forms_templates import RoomTemplateForm
from plugins.chat.queries import room_templates as queries
from plugins.chat.queries.room_templates import UNIT, YEAR, Template
from plugins.chat.queries.rooms import not_found
from plugins.chat.services import notes
from plugins.chat.services import room_templates as services
from plugins.chat.services.rooms import NAME_LENGTH, PURPOSE_LENGTH
from plugins.chat.views.blueprint import blueprint


@blueprint.get("/templates")
@signed_in
def room_templates() -> str:
    """Those within reach."""
    _require_manager()
    return render_template(
        "chat/room_templates.html",
        templates=queries.managed(actor()),
        unit_name=_unit_name,
        period_words=period_words,
    )


@blueprint.get("/templates.<format>")
@signed_in
def export_room_templates(format: str) -> Response:  # noqa: A002  the word users know
    """The same as a file."""
    _require_manager()
    columns = [
        gettext("Name of the template"),
        gettext("Offered to"),
        gettext("Proposed name of the room"),
        gettext("Purpose"),
        gettext("Retention period"),
        gettext("First message, pinned"),
        gettext("Template for notes"),
    ]
    rows = [
        [
            one.title,
            _unit_name(one.unit_id),
            one.room_name,
            one.purpose,
            _period(one),
            one.welcome,
            one.note_title,
        ]
        for one in queries.managed(actor())
    ]
    return table_response(gettext("Templates of rooms"), columns, rows, format)


@blueprint.get("/templates/new")
@signed_in
def new_room_template() -> str:
    """An empty form."""
    _require_manager()
    return _form(RoomTemplateForm(None))


@blueprint.post("/templates/new")
@signed_in
def add_room_template() -> ResponseReturnValue:
    """Add it."""
    _require_manager()
    form = RoomTemplateForm()
    if not form.validate():
        return _form(form), 422
    try:
        services.make(actor(), form.plan())
    except Invalid as error:
        show_refusal(form, error)
        return _form(form), 422
    form.members.remember(actor())
    flash(gettext("The template was added."), "success")
    return redirect(url_for("chat.room_templates"))


@blueprint.get("/templates/<uuid:uid>")
@signed_in
def edit_room_template(uid: uuid.UUID) -> str:
    """The form with what it says."""
    found, form = queries.one(actor(), uid), RoomTemplateForm(None)
    form.show(found)
    return _form(form, found)


@blueprint.post("/templates/<uuid:uid>")
@signed_in
def change_room_template(uid: uuid.UUID) -> ResponseReturnValue:
    """Save it."""
    found, form = queries.one(actor(), uid), RoomTemplateForm()
    if not form.validate():
        return _form(form, found), 422
    try:
        services.change(actor(), uid, form.plan(), version=form.seen)
    except Invalid as error:
        show_refusal(form, error)
        return _form(form, found), 422
    except Conflict as error:
        form.form_errors = [*form.form_errors, str(error.message)]
        return _form(form, found), 409
    flash(gettext("The template was saved."), "success")
    return redirect(url_for("chat.room_templates"))


@blueprint.post("/templates/<uuid:uid>/remove")
@signed_in
def remove_room_template(uid: uuid.UUID) -> ResponseReturnValue:
    """Take it away. Rooms that were opened with it stay as they are."""
    services.remove(actor(), uid)
    flash(gettext("The template was removed."), "success")
    return redirect(url_for("chat.room_templates"))


def _require_manager() -> None:
    if not queries.may_manage(actor()):
        raise not_found()


def _unit_name(unit_id: int | None) -> str:
    if unit_id is None:
        return str(pgettext("template", "The whole municipality"))
    tree = org_tree(actor().today)
    return tree.path_name(unit_id) if unit_id in tree else ""


def _period(one: Template) -> str:
    if one.kept_for is None:
        return str(gettext("As the rule of the organisation says"))
    return period_words(one.kept_for)


def _form(form: RoomTemplateForm, found: Template | None = None) -> str:
    if found is None:
        form.offer(queries.units_for(actor()))
    else:
        form.offer([(found.unit_id or 0, _unit_name(found.unit_id))])
    return render_template(
        "chat/room_template.html",
        form=form,
        template=found,
        marks={"year": YEAR, "unit": UNIT},
        lengths={
            "title": services.TITLE_LENGTH,
            "room_name": NAME_LENGTH,
            "purpose": PURPOSE_LENGTH,
            "welcome": services.WELCOME_LENGTH,
            "note_title": notes.TITLE_LENGTH,
            "note_text": notes.TEXT_LENGTH,
        },
    )
