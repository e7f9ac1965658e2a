"""特別職日程: ask for an appointment, the inbox of the secretaries, one request with what is done about it."""

import uuid
from collections.abc import Sequence

import uuid6
from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import clock
from groupware.actor import Actor
from groupware.capabilities import NULLS, Clashes, Held, Offer, Question, Reservable, Source, Span, reservable
from groupware.directory.queries.roll import roll
from groupware.errors import Conflict, Denied, Invalid
from groupware.i18n import gettext, pgettext
from groupware.notifications.services import read_about
from groupware.web.boundary import actor, afterwards, signed_in_person
from groupware.web.exports import table_response
from groupware.web.gate import signed_in
from groupware.web.refusals import show_refusal
from plugins.schedule.enums import OWNER, SPECIAL_ACT_LABELS, Layer, SpecialState
from plugins.schedule.forms import options, uids_of
from plugins.schedule.forms_special import FixForm, RequestForm, require_valid
from plugins.schedule.models import SpecialRequest
from plugins.schedule.notifications import REQUEST_KINDS
from plugins.schedule.permissions import WRITE
from plugins.schedule.queries import events
from plugins.schedule.queries import special as queries
from plugins.schedule.services import special as services
from plugins.schedule.services.content import TITLE_LENGTH
from plugins.schedule.services.special import TEXT_LENGTH
from plugins.schedule.views.blueprint import blueprint

OFFERED = 8
"""Rooms, and cars, that the form to fix a request offers."""


@blueprint.get("/special")
@signed_in
def special() -> str:
    """What waits for the secretaries, what is fixed, and what one has asked for."""
    who = actor()
    people = queries.decided_for(who)
    return render_template(
        "schedule/special.html",
        waiting=queries.inbox(who) if people else [],
        fixed=queries.inbox(who, only_open=False) if people else [],
        own=queries.own(who),
        is_secretary=bool(people),
        tree=roll().tree,
    )


@blueprint.get("/export/special.<format>")
@signed_in
def export_special(format: str) -> Response:  # noqa: A002  the word users know
    """All of them as a table."""
    who = actor()
    found = [*queries.inbox(who), *queries.inbox(who, only_open=False), *queries.own(who)]
    columns = [
        gettext("Subject of the appointment"),
        gettext("With whom"),
        pgettext("event", "From"),
        pgettext("event", "To"),
        gettext("Asked by"),
        gettext("In hand of"),
        pgettext("special calendar", "State"),
        gettext("Papers by"),
    ]
    rows = {
        one.uid: [
            one.title,
            one.person,
            one.starts_at,
            one.ends_at,
            one.asker,
            one.assignee,
            str(one.state.label),
            one.papers_due,
        ]
        for one in found
    }
    return table_response(pgettext("schedule", "Special posts"), columns, list(rows.values()), format)


@blueprint.get("/special/new")
@signed_in
def new_special() -> str:
    """An empty form."""
    form = RequestForm(None)
    form.form_key.data = uuid6.uuid7().hex
    form.person.data = request.args.get("person", type=int)
    return _form(form, None)


@blueprint.post("/special/new")
@signed_in
def ask_special() -> ResponseReturnValue:
    """Ask."""
    form = RequestForm()
    try:
        require_valid(form)
        uid = services.request(actor(), form.plan(), key=form.form_key.data or "")
    except Invalid as error:
        if error.fields:
            show_refusal(form, error)
        return _form(form, None), 422
    flash(gettext("The request was sent to the secretaries."), "success")
    return redirect(url_for("schedule.special_request", uid=uid))


@blueprint.get("/special/<uuid:uid>")
@signed_in
def special_request(uid: uuid.UUID) -> str:
    """The request, its trace, and for secretaries what is in the way and how to fix it."""
    who, shown = actor(), queries.opened(actor(), uid)
    signed = signed_in_person()
    if signed is not None and signed.unread_notices:
        afterwards(lambda: read_about(who, REQUEST_KINDS, shown.id))
    form = FixForm(None)
    form.show_times(shown)
    form.rooms.data = [str(one.facility) for one in _held(who, shown)]
    return _page(who, shown, form)


@blueprint.get("/special/<uuid:uid>/edit")
@signed_in
def edit_special(uid: uuid.UUID) -> str:
    """The form with what was asked for."""
    shown, form = _changeable(uid), RequestForm(None)
    form.show(shown)
    return _form(form, shown)


@blueprint.post("/special/<uuid:uid>/edit")
@signed_in
def change_special(uid: uuid.UUID) -> ResponseReturnValue:
    """Save it."""
    shown, form = _changeable(uid), RequestForm()
    try:
        require_valid(form)
        services.change(actor(), uid, form.plan(), version=form.seen)
    except Invalid as error:
        if error.fields:
            show_refusal(form, error)
        return _form(form, shown), 422
    except Conflict as error:
        form.form_errors = [*form.form_errors, str(error.message)]
        form.version.data = str(shown.version)
        return _form(form, shown), 409
    flash(gettext("The request was saved."), "success")
    return redirect(url_for("schedule.special_request", uid=uid))


@blueprint.post("/special/<uuid:uid>/assign")
@signed_in
def assign_special(uid: uuid.UUID) -> ResponseReturnValue:
    """Take it in hand, or give it to another secretary."""
    services.assign(actor(), uid, request.form.get("assignee", type=int))
    flash(gettext("It was noted who has the request in hand."), "success")
    return redirect(url_for("schedule.special_request", uid=uid))


