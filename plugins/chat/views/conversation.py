"""A room as it is read and written in: the page, what is sent, what is new, who has read."""

import contextlib
import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

import uuid6
from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.actor import Actor
from groupware.attachments.forms import receives_files
from groupware.capabilities import appointing
from groupware.db import unit
from groupware.errors import Invalid, NotFound
from groupware.guards import texts
from groupware.i18n import gettext
from groupware.notifications.services import read_about
from groupware.plugin import Answers, Opens, Says
from groupware.records.periods import period_words
from groupware.web.boundary import actor, afterwards, signed_in_person
from groupware.web.errors import is_fragment
from groupware.web.gate import open_to_guests, own_units, signed_in
from plugins.chat.enums import Alerting, Telling
from plugins.chat.expressions import ReactionKind, Stamp
from plugins.chat.notifications import KINDS
from plugins.chat.posting import post
from plugins.chat.queries import messages as queries
from plugins.chat.queries import own_rooms, pins, rooms
from plugins.chat.queries import receipts as readers
from plugins.chat.queries.desks import heading
from plugins.chat.queries.files import chosen
from plugins.chat.queries.messages import Line, Page
from plugins.chat.queries.rooms import RoomView
from plugins.chat.services import commanding, reading
from plugins.chat.services.filing import why_not
from plugins.chat.services.loudness import may_be_urgent
from plugins.chat.services.records import may_keep
from plugins.chat.times import are_at_work, offers
from plugins.chat.views.additions import additions
from plugins.chat.views.appointments import asked_for, has_calendar, told
from plugins.chat.views.blueprint import blueprint
from plugins.chat.views.filing import require_taken, sent_files
from plugins.chat.views.house_rules import before_first_use
from plugins.chat.views.powers import powers
from plugins.chat.views.single import asked_uid, one_at

PAGE = 50
"""Messages of one stretch."""


@blueprint.get("/<uuid:uid>")
@open_to_guests
@signed_in
def room(uid: uuid.UUID) -> ResponseReturnValue:
    """The room from the first unread message on, or from where the address says. Looking reads nothing: the page tells what was seen."""
    shown = rooms.one(actor(), uid)
    if is_fragment():
        return _stretch(shown, _asked(actor(), shown, _start(shown)))
    if (first := before_first_use(uid)) is not None:
        return first
    return shown_page(shown)


def shown_page(shown: RoomView, *, is_panel: bool = False) -> str:
    """The room, on a page or beside another one. What the timeline said about it has been read once this has arrived."""
    who, person = actor(), signed_in_person()
    if person is not None and person.unread_notices:
        afterwards(lambda: read_about(who, KINDS, shown.id))
    return _page(shown, is_panel=is_panel)


def _page(
    shown: RoomView,
    *,
    text: str = "",
    errors: tuple[str, ...] = (),
    key: str = "",
    is_panel: bool = False,
    files: Sequence[uuid.UUID] | None = None,
    answer: Answers | None = None,
) -> str:
    who = actor()
    start = _start(shown)
    page = _asked(who, shown, start)
    person = signed_in_person()
    return render_template(
        "chat/room.html",
        room=shown,
        lines=[] if is_panel or who.is_guest else own_rooms.mine(who),
        is_panel=is_panel,
        page=page,
        start=start,
        newest=pins.newest(shown),
        counts=readers.counts(shown, page.messages),
        additions=additions(who, shown, page.messages),
        powers=powers(who, shown),
        may_keep=may_keep(who, shown),
        period_words=period_words,
        line=shown.first_unread - 1 if shown.first_unread and shown.role else None,
        last_known=shown.last_seq,
        reply=_replied(who, shown),
        tellings=tuple(Telling),
        sending_key=person.sending_key if person is not None else "ctrl_enter",
        is_shared=person is None or person.is_shared_device,
        person_id=who.person_id,
        enquiry=heading(who, shown),
        reaction_kinds=list(ReactionKind),
        stamps=list(Stamp),
        text=text or _begun(shown),
        loudnesses=_loudnesses(shown),
        later=_later(shown),
        errors=errors,
        answer=answer,
        key=key or shown.draft_key or uuid6.uuid7().hex,
        files=chosen(who, shown.draft_files if files is None else files),
        why_no_files=why_not(who, shown),
    )


