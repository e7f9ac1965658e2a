"""Tasks: those of a room, those of the reader across rooms, setting, changing and doing one. Pages of their own, without scripts."""

import uuid

import uuid6
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.errors import Conflict, Invalid
from groupware.i18n import gettext
from groupware.notifications.services import read_about
from groupware.web.boundary import actor, afterwards, signed_in_person
from groupware.web.errors import is_fragment
from groupware.web.gate import open_to_guests, signed_in
from groupware.web.refusals import show_refusal
from plugins.chat.forms_tasks import TaskForm
from plugins.chat.notifications import TASK_KINDS
from plugins.chat.queries import rooms
from plugins.chat.queries import tasks as queries
from plugins.chat.queries.messages import Line
from plugins.chat.queries.rooms import RoomView, not_found
from plugins.chat.queries.tasks import TaskLine
from plugins.chat.services import tasks as services
from plugins.chat.services.tasks import WHAT_LENGTH
from plugins.chat.views.blueprint import blueprint
from plugins.chat.views.powers import powers
from plugins.chat.views.single import one_at

DONE, ASKED = "done", "asked"


@blueprint.get("/tasks")
@signed_in
def my_tasks() -> str:
    """自分のタスク: open ones across rooms, overdue ones first; what the reader has asked of others; what is done."""
    which = request.args.get("which", "")
    find = {DONE: queries.finished, ASKED: queries.asked}.get(which, queries.mine)
    return render_template("chat/my_tasks.html", tasks=find(actor()), which=which, today=actor().today)


@blueprint.get("/<uuid:uid>/tasks")
@open_to_guests
@signed_in
def tasks(uid: uuid.UUID) -> str:
    """Those of a room: open ones, or done ones."""
    shown = _room(uid)
    is_done = "done" in request.args
    return render_template(
        "chat/_tasks.html" if is_fragment() else "chat/tasks.html",
        room=shown,
        tasks=queries.of_room(actor(), shown, is_done=is_done),
        is_done=is_done,
        today=actor().today,
    )


@blueprint.get("/<uuid:uid>/tasks/new")
@open_to_guests
@signed_in
def new_task(uid: uuid.UUID) -> str:
    """A form; with the number of a message it begins with what that says, with `what` with these words."""
    shown, form = _writable(uid), TaskForm(None)
    message = _message(shown)
    form.form_key.data = uuid6.uuid7().hex
    begun = message.text if message is not None else request.args.get("what", "")
    form.what.data = " ".join(begun.split())[:WHAT_LENGTH]
    return _form(shown, form, message=message)


@blueprint.post("/<uuid:uid>/tasks/new")
@open_to_guests
@signed_in
def create_task(uid: uuid.UUID) -> ResponseReturnValue:
    """Set it."""
    shown, form = _writable(uid), TaskForm()
    message = _message(shown)
    if form.is_narrowing:
        return _form(shown, form, message=message)
    form.offer(actor(), shown)
    if not form.validate():
        return _form(shown, form, message=message), 422
    try:
        services.make(
            actor(),
            uid,
            form.plan(),
            seq=message.seq if message is not None else None,
            key=form.form_key.data or "",
        )
    except Invalid as error:
        show_refusal(form, error)
        return _form(shown, form, message=message), 422
    flash(gettext("The task was set."), "success")
    if message is not None:
        return redirect(url_for("chat.room", uid=uid, around=message.seq, _anchor=f"m{message.seq}"))
    return redirect(url_for("chat.tasks", uid=uid))


@blueprint.get("/<uuid:uid>/tasks/<uuid:task_uid>")
@open_to_guests
@signed_in
def task(uid: uuid.UUID, task_uid: uuid.UUID) -> str:
    """What is to be done, by whom, and what it said before."""
    shown = _room(uid)
    found = queries.one(actor(), shown, task_uid)
    who, person = actor(), signed_in_person()
    if person is not None and person.unread_notices:
        afterwards(lambda: read_about(who, TASK_KINDS, found.id))
    return render_template(
        "chat/_task.html" if is_fragment() else "chat/task.html",
        room=shown,
        task=found,
        before=queries.before(found),
        today=who.today,
        may_remove=shown.may_send and (found.is_asked_by_me or powers(who, shown).moderates),
    )


