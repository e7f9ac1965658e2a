"""A room and the schedule: an event or a date poll that begins with its people, what comes up for them, telling the room of an event.

Nothing is entered or said in anybody's name: each of these opens a form that the reader looks at and sends.
"""

import uuid
from datetime import timedelta
from urllib.parse import urljoin

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import clock
from groupware.capabilities import Asked, Draft, Meeting, appointing
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.formats import date_text, datetime_text, time_text
from groupware.web.gate import signed_in
from plugins.chat.queries import appointments, rooms
from plugins.chat.queries.rooms import RoomView, not_found
from plugins.chat.views.blueprint import blueprint
from plugins.chat.views.single import one_at

TITLE, TEXT = 60, 300
"""Characters of a message that go along in the address."""


@blueprint.get("/<uuid:uid>/calendar")
@signed_in
def room_calendar(uid: uuid.UUID) -> str:
    """What comes up for the people of the room."""
    shown = _room(uid)
    return render_template(
        "chat/calendar.html",
        room=shown,
        meetings=appointments.meetings(actor(), shown),
        days=appointments.DAYS,
    )


@blueprint.get("/<uuid:uid>/event")
@signed_in
def compose_event(uid: uuid.UUID) -> ResponseReturnValue:
    """On to the editor of the schedule, with the people of the room and what the message says."""
    shown = _room(uid)
    return _on(appointing(actor()).compose_url(actor(), _draft(shown)))


@blueprint.get("/<uuid:uid>/poll")
@signed_in
def compose_poll(uid: uuid.UUID) -> ResponseReturnValue:
    """On to the date poll of the schedule, with the same."""
    return _on(appointing(actor()).poll_url(actor(), _draft(_room(uid))))


def has_calendar(shown: RoomView) -> bool:
    """Whether the room has to do with the schedule for whoever looks at it."""
    return shown.has_notes and shown.role is not None and appointments.has_schedule(actor())


def when(event: Meeting) -> str:
    """The time of an event: 2026年11月24日(火) 10:00–11:00, or from day to day."""
    begins = clock.local(event.starts_at)
    ends = (
        clock.local(event.ends_at - timedelta(microseconds=1))
        if event.is_all_day
        else clock.local(event.ends_at)
    )
    is_one_day = begins.date() == ends.date()
    if event.is_all_day:
        if is_one_day:
            return str(gettext("%(day)s, all day", day=date_text(begins)))
        return f"{date_text(begins)} – {date_text(ends)}"
    if is_one_day:
        return f"{date_text(begins)} {time_text(begins)}–{time_text(ends)}"
    return f"{datetime_text(begins)} – {datetime_text(ends)}"


def told(event: Meeting) -> str:
    """An event in the words of a message. A repeated one is known by its title alone: the day in question is for people to say."""
    lines = [event.title, "" if event.is_repeated else when(event), event.place]
    return "\n".join([*filter(None, lines), urljoin(request.host_url, event.url)])


def asked_for(poll: Asked) -> str:
    """A date poll in the words of a message."""
    until = gettext("Date poll: please answer by %(when)s", when=datetime_text(poll.answer_by))
    return "\n".join([poll.title, str(until), urljoin(request.host_url, poll.url)])


blueprint.add_app_template_global(has_calendar, "has_calendar")
blueprint.add_app_template_global(when, "meeting_time")


def _draft(shown: RoomView) -> Draft:
    asked = request.args.get("message", type=int)
    title, text = shown.title, ""
    if asked is not None:
        message = one_at(actor(), shown, min(asked, 2**62))
        if message.is_deleted:
            raise not_found()
        first = next(iter(message.text.splitlines()), "")
        title = first[:TITLE]
        source = url_for("chat.room", uid=shown.uid, around=message.seq, _external=True)
        text = f"{message.sender_name}: {message.text[:TEXT]}\n{source}"
    back = url_for("chat.room", uid=shown.uid, latest=1) if shown.may_send else ""
    return Draft(title=title, text=text, participants=appointments.participants(shown), back=back)


def _on(address: str) -> ResponseReturnValue:
    if not address:
        raise not_found()
    return redirect(address)


def _room(uid: uuid.UUID) -> RoomView:
    """A room of one's own, where there is a schedule. Enquiries have none: it would show who answers."""
    shown = rooms.one(actor(), uid)
    if not has_calendar(shown):
        raise not_found()
    return shown