def _begun(shown: RoomView) -> str:
    """What stands in the field at first: the draft, and the event or date poll of the schedule that the address names, to be looked
    at and sent."""
    asked = [request.args.get(name, type=uuid.UUID) for name in ("event", "poll")]
    if not any(asked) or not has_calendar(shown):
        return shown.draft
    schedule = appointing(actor())
    event = schedule.event(actor(), asked[0]) if asked[0] is not None else None
    poll = schedule.poll(actor(), asked[1]) if asked[1] is not None else None
    lines = (
        shown.draft,
        told(event) if event is not None else "",
        asked_for(poll) if poll is not None else "",
    )
    return "\n".join(filter(None, lines))


def _loudnesses(shown: RoomView) -> list[Alerting]:
    may_urge = may_be_urgent(actor(), shown.kind, shown.role, shown.unit_id)
    return [one for one in Alerting if one is not Alerting.URGENT or may_urge]


def _later(shown: RoomView) -> dict[str, Any] | None:
    """What the composer says of sending later; None for who cannot."""
    who = actor()
    if not shown.may_send or who.is_guest:
        return None
    return {"offers": offers(who), "number": shown.scheduled, "is_late": not are_at_work(who)}


def _replied(who: Actor, shown: RoomView) -> Line | None:
    """The message that is to be answered: the one that the address names, or else the draft."""
    asked = request.args.get("reply", type=int)
    if asked is not None:
        return one_at(who, shown, asked)
    if shown.draft_reply_to is None:
        return None
    with contextlib.suppress(NotFound):
        found = queries.one(who, shown, shown.draft_reply_to)
        return None if found.is_deleted else found
    return None


def _start(shown: RoomView) -> int | None:
    """The message that the address names, by its number or by a day."""
    day = request.args.get("on", type=date.fromisoformat)
    if day is not None:
        return queries.seq_on(shown, day) or shown.last_seq
    return request.args.get("around", type=int)


def _asked(who: Actor, shown: RoomView, around: int | None) -> Page:
    before, after = (request.args.get(name, type=int) for name in ("before", "after"))
    if before is not None:
        return queries.page(who, shown, before=before, limit=PAGE)
    if after is not None:
        return queries.page(who, shown, after=after, limit=PAGE)
    if around is not None:
        return queries.page(who, shown, around=around, limit=PAGE)
    if shown.first_unread and shown.role is not None and "latest" not in request.args:
        return queries.page(who, shown, around=shown.first_unread, limit=PAGE)
    return queries.page(who, shown, limit=PAGE)


def _stretch(shown: RoomView, page: Page) -> str:
    return render_template(
        "chat/_messages.html",
        room=shown,
        page=page,
        counts=readers.counts(shown, page.messages),
        additions=additions(actor(), shown, page.messages),
        powers=powers(actor(), shown),
    )


@blueprint.get("/<uuid:uid>/news")
@open_to_guests
@signed_in
def news(uid: uuid.UUID) -> str:
    """What follows a message, for pages that are open while somebody writes."""
    shown = rooms.one(actor(), uid)
    most = min(max(request.args.get("most", PAGE, type=int), 1), PAGE)
    page = queries.page(actor(), shown, after=request.args.get("after", 0, type=int), limit=most)
    return _stretch(shown, page)


