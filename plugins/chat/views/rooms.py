"""Rooms: the list of one's own, the directory of open ones, opening, changing, entering and leaving."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import rules
from groupware.directory.tree import org_tree
from groupware.errors import Conflict, Denied, Invalid
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.gate import signed_in
from groupware.web.refusals import show_refusal
from plugins.chat.enums import Role, Telling
from plugins.chat.forms import OPEN, PersonForm, RoomForm
from plugins.chat.forms_periods import NO_PERIOD, chosen_period
from plugins.chat.permissions import OPEN as OPEN_ROOM
from plugins.chat.queries import own_rooms
from plugins.chat.queries import rooms as queries
from plugins.chat.queries.directory import open_rooms
from plugins.chat.queries.room_templates import Template, chosen, filled, offered
from plugins.chat.queries.unit_rooms import own_units
from plugins.chat.rules import OPEN_ROOMS
from plugins.chat.services import periods, reading
from plugins.chat.services import rooms as services
from plugins.chat.services.opening import Beginning, open_room
from plugins.chat.services.room_templates import WELCOME_LENGTH
from plugins.chat.services.rooms import NAME_LENGTH, PURPOSE_LENGTH, RoomPlan
from plugins.chat.views.blueprint import blueprint
from plugins.chat.views.house_rules import before_first_use
from plugins.chat.views.powers import powers


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """One's rooms."""
    if (first := before_first_use()) is not None:
        return first
    return render_template("chat/index.html", lines=own_rooms.mine(actor()), is_archived=False)


@blueprint.get("/archived")
@signed_in
def archived() -> str:
    """Those of one's rooms that were archived."""
    return render_template(
        "chat/index.html", lines=own_rooms.mine(actor(), is_archived=True), is_archived=True
    )


@blueprint.get("/directory")
@signed_in
def directory() -> str:
    """Open rooms, by name."""
    text = request.args.get("q", "").strip()
    name, room_id = request.args.get("after_name"), request.args.get("after", type=int)
    after = (name, room_id) if name is not None and room_id is not None else None
    rooms, following = open_rooms(actor(), text, after)
    next_url = None
    if following is not None:
        next_url = url_for("chat.directory", q=text or None, after_name=following[0], after=following[1])
    tree = org_tree(actor().today)
    units = {one.unit_id: tree.path_name(one.unit_id) for one in rooms}
    return render_template(
        "chat/directory.html",
        rooms=rooms,
        units=units,
        q=text,
        next_url=next_url,
        own_units=own_units(actor()),
        may_open=services.may_open(actor()),
    )


@blueprint.get("/new")
@signed_in
def new() -> str:
    """An empty form, or one that a template has filled in."""
    if not services.may_open(actor()):
        raise Denied(gettext("In your organisation not everybody may open rooms."), permission=OPEN_ROOM)
    form, asked = RoomForm(None), request.args.get("template", type=uuid.UUID)
    if asked is not None:
        form.show(filled(actor(), chosen(actor(), asked)))
    return _form(form)


@blueprint.post("/new")
@signed_in
def create() -> ResponseReturnValue:
    """Open it."""
    form = RoomForm()
    if not form.validate():
        return _form(form), 422
    try:
        members = [(one.id, Role.MEMBER) for one in form.members.principals(actor())]
        made = open_room(actor(), _plan(form, members, actor().unit_id), _beginning(form))
    except Invalid as error:
        show_refusal(form, error)
        return _form(form), 422
    form.members.remember(actor())
    flash(gettext("The room was opened."), "success")
    return redirect(url_for("chat.room", uid=made.uid))


@blueprint.get("/<uuid:uid>/edit")
@signed_in
def edit(uid: uuid.UUID) -> str:
    """The form with what the room says."""
    shown, form = _changeable(uid), RoomForm(None)
    form.name.data, form.purpose.data = shown.name, shown.purpose
    form.version.data, form.ends_on.data = str(shown.version), shown.ends_on
    if shown.is_open:
        form.is_open.data = OPEN
    return _form(form, shown)


@blueprint.post("/<uuid:uid>/edit")
@signed_in
def change(uid: uuid.UUID) -> ResponseReturnValue:
    """Save it."""
    shown, form = _changeable(uid), RoomForm()
    if not form.validate():
        return _form(form, shown), 422
    version = form.version.data or ""
    try:
        plan = _plan(form, [], shown.unit_id)
        services.change(actor(), uid, plan, version=int(version) if version.isdecimal() else 0)
    except Invalid as error:
        show_refusal(form, error)
        return _form(form, shown), 422
    except Conflict as error:
        form.form_errors = [*form.form_errors, str(error.message)]
        return _form(form, shown), 409
    flash(gettext("The room was changed."), "success")
    return redirect(url_for("chat.room", uid=uid))


def _changeable(uid: uuid.UUID) -> queries.RoomView:
    """A room that the reader may change. For everybody else there is no such page."""
    shown = queries.one(actor(), uid)
    if shown.archived_at is not None or not powers(actor(), shown).moderates:
        raise queries.not_found()
    return shown


