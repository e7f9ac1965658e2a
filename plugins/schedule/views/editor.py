"""Enter an event and change it: a form that works without scripts."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

import uuid6
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import access, clock, rules
from groupware.access.enums import PrincipalKind
from groupware.actor import Actor
from groupware.attachments.forms import receives_files
from groupware.attachments.queries import files as attached
from groupware.attachments.services.handing import known
from groupware.capabilities import NULLS, Clashes, Reservable, reservable
from groupware.directory.picking import Ref
from groupware.directory.queries.roll import roll
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.guards import labels
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.gate import signed_in
from groupware.web.refusals import show_refusal
from groupware.web.security import own_path
from plugins.schedule.enums import Visibility
from plugins.schedule.forms import EventForm, uids_of, version_of
from plugins.schedule.models import Event
from plugins.schedule.permissions import MANAGE, WRITE
from plugins.schedule.queries import events as queries
from plugins.schedule.queries.events import opened
from plugins.schedule.queries.kinds import offered
from plugins.schedule.queries.people import person_by_uid
from plugins.schedule.queries.secretaries import may_act_for
from plugins.schedule.rules import CHANGING, VISIBILITY, offered_titles
from plugins.schedule.services import events as services
from plugins.schedule.services import series
from plugins.schedule.services.content import TEXT_LENGTH, TITLE_LENGTH, Content
from plugins.schedule.services.rooms import held
from plugins.schedule.services.twins import Twins
from plugins.schedule.views.back import back_with
from plugins.schedule.views.blueprint import blueprint
from plugins.schedule.views.event import FOLLOWING, ONE, original_in
from plugins.schedule.views.place import NEAR
from plugins.schedule.views.rooms import room_choices

NO_TIME = (time(9), time(10))
MOST_DAYS = 365
"""How much later than its first day the address may say that a new event ends."""
MOST_REASONS = 6
"""Clashes that the form lists."""


@blueprint.get("/new")
@signed_in
def new() -> str:
    """An empty form; the address may say when, for whom, and of which event it is a copy."""
    who = actor()
    form = EventForm(None)
    copied = request.args.get("copy", type=uuid.UUID)
    if copied is not None:
        found = opened(who, copied)
        form.show(_full_content(found))
        form.repeats.data, form.dates.data = "", ""
    else:
        _preset(who, form)
    form.form_key.data = uuid6.uuid7().hex
    return _page(form)


@blueprint.post("/new")
@receives_files
@signed_in
def create() -> ResponseReturnValue:
    """Enter it."""
    who, form = actor(), EventForm()
    if _is_going_on():
        return _page(form)
    try:
        uid = services.create(
            who,
            _read(form),
            organiser_id=_organiser(form),
            rooms=form.room_uids,
            key=form.form_key.data or "",
            may_be_twin=bool(form.may_be_twin.data),
        )
    except Twins as error:
        return _page(form, twins=error.twins), error.status
    except Clashes as error:
        return _clash(form, error), 409
    except Invalid as error:
        show_refusal(form, error)
        return _page(form), 422
    form.participants.remember(who)
    flash(gettext("The event was entered."), "success")
    return redirect(back_with(form.back.data, event=uid) or url_for("schedule.event", uid=uid))


@blueprint.get("/<uuid:uid>/edit")
@signed_in
def edit(uid: uuid.UUID) -> str:
    """The form with what the event says."""
    shown = _changeable(uid)
    form = EventForm(None)
    form.show(_content_of(shown, request.args))
    form.scope.data, form.at.data = request.args.get("scope", ""), request.args.get("at", "")
    form.rooms.data = list(dict.fromkeys(str(one.facility) for one in held(actor(), shown)))
    form.version.data = str(shown.version)
    return _page(form, shown)


@blueprint.post("/<uuid:uid>/edit")
@receives_files
@signed_in
def change(uid: uuid.UUID) -> ResponseReturnValue:
    """Save it."""
    who, form = actor(), EventForm()
    shown = _changeable(uid)
    if _is_going_on():
        return _page(form, shown)
    version = version_of(form.version.data)
    try:
        saved = _save(who, form, shown, version)
    except Invalid as error:
        show_refusal(form, error)
        return _page(form, shown), 422
    except Clashes as error:
        return _clash(form, error, shown), 409
    except Conflict as error:
        form.form_errors = [*form.form_errors, str(error.message)]
        form.version.data = str(shown.version)
        return _page(form, shown), 409
    form.participants.remember(who)
    flash(gettext("The event was saved."), "success")
    return redirect(url_for("schedule.event", uid=saved.uid))


def _is_going_on() -> bool:
    """Whether the form is only to be shown again, with rooms or files added to it."""
    return "rooms_find" in request.form or request.form.get("action") == "attach"


def _save(who: Actor, form: EventForm, shown: Event, version: int) -> Event:
    """Change what the form is about: the event, one occurrence, or one and all that follow."""
    content, rooms = _read(form, _content_of(shown, request.form)), form.room_uids
    original, scope = original_in(request.form), form.scope.data
    if scope == ONE and original is not None:
        return series.change_one(who, shown.uid, original, content, version=version, rooms=rooms)
    if scope == FOLLOWING and original is not None:
        return series.change_following(who, shown.uid, original, content, version=version, rooms=rooms)
    reason = form.label_reason.data or ""
    return services.change(who, shown.uid, content, version=version, reason=reason, rooms=rooms)


def _content_of(shown: Event, asked: Mapping[str, str]) -> Content:
    """What the form begins with: the whole event, one occurrence, or what follows from it on."""
    original, scope = original_in(asked), asked.get("scope", "")
    if original is None or not shown.is_series or scope not in (ONE, FOLLOWING):
        return Content.of(shown)
    if scope == ONE:
        return series.content_of_one(shown, original)
    return series.content_of_following(shown, original)


def _clash(form: EventForm, error: Clashes, shown: Event | None = None) -> str:
    """The form with what cannot be had, and what is free at that time instead."""
    reasons = dict.fromkeys(str(clash.message) for clash in error.clashes[:MOST_REASONS])
    form.rooms.errors = [*form.rooms.errors, *reasons] or [str(error.message)]
    return _page(form, shown)


def _changeable(uid: uuid.UUID) -> Event:
    """The event, if the actor may change it. Raises NotFound, Denied."""
    shown = opened(actor(), uid).event
    has_right = bool(rules.value(CHANGING, shown.unit_id))
    if not queries.may_change(actor(), shown, has_participants_right=has_right):
        raise Denied(
            gettext("Only the organiser, whoever entered the event and their secretaries may change it."),
            permission=WRITE,
            unit_id=shown.unit_id,
        )
    return shown


def _full_content(found: queries.Opened) -> Content:
    if not found.is_full:
        raise queries.not_found()
    return Content.of(found.event)


def _read(form: EventForm, before: Content | None = None) -> Content:
    """What was typed. Raises Invalid where a field cannot be read at all, e.g. a date that is none."""
    is_readable = form.validate()
    # Whether the title is there is for the service to say, in one voice for page and programme.
    form.title.errors = []
    content = form.content(before)
    if (not is_readable and any(field.errors for field in form)) or form.dates.errors:
        raise Invalid(gettext("Some entries need your attention."), fields={"form": ""})
    return content


def _organiser(form: EventForm) -> int | None:
    """Whose event it is, where that is somebody else: their number stands in the form, the service decides."""
    value = form.organiser.data or ""
    try:
        person = person_by_uid(uuid.UUID(value)) if value else None
    except ValueError:
        person = None
    return person.id if person is not None else None


def _preset(who: Actor, form: EventForm) -> None:
    """What a new event begins with: the time and the people in the address, what the bureau's rules say."""
    form.visibility.data = Visibility(rules.value(VISIBILITY, who.unit_id)).value
    form.classification.data = labels.default(who.unit_id).value
    day, begins, ends = _asked_time()
    form.starts_on.data, form.starts_time.data, form.ends_time.data = day, begins, ends
    form.ends_on.data = _asked_end(day)
    form.is_all_day.data = "all_day" in request.args
    form.title.data = request.args.get("title", "")[:TITLE_LENGTH]
    form.text.data = request.args.get("text", "")[:TEXT_LENGTH]
    form.back.data = own_path(request.args.get("back"))
    people = [who.person_id]
    calendar = request.args.get("calendar", type=int)
    if calendar is not None:
        form.calendar_unit_id.data, people = calendar, []
    asked = request.args.get("for", type=uuid.UUID)
    if asked is not None:
        person = person_by_uid(asked)
        if person is None or person.id not in roll().place:
            raise NotFound(gettext("The page you are looking for was not found."))
        people = [person.id]
        if person.id != who.person_id and may_act_for(who, person.id):
            form.organiser.data = str(person.uid)
    values = [Ref(PrincipalKind.PERSON, one).value for one in people if one is not None]
    form.rooms.data = [str(one) for one in uids_of(request.args.getlist("room"))]
    form.participants.data = list(dict.fromkeys([*request.args.getlist("with"), *values]))