@blueprint.post("/<uuid:uid>/messages")
@receives_files
@own_units
@open_to_guests
@signed_in
def send(uid: uuid.UUID) -> ResponseReturnValue:
    """Say something; sent again with the same key it is said once. A script gets the message back as it stands in the log."""
    text, key = request.form.get("text", ""), request.form.get("key", "")
    files, refused = sent_files()
    try:
        require_taken(refused)
        if (asked := commanding.command_in(actor(), text)) is not None:
            require_bare(files)
            outcome = commanding.run(actor(), uid, asked, url_for("chat.room", uid=uid, latest=1), key=key)
            if not isinstance(outcome, Says):
                return _answered(uid, outcome)
            text = outcome.text
        else:
            text = commanding.as_said(actor(), text)
        sent = post(
            actor(),
            uid,
            text,
            key=key,
            reply_to=asked_uid(request.form.get("reply_to", "")),
            mentions=request.form.getlist("mention"),
            stamp=_stamp(request.form.get("stamp", "")),
            files=files,
            loudness=asked_loudness(),
        )
    except Invalid as error:
        if is_fragment():
            raise
        with unit("read"):
            texts.ask_again(error)
            return with_refusal(uid, error, files=files)
    if is_fragment():
        with unit("read"):
            shown = rooms.one(actor(), uid)
            return _stretch(shown, queries.page(actor(), shown, after=sent.seq - 1, limit=1)), 201
    return redirect(url_for("chat.room", uid=uid, latest=1, _anchor=f"m{sent.seq}"))


def require_bare(files: Sequence[uuid.UUID]) -> None:
    """Refuse files with a command: nobody would get them."""
    if files:
        words = gettext("A command takes no files. Please send them with a message.")
        raise Invalid(words, code="command", fields={"text": words})


def _answered(uid: uuid.UUID, outcome: Opens | Answers) -> ResponseReturnValue:
    """What came of a command, for its typist alone: on to another page, or an answer above the field."""
    if isinstance(outcome, Opens):
        if is_fragment():
            return jsonify(opens=outcome.url)
        return redirect(outcome.url, 303)
    if is_fragment():
        return jsonify(answer=render_template("chat/_command_answer.html", answer=outcome))
    with unit("read"):
        return _page(rooms.one(actor(), uid), answer=outcome)


def with_refusal(
    uid: uuid.UUID, error: Invalid, files: Sequence[uuid.UUID] | None = None
) -> ResponseReturnValue:
    """The room with what was written in its field, and why it is refused."""
    reasons = tuple(str(one) for one in error.fields.values()) or (str(error.message),)
    text, key = request.form.get("text", ""), request.form.get("key", "")
    return _page(rooms.one(actor(), uid), text=text, errors=reasons, key=key, files=files), 422


def asked_loudness() -> Alerting:
    """How loudly the form wants it to be said."""
    value = request.form.get("loudness", "") or Alerting.USUAL.value
    if value not in set(Alerting):
        raise Invalid(gettext("Please choose one of the list."), code="loudness")
    return Alerting(value)


def _stamp(value: str) -> Stamp | None:
    if value and value not in set(Stamp):
        raise Invalid(gettext("There is no such stamp."), code="stamp")
    return Stamp(value) if value else None


@blueprint.post("/<uuid:uid>/read")
@open_to_guests
@signed_in
def read_to(uid: uuid.UUID) -> ResponseReturnValue:
    """Everything up to a message has been seen."""
    reading.read_to(actor(), uid, request.form.get("seq", 0, type=int))
    if is_fragment():
        return "", 204
    if request.form.get("back") == "unread":
        return redirect(url_for("chat.unread"))
    return redirect(url_for("chat.room", uid=uid))


@blueprint.get("/<uuid:uid>/readers/<int:seq>")
@open_to_guests
@signed_in
def receipts(uid: uuid.UUID, seq: int) -> str:
    """Who has read a message and when, who has not, by section."""
    shown = rooms.one(actor(), uid)
    message = one_at(actor(), shown, seq)
    return render_template(
        "chat/receipts.html", room=shown, message=message, found=readers.people(actor(), shown, message)
    )
