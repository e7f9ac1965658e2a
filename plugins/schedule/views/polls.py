"""候補日調整: ask when people have time, answer, look at the answers, settle."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import uuid6
from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import clock
from groupware.actor import Actor
from groupware.calendar.holidays import next_working_day
from groupware.capabilities import NULLS, Clashes, Offer, Question, Reservable, Span, reservable
from groupware.errors import Conflict, Denied, Invalid
from groupware.i18n import gettext, pgettext
from groupware.notifications.services import read_about
from groupware.web.boundary import actor, afterwards, signed_in_person
from groupware.web.exports import table_response
from groupware.web.gate import signed_in
from groupware.web.refusals import show_refusal
from groupware.web.security import own_path
from plugins.schedule.enums import Choice, PollState
from plugins.schedule.forms import uids_of
from plugins.schedule.forms_polls import PollForm, rows_of, typed_choices, typed_rows
from plugins.schedule.models import Poll, PollRespondent, PollSlot
from plugins.schedule.notifications import POLL_KINDS
from plugins.schedule.permissions import WRITE
from plugins.schedule.queries import events
from plugins.schedule.queries import polls as queries
from plugins.schedule.queries.secretaries import served
from plugins.schedule.queries.spans import Item, of_people
from plugins.schedule.services import polls as services
from plugins.schedule.services.content import TITLE_LENGTH
from plugins.schedule.services.poll_content import TEXT_LENGTH
from plugins.schedule.views.back import back_with
from plugins.schedule.views.blueprint import blueprint

OFFERED = 12
NEAREST = 92
"""Days from the first slot on for which the own calendar stands beside the answers."""


@blueprint.get("/polls")
@signed_in
def polls() -> str:
    """The polls that one organises or is asked in."""
    page = min(max(request.args.get("page", 1, type=int), 1), 1000)
    rows, has_more = queries.of_person(actor(), page)
    return render_template("schedule/polls.html", rows=rows, page=page, has_more=has_more)


@blueprint.get("/export/polls.<format>")
@signed_in
def export_polls(format: str) -> Response:  # noqa: A002  the word users know
    """The same as a table."""
    columns = [
        pgettext("event", "Title"),
        gettext("Organiser"),
        gettext("Deadline"),
        pgettext("date poll", "State"),
        gettext("Answered"),
        gettext("Asked"),
    ]
    found, _ = queries.of_person(actor())
    rows = [
        [one.title, one.organiser, one.answer_by, one.state.label, one.answered, one.asked] for one in found
    ]
    return table_response(pgettext("schedule", "Date polls"), columns, rows, format)


@blueprint.get("/polls/new")
@signed_in
def new_poll() -> str:
    """An empty form; the address may bring people and dates along, as the search for free time does."""
    form = PollForm(None)
    form.form_key.data = uuid6.uuid7().hex
    form.participants.data = list(dict.fromkeys(request.args.getlist("with")))
    form.title.data = request.args.get("title", "")[:TITLE_LENGTH]
    form.text.data = request.args.get("text", "")[:TEXT_LENGTH]
    form.back.data = own_path(request.args.get("back"))
    slots = _asked_slots()
    form.answer_on.data = _usual_deadline(slots)
    return _form(form, rows_of(slots), None)


def _usual_deadline(slots: Sequence[tuple[datetime, datetime]]) -> date:
    """A working day a week ahead, but not behind the first of the dates."""
    usual = next_working_day(clock.today() + timedelta(days=6))
    return min([usual, *(clock.local(begins).date() for begins, _ in slots)])


@blueprint.post("/polls/new")
@signed_in
def create_poll() -> ResponseReturnValue:
    """Ask."""
    form = PollForm()
    rows, slots = typed_rows()
    is_valid = form.validate()
    if not is_valid or rows.problems() or rows.refusal:
        return _form(form, rows, None), 422
    try:
        uid = services.create(actor(), form.plan(slots), key=form.form_key.data or "")
    except Invalid as error:
        return _refused(form, rows, error, None), 422
    form.participants.remember(actor())
    flash(gettext("The poll was sent to everybody who is asked."), "success")
    return redirect(back_with(form.back.data, poll=uid) or url_for("schedule.poll", uid=uid))


@blueprint.get("/polls/<uuid:uid>")
@signed_in
def poll(uid: uuid.UUID) -> str:
    """The poll with its answers, and one's own to give."""
    who, shown = actor(), queries.opened(actor(), uid)
    signed = signed_in_person()
    if signed is not None and signed.unread_notices:
        afterwards(lambda: read_about(who, POLL_KINDS, shown.id))
    return _page(who, shown)


