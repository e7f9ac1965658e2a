"""Messages that are sent later: written in a room, listed, changed, sent at once, taken back."""

import json
import uuid
from collections.abc import Sequence
from datetime import date, datetime, time

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import clock
from groupware.actor import Actor
from groupware.attachments.forms import receives_files
from groupware.db import unit
from groupware.errors import DomainError, Invalid, NotFound
from groupware.i18n import gettext
from groupware.notifications.services import read_about
from groupware.web.boundary import actor, afterwards, signed_in_person
from groupware.web.errors import is_fragment
from groupware.web.formats import datetime_text
from groupware.web.gate import own_units, signed_in
from plugins.chat.enums import Alerting
from plugins.chat.notifications import RETURNED
from plugins.chat.queries import rooms
from plugins.chat.queries import scheduled as queries
from plugins.chat.services import commanding, scheduling
from plugins.chat.services.loudness import may_be_urgent
from plugins.chat.services.scheduling import Later
from plugins.chat.times import offers
from plugins.chat.views.blueprint import blueprint
from plugins.chat.views.conversation import asked_loudness, with_refusal
from plugins.chat.views.filing import require_taken, sent_files
from plugins.chat.views.single import asked_uid


@blueprint.get("/scheduled")
@signed_in
def scheduled() -> str:
    """One's own, those that came back first."""
    who, found, person = actor(), queries.scheduled(actor()), signed_in_person()
    returned = [one.id for one in found if one.returned_at is not None]
    if person is not None and person.unread_notices and returned:
        afterwards(lambda: _have_read(who, returned))
    return render_template("chat/scheduled.html", found=found)


def _have_read(who: Actor, returned: Sequence[int]) -> None:
    for key in returned:
        read_about(who, (RETURNED,), key)


@blueprint.post("/<uuid:uid>/scheduled")
@receives_files
@own_units
@signed_in
def schedule(uid: uuid.UUID) -> ResponseReturnValue:
    """Keep what stands in the field until its time."""
    form = request.form
    files, refused = sent_files()
    try:
        require_taken(refused)
        later = Later(
            text=commanding.require_none(actor(), form.get("text", "")),
            due_at=_asked_time(),
            key=form.get("key", ""),
            reply_to=asked_uid(form.get("reply_to", "")),
            mentions=form.getlist("mention") or _named(form.get("named", "")),
            loudness=asked_loudness(),
            files=files,
        )
        with unit("write"):
            due_at = scheduling.schedule(actor(), uid, later).due_at
    except Invalid as error:
        if is_fragment():
            raise
        with unit("read"):
            return with_refusal(uid, error, files=files)
    words = gettext("It is sent on %(time)s.", time=datetime_text(due_at))
    if is_fragment():
        return jsonify(message=words), 201
    flash(words, "success")
    return redirect(url_for("chat.room", uid=uid))


@blueprint.get("/scheduled/<uuid:uid>")
@signed_in
def edit_scheduled(uid: uuid.UUID) -> str:
    """Its text and its time."""
    shown = queries.one(actor(), uid)
    return _page(shown, shown.text, shown.due_at, shown.loudness)


@blueprint.post("/scheduled/<uuid:uid>")
@signed_in
def change_scheduled(uid: uuid.UUID) -> ResponseReturnValue:
    """Save them."""
    shown, text = queries.one(actor(), uid), request.form.get("text", "")
    version, loudness, due_at = request.form.get("version", ""), asked_loudness(), _asked_time()
    kept = [one for one in map(asked_uid, request.form.getlist("kept")) if one is not None]
    try:
        scheduling.change(
            actor(),
            uid,
            text,
            due_at,
            loudness=loudness,
            files=kept,
            version=int(version) if version.isdecimal() else 0,
        )
    except NotFound:
        raise
    except DomainError as error:
        reasons = tuple(str(one) for one in error.fields.values()) if isinstance(error, Invalid) else ()
        page = _page(shown, text, due_at or shown.due_at, loudness, errors=reasons or (str(error.message),))
        return page, error.status
    flash(gettext("The message was changed."), "success")
    return redirect(url_for("chat.scheduled"))


@blueprint.post("/scheduled/<uuid:uid>/send")
@signed_in
def send_scheduled(uid: uuid.UUID) -> ResponseReturnValue:
    """Send it at once."""
    shown = queries.one(actor(), uid)
    try:
        sent = scheduling.send_now(actor(), uid)
    except Invalid as error:
        reasons = tuple(str(one) for one in error.fields.values()) or (str(error.message),)
        return _page(shown, shown.text, shown.due_at, shown.loudness, errors=reasons), 422
    return redirect(url_for("chat.room", uid=shown.room_uid, latest=1, _anchor=f"m{sent.seq}"))


@blueprint.post("/scheduled/<uuid:uid>/withdraw")
@signed_in
def withdraw_scheduled(uid: uuid.UUID) -> ResponseReturnValue:
    """Let it not be sent."""
    scheduling.withdraw(actor(), uid)
    flash(gettext("The message will not be sent."), "success")
    return redirect(url_for("chat.scheduled"))


def _page(
    shown: queries.Waiting,
    text: str,
    due_at: datetime,
    loudness: Alerting,
    errors: Sequence[str] = (),
) -> str:
    local = clock.local(due_at)
    try:
        room = rooms.one(actor(), shown.room_uid)
        may_urge = may_be_urgent(actor(), room.kind, room.role, room.unit_id)
    except NotFound:
        may_urge = False
    return render_template(
        "chat/scheduled_form.html",
        shown=shown,
        text=text,
        due_date=local.date().isoformat(),
        due_time=f"{local:%H:%M}",
        loudness=loudness,
        loudnesses=[(one.value, one.label) for one in Alerting if one is not Alerting.URGENT or may_urge],
        offers=offers(actor()),
        errors=errors,
    )


def _asked_time() -> datetime | None:
    """The time of the button that was pressed, or else the day and the hour that were entered."""
    pressed = request.form.get("at", "")
    if pressed not in ("", "chosen"):
        return clock.instant_of(pressed)
    try:
        day = date.fromisoformat(request.form.get("due_date", ""))
        hour = time.fromisoformat(request.form.get("due_time", ""))
    except ValueError:
        return None
    return clock.at(day, hour)


def _named(text: str) -> list[str]:
    """Whom a page without scripts kept behind an @ when its draft was saved."""
    try:
        found = json.loads(text or "[]")
    except ValueError:
        return []
    chosen = found if isinstance(found, list) else []
    return [str(one["value"]) for one in chosen if isinstance(one, dict) and "value" in one]
