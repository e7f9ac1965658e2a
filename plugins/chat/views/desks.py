"""問い合わせ窓口: find a section and ask it, look after its desk, see what was asked there."""

import uuid

import uuid6
from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.errors import Conflict, Denied, Invalid
from groupware.i18n import gettext, pgettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import signed_in
from groupware.web.refusals import show_refusal
from plugins.chat.enums import DESK, EnquiryState
from plugins.chat.forms_desks import AskForm, DeskForm
from plugins.chat.permissions import MANAGE_DESK
from plugins.chat.queries import desks as queries
from plugins.chat.queries.desks import DeskView, EnquiryLine
from plugins.chat.queries.rooms import not_found
from plugins.chat.services import desks as services
from plugins.chat.services import enquiries
from plugins.chat.views.blueprint import blueprint

MOST = 5000


@blueprint.get("/desks")
@signed_in
def desks() -> str:
    """All desks, in official order."""
    text = request.args.get("q", "").strip()
    return render_template(
        "chat/desks.html",
        desks=queries.desks(actor(), text),
        q=text,
        may_open=bool(queries.units_to_open(actor())),
    )


@blueprint.get("/desks.<format>")
@signed_in
def export_desks(format: str) -> Response:  # noqa: A002  the word users know
    """The same as a list."""
    found = queries.desks(actor(), request.args.get("q", "").strip())
    columns = [gettext("Organisation"), gettext("What may be asked here")]
    return table_response(
        gettext("Enquiry desks"), columns, [[one.path, one.welcome] for one in found], format
    )


@blueprint.get("/desks/new")
@signed_in
def new_desk() -> str:
    """An empty form."""
    if not queries.units_to_open(actor()):
        raise Denied(
            gettext("You may open no enquiry desk, or all of your organisations have one."),
            permission=MANAGE_DESK,
        )
    return _desk_form(DeskForm(None))


@blueprint.post("/desks/new")
@signed_in
def open_desk() -> ResponseReturnValue:
    """Open it."""
    form = DeskForm()
    if not form.validate():
        return _desk_form(form), 422
    try:
        made = services.open_desk(actor(), form.unit_id.data, form.welcome.data or "")
    except Invalid as error:
        show_refusal(form, error)
        return _desk_form(form), 422
    flash(gettext("The enquiry desk was opened."), "success")
    return redirect(url_for("chat.desk", uid=made.uid))


@blueprint.get("/desks/<uuid:uid>")
@signed_in
def desk(uid: uuid.UUID) -> str:
    """What was asked there, for the section; for everybody else the form to ask."""
    found = queries.desk(actor(), uid)
    if not found.is_staffed_by_me:
        return _ask_form(found, AskForm(None, key=uuid6.uuid7().hex))
    state = _state()
    lines, before = queries.enquiries(actor(), found, state, request.args.get("before", type=int))
    next_url = url_for("chat.desk", uid=uid, state=state.value, before=before) if before else None
    return render_template(
        "chat/desk.html", desk=found, lines=lines, state=state, states=list(EnquiryState), next_url=next_url
    )


@blueprint.post("/desks/<uuid:uid>")
@signed_in
def ask(uid: uuid.UUID) -> ResponseReturnValue:
    """Ask."""
    found, form = queries.desk(actor(), uid), AskForm()
    if not form.validate():
        return _ask_form(found, form), 422
    try:
        room = enquiries.ask(
            actor(), uid, form.subject.data or "", form.text.data or "", key=form.key.data or ""
        )
    except Invalid as error:
        show_refusal(form, error)
        return _ask_form(found, form), 422
    flash(gettext("Your enquiry was sent to %(section)s.", section=found.name), "success")
    return redirect(url_for("chat.room", uid=room))