@blueprint.get("/<uuid:uid>/tasks/<uuid:task_uid>/edit")
@open_to_guests
@signed_in
def edit_task(uid: uuid.UUID, task_uid: uuid.UUID) -> str:
    """The form with what it says."""
    shown, form = _writable(uid), TaskForm(None)
    found = queries.one(actor(), shown, task_uid)
    form.show(found)
    return _form(shown, form, found)


@blueprint.post("/<uuid:uid>/tasks/<uuid:task_uid>/edit")
@open_to_guests
@signed_in
def change_task(uid: uuid.UUID, task_uid: uuid.UUID) -> ResponseReturnValue:
    """Save it."""
    shown, form = _writable(uid), TaskForm()
    found = queries.one(actor(), shown, task_uid)
    if form.is_narrowing:
        return _form(shown, form, found)
    form.offer(actor(), shown, found)
    if not form.validate():
        return _form(shown, form, found), 422
    try:
        services.change(actor(), uid, task_uid, form.plan(), version=form.seen)
    except Invalid as error:
        show_refusal(form, error)
        return _form(shown, form, found), 422
    except Conflict as error:
        if error.code != "changed":
            raise
        form.form_errors = [*form.form_errors, str(error.message)]
        form.version.data = str(found.version)
        return _form(shown, form, found, is_beside=True), 409
    flash(gettext("The task was changed."), "success")
    return redirect(url_for("chat.task", uid=uid, task_uid=task_uid))


@blueprint.post("/<uuid:uid>/tasks/<uuid:task_uid>/done")
@open_to_guests
@signed_in
def finish_task(uid: uuid.UUID, task_uid: uuid.UUID) -> ResponseReturnValue:
    """It is done, or it is not after all."""
    is_done = request.form.get("done") != "0"
    services.finish(actor(), uid, task_uid, is_done=is_done)
    flash(gettext("The task is done.") if is_done else gettext("The task is open again."), "success")
    if request.form.get("back") == "mine" and not actor().is_guest:
        return redirect(url_for("chat.my_tasks"))
    return redirect(url_for("chat.tasks", uid=uid))


@blueprint.get("/<uuid:uid>/tasks/<uuid:task_uid>/remove")
@open_to_guests
@signed_in
def confirm_remove_task(uid: uuid.UUID, task_uid: uuid.UUID) -> str:
    """Look twice."""
    shown = _writable(uid)
    found = queries.one(actor(), shown, task_uid)
    if not found.is_asked_by_me and not powers(actor(), shown).moderates:
        raise not_found()
    return render_template("chat/task_remove.html", room=shown, task=found)


@blueprint.post("/<uuid:uid>/tasks/<uuid:task_uid>/remove")
@open_to_guests
@signed_in
def remove_task(uid: uuid.UUID, task_uid: uuid.UUID) -> ResponseReturnValue:
    """Take it away."""
    services.remove(actor(), uid, task_uid)
    flash(gettext("The task was deleted."), "success")
    return redirect(url_for("chat.tasks", uid=uid))


def _room(uid: uuid.UUID) -> RoomView:
    shown = rooms.one(actor(), uid)
    if not shown.has_notes:
        raise not_found()
    return shown


def _writable(uid: uuid.UUID) -> RoomView:
    shown = _room(uid)
    if not shown.may_send:
        raise not_found()
    return shown


def _message(shown: RoomView) -> Line | None:
    """The message that the address names. NotFound for one that cannot be seen, or was deleted."""
    asked = request.args.get("message", type=int)
    if asked is None:
        return None
    found = one_at(actor(), shown, min(asked, 2**62))
    if found.is_deleted:
        raise not_found()
    return found


def _form(
    shown: RoomView,
    form: TaskForm,
    found: TaskLine | None = None,
    *,
    message: Line | None = None,
    is_beside: bool = False,
) -> str:
    form.offer(actor(), shown, found)
    return render_template(
        "chat/task_form.html",
        room=shown,
        form=form,
        task=found,
        message=message,
        is_beside=is_beside,
        what_length=WHAT_LENGTH,
    )