@blueprint.post("/polls/<uuid:uid>/answer")
@signed_in
def answer_poll(uid: uuid.UUID) -> ResponseReturnValue:
    """Say when one can."""
    who, shown = actor(), queries.opened(actor(), uid)
    slots = list(queries.slots_of(shown.id))
    asked = request.form.get("for", type=int)
    try:
        choices = typed_choices(request.form, slots)
        services.answer(who, uid, choices, request.form.get("comment", ""), respondent_id=asked)
    except Invalid as error:
        flash(str(next(iter(error.fields.values()), error.message)), "error")
        return _page(who, shown, asked, typed=request.form.to_dict()), 422
    flash(gettext("Your answer was recorded."), "success")
    return redirect(url_for("schedule.poll", uid=uid))


@blueprint.get("/polls/<uuid:uid>/edit")
@signed_in
def edit_poll(uid: uuid.UUID) -> str:
    """The form with what the poll asks."""
    shown, form = _managed(uid), PollForm(None)
    people = [one.name for one in queries.respondents_of(shown.id) if one.is_guest]
    form.show(shown, [ref.value for ref in queries.invited(shown.id)], people)
    slots = [(slot.starts_at, slot.ends_at) for slot in queries.slots_of(shown.id)]
    return _form(form, rows_of(slots), shown)


@blueprint.post("/polls/<uuid:uid>/edit")
@signed_in
def change_poll(uid: uuid.UUID) -> ResponseReturnValue:
    """Save it."""
    shown, form = _managed(uid), PollForm()
    rows, slots = typed_rows()
    is_valid = form.validate()
    if not is_valid or rows.problems() or rows.refusal:
        return _form(form, rows, shown), 422
    try:
        services.change(actor(), uid, form.plan(slots), version=form.seen)
    except Invalid as error:
        return _refused(form, rows, error, shown), 422
    except Conflict as error:
        form.form_errors = [*form.form_errors, str(error.message)]
        form.version.data = str(shown.version)
        return _form(form, rows, shown), 409
    flash(gettext("The poll was saved."), "success")
    return redirect(url_for("schedule.poll", uid=uid))


@blueprint.get("/polls/<uuid:uid>/settle")
@signed_in
def settling(uid: uuid.UUID) -> str:
    """What settling on a slot would mean, and the rooms that are free then."""
    shown = _managed(uid)
    return _settling(shown, _slot(shown, request.args.get("slot", type=int)), [])


@blueprint.post("/polls/<uuid:uid>/settle")
@signed_in
def settle_poll(uid: uuid.UUID) -> ResponseReturnValue:
    """Make the event."""
    shown = _managed(uid)
    slot = _slot(shown, request.form.get("slot", type=int))
    rooms = uids_of(request.form.getlist("rooms"))
    try:
        made = services.settle(actor(), uid, slot.id, rooms=rooms)
    except Clashes as error:
        return _settling(
            shown, slot, [str(clash.message) for clash in error.clashes] or [str(error.message)]
        ), 409
    except Invalid as error:
        return _settling(shown, slot, [str(next(iter(error.fields.values()), error.message))]), 422
    flash(gettext("The date was settled and the event entered."), "success")
    return redirect(url_for("schedule.event", uid=made))


@blueprint.post("/polls/<uuid:uid>/close")
@signed_in
def close_poll(uid: uuid.UUID) -> ResponseReturnValue:
    """End it without a date."""
    services.close(actor(), uid)
    flash(gettext("The poll was ended."), "success")
    return redirect(url_for("schedule.poll", uid=uid))


@blueprint.get("/export/polls/<uuid:uid>.<format>")
@signed_in
def export_poll(uid: uuid.UUID, format: str) -> Response:  # noqa: A002  the word users know
    """The table of answers."""
    shown = queries.opened(actor(), uid)
    found = queries.result(shown.id)
    heads = [_slot_words(tally.slot) for tally in found.slots]
    rows = []
    for one in found.people:
        said = [found.of(one.id, tally.slot.id) for tally in found.slots]
        marks = [choice.mark if choice is not None else "" for choice in said]
        rows.append([one.name, *marks, one.comment, one.answered_at])
    columns = [gettext("Name"), *heads, gettext("Comment"), gettext("Answered at")]
    return table_response(gettext("Answers to a date poll"), columns, rows, format, unit_id=shown.unit_id)


def _slot_words(slot: PollSlot) -> str:
    begins, ends = clock.local(slot.starts_at), clock.local(slot.ends_at)
    return f"{begins.month}/{begins.day} {begins:%H:%M}–{ends:%H:%M}"