def _plan(form: RoomForm, members: list[tuple[int, Role]], unit_id: int | None) -> RoomPlan:
    return RoomPlan(
        name=form.name.data or "",
        purpose=form.purpose.data or "",
        unit_id=unit_id,
        is_open=form.lets_all_in,
        shows_past=bool(form.shows_past.data),
        ends_on=form.ends_on.data,
        is_text_only=bool(form.is_text_only.data),
        kept_for=_period(form.kept_for.data),
        members=members,
    )


def _beginning(form: RoomForm) -> Beginning:
    template = _template(form) if form.with_note.data else None
    return Beginning(
        welcome=form.welcome.data or "",
        note_title=template.note_title if template is not None else "",
        note_text=template.note_text if template is not None else "",
    )


def _template(form: RoomForm) -> Template | None:
    """The template that the form was filled in from; None where it is not there any more."""
    return next((one for one in offered(actor()) if str(one.uid) == form.template.data), None)


def _period(value: str | None) -> int | None:
    """What was chosen; what is none of the list is refused like one that is not offered."""
    try:
        return chosen_period(value)
    except ValueError:
        return NO_PERIOD


def _form(form: RoomForm, shown: queries.RoomView | None = None) -> str:
    unit_id = shown.unit_id if shown is not None else actor().unit_id
    form.offer_periods(periods.offered(unit_id), periods.by_rule(unit_id))
    return render_template(
        "chat/form.html",
        form=form,
        room=shown,
        may_be_open=bool(rules.value(OPEN_ROOMS, unit_id)) or form.lets_all_in,
        name_length=NAME_LENGTH,
        purpose_length=PURPOSE_LENGTH,
        own_units=own_units(actor()) if shown is None else [],
        templates=offered(actor()) if shown is None else [],
        chosen=_template(form) if shown is None else None,
        welcome_length=WELCOME_LENGTH,
        may_open=True,
    )


@blueprint.get("/direct")
@signed_in
def direct() -> str:
    """Choose whom to write to."""
    return render_template("chat/direct.html", form=PersonForm(None))


@blueprint.post("/direct")
@signed_in
def open_direct() -> ResponseReturnValue:
    """The talk with one person, found or made."""
    form = PersonForm()
    if not form.validate():
        return render_template("chat/direct.html", form=form), 422
    try:
        found = services.direct(actor(), form.person.person_ids[0])
    except Invalid as error:
        show_refusal(form, error)
        return render_template("chat/direct.html", form=form), 422
    form.person.remember(actor())
    return redirect(url_for("chat.room", uid=found.uid))


@blueprint.post("/own")
@signed_in
def own() -> ResponseReturnValue:
    """マイルーム, found or made."""
    return redirect(url_for("chat.room", uid=services.own(actor()).uid))


@blueprint.post("/<uuid:uid>/join")
@signed_in
def join(uid: uuid.UUID) -> ResponseReturnValue:
    """Come in."""
    services.join(actor(), uid)
    flash(gettext("You are in the room now."), "success")
    return redirect(url_for("chat.room", uid=uid))


@blueprint.post("/<uuid:uid>/leave")
@signed_in
def leave(uid: uuid.UUID) -> ResponseReturnValue:
    """Go."""
    services.leave(actor(), uid)
    flash(gettext("You have left the room."), "success")
    return redirect(url_for("chat.index"))


@blueprint.post("/<uuid:uid>/archive")
@signed_in
def archive(uid: uuid.UUID) -> ResponseReturnValue:
    """Let nobody write any more."""
    services.archive(actor(), uid)
    flash(gettext("The room was archived."), "success")
    return redirect(url_for("chat.room", uid=uid))


@blueprint.post("/<uuid:uid>/reopen")
@signed_in
def reopen(uid: uuid.UUID) -> ResponseReturnValue:
    """Let people write again."""
    services.reopen(actor(), uid)
    flash(gettext("The room was reopened."), "success")
    return redirect(url_for("chat.room", uid=uid))


@blueprint.post("/<uuid:uid>/favourite")
@signed_in
def set_favourite(uid: uuid.UUID) -> ResponseReturnValue:
    """お気に入り, or not any more."""
    reading.set_favourite(actor(), uid, is_favourite=request.form.get("set") == "1")
    return redirect(url_for("chat.room", uid=uid))


@blueprint.post("/<uuid:uid>/telling")
@signed_in
def set_telling(uid: uuid.UUID) -> ResponseReturnValue:
    """Choose of what here one is told."""
    queries.one(actor(), uid)
    chosen = request.form.get("telling", "")
    if chosen not in set(Telling):
        raise Invalid(gettext("Please choose one of the list."), code="telling")
    reading.set_telling(actor(), uid, Telling(chosen))
    flash(gettext("Of this room you are told: %(what)s.", what=Telling(chosen).label), "success")
    return redirect(url_for("chat.room", uid=uid))