def _asked_end(day: date) -> date | None:
    """The last day in the address, where that is another one, and none that an event cannot last to."""
    try:
        last = date.fromisoformat(request.args.get("until", ""))
    except ValueError:
        return None
    return last if 0 < (last - day).days <= MOST_DAYS else None


def _asked_time() -> tuple[date, time, time]:
    today = clock.today()
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        day = today
    if (day - today).days not in NEAR:
        day = today
    try:
        begins = time.fromisoformat(request.args.get("from", ""))
        ends = time.fromisoformat(request.args.get("to", ""))
    except ValueError:
        now = clock.local(clock.now())
        hour = min(max(now.hour + 1, NO_TIME[0].hour), 17) if day == today else NO_TIME[0].hour
        return day, time(hour), time(hour + 1)
    is_usable = begins.tzinfo is None and ends.tzinfo is None and begins < ends
    return (day, begins, ends) if is_usable else (day, *NO_TIME)


def _page(form: EventForm, shown: Event | None = None, *, twins: Sequence[Any] = ()) -> str:
    who = actor()
    unit_id = shown.unit_id if shown is not None else who.unit_id
    form.offer(offered(unit_id), _calendars(who, shown))
    organiser_id = _organiser(form)
    named = queries.names([organiser_id]) if organiser_id is not None else {}
    return render_template(
        "schedule/editor.html",
        form=form,
        event=shown,
        organiser=next(iter(named.values()), None),
        rooms=room_choices(who, form),
        titles=offered_titles(unit_id),
        twins=twins,
        may_engage=access.holds_somewhere(who, MANAGE),
        has_rooms=reservable(who) is not NULLS[Reservable],
        files=[one.file for one in known(who, attached(form.files.uids))] if form.files.uids else [],
        title_length=TITLE_LENGTH,
        text_length=TEXT_LENGTH,
    )


def _calendars(who: Actor, shown: Event | None) -> list[tuple[int, str]]:
    """Organisations whose calendars the actor may write in: their own, and those above and below by grant."""
    tree = roll().tree
    mine = access.held(who, MANAGE)
    units = [key for key in tree.order if key == who.unit_id or mine.everywhere or key in mine.units]
    kept = shown.calendar_unit_id if shown is not None else None
    if kept is not None and kept in tree and kept not in units:
        units.append(kept)
    return [(key, tree.path_name(key) or tree.units[key].name) for key in units]