def _asked_slots() -> list[tuple[datetime, datetime]]:
    """The dates in the address, as 2026-11-24T10:00/2026-11-24T11:00."""
    found = []
    for text in request.args.getlist("slot")[:20]:
        begins, _, ends = text.partition("/")
        try:
            pair = (datetime.fromisoformat(begins), datetime.fromisoformat(ends))
        except ValueError:
            continue
        if all(one.tzinfo is None and 1990 <= one.year < 2100 for one in pair):
            first, last = (
                clock.local(clock.midnight(one.date())).replace(hour=one.hour, minute=one.minute)
                for one in pair
            )
            found.append((first, last))
    return found


def _managed(uid: uuid.UUID) -> Poll:
    shown = queries.opened(actor(), uid)
    if not queries.may_manage(actor(), shown):
        raise Denied(
            gettext("Only the organiser and their secretaries change, close and settle a poll."),
            permission=WRITE,
        )
    return shown


def _slot(shown: Poll, slot_id: int | None) -> PollSlot:
    slot = next((one for one in queries.slots_of(shown.id) if one.id == slot_id), None)
    if slot is None:
        raise queries.not_found()
    return slot


def _form(form: PollForm, rows: Any, shown: Poll | None) -> str:
    return render_template(
        "schedule/poll_form.html",
        form=form,
        rows=rows,
        poll=shown,
        title_length=TITLE_LENGTH,
        text_length=TEXT_LENGTH,
    )


def _refused(form: PollForm, rows: Any, error: Invalid, shown: Poll | None) -> str:
    if "slots" in error.fields:
        rows.refusal = str(error.fields["slots"])
    if "answer_by" in error.fields:
        form.answer_on.errors = [*form.answer_on.errors, str(error.fields["answer_by"])]
    show_refusal(form, error)
    return _form(form, rows, shown)


def _page(who: Actor, shown: Poll, asked: int | None = None, typed: dict[str, str] | None = None) -> str:
    found = queries.result(shown.id)
    manages = queries.may_manage(who, shown)
    mine = served(who)
    answerable = [
        one for one in found.people if one.person_id == who.person_id or manages or one.person_id in mine
    ]
    wanted = asked or request.args.get("for", type=int)
    whose = next((one for one in answerable if one.id == wanted), None) or next(
        (one for one in answerable if one.person_id == who.person_id), None
    )
    is_open = shown.state == PollState.OPEN
    is_late = shown.answer_by <= who.now
    may_answer = is_open and whose is not None and (manages or not is_late)
    known = events.names([shown.organiser_id])
    return render_template(
        "schedule/poll.html",
        poll=shown,
        state=PollState(shown.state),
        has_event=events.has_page(who, shown.event_uid),
        organiser=known.get(shown.organiser_id),
        result=found,
        manages=manages and is_open,
        is_late=is_late,
        choices=list(Choice),
        whose=whose if may_answer else None,
        is_own=whose is not None and whose.person_id == who.person_id,
        beside=_beside(who, whose, found) if may_answer and whose is not None else {},
        answerable={one.id for one in answerable} if is_open else set(),
        typed=typed or {},
    )


def _beside(who: Actor, whose: PollRespondent, found: queries.Result) -> dict[int, list[Item]]:
    """What stands in the calendar of whoever answers at the time of each slot, as the actor sees it. One query."""
    slots = [tally.slot for tally in found.slots]
    if whose.person_id is None or not slots:
        return {}
    first = clock.local(slots[0].starts_at).date()
    number = min((clock.local(slots[-1].ends_at).date() - first).days + 1, NEAREST)
    items = of_people(who, [whose.person_id], first, number).get(whose.person_id, [])
    holds = {slot.hold_id for slot in slots}
    return {
        slot.id: [
            item
            for item in items
            if item.event_id not in holds and item.starts_at < slot.ends_at and item.ends_at > slot.starts_at
        ]
        for slot in slots
    }


def _settling(shown: Poll, slot: PollSlot, reasons: list[str]) -> str:
    who = actor()
    lender = reservable(who)
    times = [Span(slot.starts_at, slot.ends_at)]
    offers: list[Offer] = [
        one
        for one in lender.choices(who, Question(times=times, only_free=True, limit=OFFERED))
        if one.can_book
    ]
    found = queries.result(shown.id)
    return render_template(
        "schedule/poll_settle.html",
        poll=shown,
        slot=slot,
        reasons=reasons,
        offers=offers,
        has_rooms=lender is not NULLS[Reservable],
        chosen=set(request.form.getlist("rooms")),
        cannot=[one.name for one in found.people if found.of(one.id, slot.id) is Choice.NO],
        silent=[one.name for one in found.people if found.of(one.id, slot.id) is None],
    )
