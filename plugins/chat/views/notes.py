"""Notes of a room: the list by day, one of them, writing and changing it, what it said before."""

import uuid
from datetime import date

import uuid6
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.errors import Conflict, Invalid
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.errors import is_fragment
from groupware.web.gate import open_to_guests, signed_in
from groupware.web.refusals import show_refusal
from plugins.chat.forms_notes import NoteForm, TemplateForm
from plugins.chat.queries import notes as queries
from plugins.chat.queries import rooms
from plugins.chat.queries.notes import NoteView
from plugins.chat.queries.rooms import RoomView, not_found
from plugins.chat.services import notes as services
from plugins.chat.services.notes import TEXT_LENGTH, TITLE_LENGTH
from plugins.chat.views.blueprint import blueprint
from plugins.chat.views.powers import powers


@blueprint.get("/<uuid:uid>/notes")
@open_to_guests
@signed_in
def notes(uid: uuid.UUID) -> str:
    """The list, the newest day first."""
    shown = room_with_notes(uid)
    lines, following = queries.notes(actor(), shown, _asked_place())
    next_url = None
    if following is not None:
        next_url = url_for("chat.notes", uid=uid, after_day=following[0].isoformat(), after=following[1])
    return render_template(
        "chat/_notes.html" if is_fragment() else "chat/notes.html",
        room=shown,
        lines=lines,
        template=queries.template(shown),
        may_set_template=services.may_set_template(shown),
        next_url=next_url,
    )


@blueprint.get("/<uuid:uid>/notes/new")
@open_to_guests
@signed_in
def new_note(uid: uuid.UUID) -> str:
    """A form for today, with what the room's notes begin with if the address asks for it."""
    shown, form = _writable(uid), NoteForm(None)
    form.day.data, form.form_key.data = actor().today, uuid6.uuid7().hex
    template = queries.template(shown) if "template" in request.args else None
    if template is not None:
        form.title.data, form.text.data = template.title, template.text
    return _form(shown, form)


@blueprint.post("/<uuid:uid>/notes/new")
@open_to_guests
@signed_in
def write_note(uid: uuid.UUID) -> ResponseReturnValue:
    """Write it."""
    shown, form = _writable(uid), NoteForm()
    if not form.validate():
        return _form(shown, form), 422
    try:
        made = services.write(actor(), uid, form.plan(), key=form.form_key.data or "")
    except Invalid as error:
        show_refusal(form, error)
        return _form(shown, form), 422
    flash(gettext("The note was saved."), "success")
    return redirect(url_for("chat.note", uid=uid, note_uid=made))


@blueprint.get("/<uuid:uid>/notes/<uuid:note_uid>")
@open_to_guests
@signed_in
def note(uid: uuid.UUID, note_uid: uuid.UUID) -> str:
    """What it says, who wrote that, and what it said before."""
    shown = room_with_notes(uid)
    found = queries.one(actor(), shown, note_uid)
    return render_template(
        "chat/_note.html" if is_fragment() else "chat/note.html",
        room=shown,
        note=found,
        may_delete=shown.may_send and (found.is_mine or powers(actor(), shown).moderates),
    )


@blueprint.get("/<uuid:uid>/notes/<uuid:note_uid>/earlier")
@open_to_guests
@signed_in
def earlier_notes(uid: uuid.UUID, note_uid: uuid.UUID) -> str:
    """What it said before, by whom and when."""
    shown = room_with_notes(uid)
    found = queries.one(actor(), shown, note_uid)
    return render_template("chat/note_history.html", room=shown, note=found, earlier=queries.earlier(found))


@blueprint.get("/<uuid:uid>/notes/<uuid:note_uid>/state")
@open_to_guests
@signed_in
def note_state(uid: uuid.UUID, note_uid: uuid.UUID) -> str:
    """Whether somebody has changed it since the version that a page is changing; a part of that page."""
    shown = _writable(uid)
    found = queries.one(actor(), shown, note_uid)
    return render_template(
        "chat/_note_state.html", room=shown, note=found, version=request.args.get("version", 0, type=int)
    )


@blueprint.get("/<uuid:uid>/notes/<uuid:note_uid>/edit")
@open_to_guests
@signed_in
def edit_note(uid: uuid.UUID, note_uid: uuid.UUID) -> str:
    """The form with what it says."""
    shown, form = _writable(uid), NoteForm(None)
    found = queries.one(actor(), shown, note_uid)
    form.show(found)
    return _form(shown, form, found)