@blueprint.post("/special/<uuid:uid>/fix")
@signed_in
def fix_special(uid: uuid.UUID) -> ResponseReturnValue:
    """Fix it, oneself or with a deputy."""
    who, shown, form = actor(), queries.opened(actor(), uid), FixForm()
    try:
        require_valid(form)
        services.fix(who, uid, form.decision(), version=form.seen)
    except Clashes as error:
        form.rooms.errors = [str(clash.message) for clash in error.clashes] or [str(error.message)]
        return _page(who, shown, form), 409
    except Invalid as error:
        if error.fields:
            show_refusal(form, error)
        return _page(who, shown, form), 422
    except Conflict as error:
        form.form_errors = [*form.form_errors, str(error.message)]
        form.version.data = str(shown.version)
        return _page(who, shown, form), 409
    flash(gettext("The appointment was fixed and entered into the calendars."), "success")
    return redirect(url_for("schedule.special_request", uid=uid))


@blueprint.post("/special/<uuid:uid>/decline")
@signed_in
def decline_special(uid: uuid.UUID) -> ResponseReturnValue:
    """Say no."""
    services.decline(actor(), uid, request.form.get("reply", ""))
    flash(gettext("The request was declined."), "success")
    return redirect(url_for("schedule.special_request", uid=uid))


@blueprint.post("/special/<uuid:uid>/withdraw")
@signed_in
def withdraw_special(uid: uuid.UUID) -> ResponseReturnValue:
    """Take it back."""
    services.withdraw(actor(), uid, request.form.get("reason", ""))
    flash(gettext("The request was withdrawn."), "success")
    return redirect(url_for("schedule.special_request", uid=uid))


@blueprint.post("/special/<uuid:uid>/papers")
@signed_in
def papers_special(uid: uuid.UUID) -> ResponseReturnValue:
    """The papers have arrived."""
    services.receive_papers(actor(), uid)
    flash(gettext("It was noted that the papers have arrived."), "success")
    return redirect(url_for("schedule.special_request", uid=uid))


def _changeable(uid: uuid.UUID) -> SpecialRequest:
    shown = queries.opened(actor(), uid)
    if not (queries.asks(actor(), shown) or queries.decides(actor(), shown)):
        raise Denied(
            gettext("Only whoever asked, and the secretaries, change this request."), permission=WRITE
        )
    return shown


def named_people(people: list[int]) -> list[tuple[int, str, uuid.UUID]]:
    """(id, post and name, uid) of people in 建制順. One query."""
    current, known = roll(), events.names(people)
    return [
        (one, f"{_post(one)} {known[one].display_name}".strip(), known[one].uid)
        for one in current.sorted(people)
        if one in known
    ]


def _post(person_id: int) -> str:
    current = roll()
    entry = current.entries.get(person_id)
    return current.posts[entry.post_id][0] if entry is not None and entry.post_id is not None else ""


def _form(form: RequestForm, shown: SpecialRequest | None) -> str:
    people = queries.askable(actor().today)
    if shown is not None and shown.person_id not in people:
        people.append(shown.person_id)
    form.person.choices = options((key, words) for key, words, _ in named_people(people))
    return render_template(
        "schedule/special_form.html",
        form=form,
        shown=shown,
        title_length=TITLE_LENGTH,
        text_length=TEXT_LENGTH,
        has_people=bool(people),
    )


def _page(who: Actor, shown: SpecialRequest, form: FixForm) -> str:
    state = SpecialState(shown.state)
    decides = queries.decides(who, shown)
    people = [one for one in (shown.person_id, shown.requested_by, shown.assigned_to, shown.deputy_id) if one]
    may_fix = decides and not state.is_over
    return render_template(
        "schedule/special_request.html",
        shown=shown,
        form=form,
        state=state,
        layer=Layer(shown.layer),
        known=events.names(people),
        post=_post(shown.person_id),
        asker_unit=roll().tree.path_name(shown.unit_id),
        has_event=not state.is_over and events.has_page(who, shown.event_uid),
        may_fix=may_fix,
        may_change=(decides or queries.asks(who, shown)) and not state.is_over,
        may_withdraw=queries.asks(who, shown) and not state.is_over,
        trace=queries.trace(shown.id),
        acts=SPECIAL_ACT_LABELS,
        day_items=queries.day_of(who, shown) if may_fix else [],
        rivals=queries.rivals(shown) if may_fix else [],
        colleagues=queries.colleagues(shown.person_id) if may_fix else [],
        offers=_offers(who, shown, form) if may_fix else [],
        has_rooms=reservable(who) is not NULLS[Reservable],
        held=list(dict.fromkeys(one.name for one in _held(who, shown))),
        chosen=set(form.rooms.data or ()),
        day=clock.local(shown.starts_at).date(),
    )


def _held(who: Actor, shown: SpecialRequest) -> Sequence[Held]:
    """What its event has."""
    if shown.event_uid is None:
        return ()
    source = Source(OWNER, shown.event_uid)
    return reservable(who).held_by(who, [source]).get(source, ())


def _offers(who: Actor, shown: SpecialRequest, form: FixForm) -> list[Offer]:
    """What was chosen, and what is free at the time: cars first where one is wanted."""
    starts_at, ends_at = form.times()
    times = [Span(starts_at, ends_at)] if starts_at < ends_at else []
    lender, chosen = reservable(who), uids_of(form.rooms.data or ())
    found = list(lender.choices(who, Question(uids=chosen, limit=len(chosen)))) if chosen else []
    for kind in ("car", "room") if shown.wants_car else ("room",):
        question = Question(kind=kind, times=times, only_free=bool(times), limit=OFFERED)
        offers = lender.choices(who, question)
        found += [one for one in offers if one.can_book and one.uid not in chosen]
    return found