@blueprint.get("/desks/<uuid:uid>/enquiries.<format>")
@signed_in
def export_enquiries(uid: uuid.UUID, format: str) -> Response:  # noqa: A002  the word users know
    """What was asked at a desk, without what was said."""
    found, state = queries.desk(actor(), uid), _state()
    lines: list[EnquiryLine] = []
    before = None
    while len(lines) < MOST:
        some, before = queries.enquiries(actor(), found, state, before)
        lines.extend(some)
        if before is None:
            break
    columns = [
        pgettext("enquiry", "Subject"),
        pgettext("enquiry", "Asked by"),
        gettext("Organisation"),
        pgettext("enquiry", "State"),
        pgettext("enquiry", "Asked on"),
        pgettext("enquiry", "Last message"),
    ]
    rows = [
        [one.subject, one.asker_name, one.asker_unit, str(one.state.label), one.asked_at, one.last_at]
        for one in lines
    ]
    title = gettext("Enquiries to %(section)s", section=found.name[:40])
    return table_response(
        title, columns, rows, format, object_type=DESK, object_id=found.id, unit_id=found.unit_id
    )


@blueprint.get("/desks/<uuid:uid>/edit")
@signed_in
def edit_desk(uid: uuid.UUID) -> str:
    """The form with what the desk says."""
    found, form = _managed(uid), DeskForm(None)
    form.welcome.data, form.version.data = found.welcome, str(found.version)
    return _desk_form(form, found)


@blueprint.post("/desks/<uuid:uid>/edit")
@signed_in
def change_desk(uid: uuid.UUID) -> ResponseReturnValue:
    """Save it."""
    found, form = _managed(uid), DeskForm()
    version = form.version.data or ""
    try:
        services.change_desk(
            actor(), uid, form.welcome.data or "", version=int(version) if version.isdecimal() else 0
        )
    except Invalid as error:
        show_refusal(form, error)
        return _desk_form(form, found), 422
    except Conflict as error:
        form.form_errors = [*form.form_errors, str(error.message)]
        return _desk_form(form, found), 409
    flash(gettext("The enquiry desk was changed."), "success")
    return redirect(url_for("chat.desks"))


@blueprint.post("/desks/<uuid:uid>/close")
@signed_in
def close_desk(uid: uuid.UUID) -> ResponseReturnValue:
    """Take no new enquiries."""
    services.close_desk(actor(), uid)
    flash(gettext("The enquiry desk takes no new enquiries any more."), "success")
    return redirect(url_for("chat.desks"))


@blueprint.post("/desks/<uuid:uid>/reopen")
@signed_in
def reopen_desk(uid: uuid.UUID) -> ResponseReturnValue:
    """Take them again."""
    services.reopen_desk(actor(), uid)
    flash(gettext("The enquiry desk takes enquiries again."), "success")
    return redirect(url_for("chat.desks"))


@blueprint.post("/<uuid:uid>/close")
@signed_in
def close_enquiry(uid: uuid.UUID) -> ResponseReturnValue:
    """Nothing more is to be said."""
    enquiries.close(actor(), uid)
    flash(gettext("The enquiry was closed."), "success")
    return redirect(url_for("chat.room", uid=uid))


@blueprint.post("/<uuid:uid>/open-again")
@signed_in
def reopen_enquiry(uid: uuid.UUID) -> ResponseReturnValue:
    """Something more is to be said."""
    enquiries.reopen(actor(), uid)
    flash(gettext("The enquiry was opened again."), "success")
    return redirect(url_for("chat.room", uid=uid))


def _state() -> EnquiryState:
    asked = request.args.get("state", "")
    return EnquiryState(asked) if asked in set(EnquiryState) else EnquiryState.OPEN


def _managed(uid: uuid.UUID) -> DeskView:
    """A desk that the reader looks after. For everybody else there is no such page."""
    found = queries.desk(actor(), uid)
    if not found.may_manage:
        raise not_found()
    return found


def _desk_form(form: DeskForm, found: DeskView | None = None) -> str:
    if found is None:
        form.offer(queries.units_to_open(actor()))
    return render_template(
        "chat/desk_form.html", form=form, desk=found, welcome_length=services.WELCOME_LENGTH
    )


def _ask_form(found: DeskView, form: AskForm) -> str:
    if found.is_closed:
        raise not_found()
    return render_template("chat/ask.html", desk=found, form=form, subject_length=enquiries.SUBJECT_LENGTH)