@blueprint.post("/<uuid:uid>/notes/<uuid:note_uid>/edit")
@open_to_guests
@signed_in
def change_note(uid: uuid.UUID, note_uid: uuid.UUID) -> ResponseReturnValue:
    """Save it. Where somebody changed it meanwhile both wordings are shown, and the next save decides."""
    shown, form = _writable(uid), NoteForm()
    found = queries.one(actor(), shown, note_uid)
    if not form.validate():
        return _form(shown, form, found), 422
    try:
        services.change(actor(), uid, note_uid, form.plan(), version=form.seen)
    except Invalid as error:
        show_refusal(form, error)
        return _form(shown, form, found), 422
    except Conflict as error:
        if error.code != "changed":
            raise
        form.form_errors = [*form.form_errors, str(error.message)]
        found = queries.one(actor(), shown, note_uid)
        form.version.data = str(found.version)
        return _form(shown, form, found, is_beside=True), 409
    flash(gettext("The note was saved."), "success")
    return redirect(url_for("chat.note", uid=uid, note_uid=note_uid))


@blueprint.get("/<uuid:uid>/notes/<uuid:note_uid>/delete")
@open_to_guests
@signed_in
def delete_note(uid: uuid.UUID, note_uid: uuid.UUID) -> str:
    """Look twice."""
    shown = _writable(uid)
    found = queries.one(actor(), shown, note_uid)
    if not found.is_mine and not powers(actor(), shown).moderates:
        raise not_found()
    return render_template("chat/note_delete.html", room=shown, note=found)


@blueprint.post("/<uuid:uid>/notes/<uuid:note_uid>/delete")
@open_to_guests
@signed_in
def remove_note(uid: uuid.UUID, note_uid: uuid.UUID) -> ResponseReturnValue:
    """Take it away."""
    services.delete(actor(), room_with_notes(uid).uid, note_uid)
    flash(gettext("The note was deleted."), "success")
    return redirect(url_for("chat.notes", uid=uid))


@blueprint.get("/<uuid:uid>/note-template")
@signed_in
def note_template(uid: uuid.UUID) -> str:
    """What new notes begin with, to be changed; where there is nothing yet, a suggestion."""
    shown, form = _templatable(uid), TemplateForm(None)
    known = queries.template(shown)
    if known is not None:
        form.title.data, form.text.data = known.title, known.text
    else:
        form.title.data = gettext("Morning meeting")
        form.text.data = gettext("[News]\n\n[Today]\nName:\nName:\n\n[Away]\n")
    return _template_page(shown, form)


@blueprint.post("/<uuid:uid>/note-template")
@signed_in
def save_note_template(uid: uuid.UUID) -> ResponseReturnValue:
    """Save it."""
    shown, form = _templatable(uid), TemplateForm()
    try:
        services.set_template(actor(), uid, form.title.data or "", form.text.data or "")
    except Invalid as error:
        show_refusal(form, error)
        return _template_page(shown, form), 422
    flash(gettext("The template was saved."), "success")
    return redirect(url_for("chat.notes", uid=uid))


def room_with_notes(uid: uuid.UUID) -> RoomView:
    """A room that has notes and tasks. Of an enquiry there are no such pages."""
    shown = rooms.one(actor(), uid)
    if not shown.has_notes:
        raise not_found()
    return shown


def _writable(uid: uuid.UUID) -> RoomView:
    shown = room_with_notes(uid)
    if not shown.may_send:
        raise not_found()
    return shown


def _templatable(uid: uuid.UUID) -> RoomView:
    shown = room_with_notes(uid)
    if not services.may_set_template(shown):
        raise not_found()
    return shown


def _asked_place() -> tuple[date, int] | None:
    day = request.args.get("after_day", type=date.fromisoformat)
    key = request.args.get("after", type=int)
    return (day, key) if day is not None and key is not None and key < 2**63 else None


def _form(shown: RoomView, form: NoteForm, found: NoteView | None = None, *, is_beside: bool = False) -> str:
    return render_template(
        "chat/note_form.html",
        room=shown,
        form=form,
        note=found,
        is_beside=is_beside,
        title_length=TITLE_LENGTH,
        text_length=TEXT_LENGTH,
    )


def _template_page(shown: RoomView, form: TemplateForm) -> str:
    return render_template(
        "chat/note_template.html",
        room=shown,
        form=form,
        title_length=TITLE_LENGTH,
        text_length=TEXT_LENGTH,
    )
