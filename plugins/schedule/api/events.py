"""Events and free time for programs: the same calendars, services and permissions as the pages."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from groupware import clock, rules
from groupware.actor import Actor
from groupware.api.reading import changes_of, number_of, wrong_position
from groupware.calendar.holidays import is_working_day
from groupware.directory.picking import known_principals
from groupware.directory.queries.roll import is_seen, roll
from groupware.errors import Invalid, NotFound
from groupware.i18n import gettext, lazy_gettext
from groupware.plugin import Collection, Operation, Slice
from plugins.schedule.api.event_shapes import (
    EventArguments,
    EventChange,
    EventView,
    FreeArguments,
    FreeItem,
    NewEvent,
    OccurrenceChange,
    OccurrenceItem,
    OccurrenceNamed,
    ParticipantView,
    Said,
)
from plugins.schedule.enums import Answer, Visibility
from plugins.schedule.queries import events, spans
from plugins.schedule.queries.events import opened
from plugins.schedule.queries.free import Search, busy_people, common
from plugins.schedule.queries.spans import Item
from plugins.schedule.rules import DAY_BEGINS, DAY_ENDS
from plugins.schedule.services import answering, series
from plugins.schedule.services import events as services
from plugins.schedule.services.content import Content, holiday_rule, people_of
from plugins.schedule.services.rooms import held

MOST_DAYS = 92
MOST_PEOPLE = 100
FIRST, LAST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def _refused(name: str, words: str) -> Invalid:
    return Invalid(gettext("Some entries need your attention."), fields={name: words})


# ---- Reading ----


def _calendar(actor: Actor, wanted: EventArguments, limit: int, after: tuple[Any, ...] | None) -> Slice:
    person = wanted.person or actor.person_id
    if person is None or (wanted.person is not None and (person not in roll().place or not is_seen(person))):
        raise NotFound(gettext("The page you are looking for was not found."))
    since, until = wanted.since, wanted.until
    if not (FIRST <= since < until <= LAST and until - since <= timedelta(days=MOST_DAYS)):
        raise _refused("until", gettext("Please ask for at most %(days)s days.", days=MOST_DAYS))
    first = clock.local(since).date()
    number = (clock.local(until).date() - first).days + 1
    items = spans.of_people(actor, [person], first, number).get(person, [])
    passed = _position(after)
    found = [one for one in items if one.starts_at < until and one.ends_at > since and _place(one) > passed]
    found.sort(key=_place)
    shown = found[:limit]
    return Slice(
        items=[_occurrence(one) for one in shown], next=_place(shown[-1]) if len(found) > limit else None
    )


def _place(item: Item) -> tuple[int, int]:
    return int(item.starts_at.timestamp()), item.event_id


def _position(after: tuple[Any, ...] | None) -> tuple[int, ...]:
    if after is None:
        return (-(10**18), 0)
    if len(after) != 2 or not all(isinstance(part, int) and abs(part) < 10**18 for part in after):
        raise wrong_position()
    return after


def _occurrence(item: Item) -> OccurrenceItem:
    return OccurrenceItem(
        uid=item.uid if item.has_page else None,
        original=item.original,
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        is_all_day=item.is_all_day,
        title=item.title,
        place=item.place,
        kind=item.kind,
        is_tentative=item.is_tentative,
        is_busy=item.is_busy,
        is_repeated=item.is_repeated,
    )


def _event(actor: Actor, uid: UUID) -> EventView:
    found = opened(actor, uid)
    event = found.event
    common_fields: dict[str, Any] = {
        "uid": event.uid,
        "title": event.title,
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "is_all_day": event.is_all_day,
        "is_tentative": event.is_tentative,
        "is_busy": event.is_busy,
        "visibility": Visibility(event.visibility),
        "rule": event.rule,
        "days": event.days,
        "left_out": event.left_out,
        "holidays": holiday_rule(event.holidays),
        "version": event.version,
    }
    if not found.is_full:
        hidden: dict[str, Any] = {"place": "", "text": "", "web_meeting": "", "is_important": False}
        return EventView(**common_fields, **hidden, participants=[], invited=[], guests=[], rooms=[])
    return EventView(
        **common_fields,
        place=event.place,
        text=event.text,
        web_meeting=event.web_meeting,
        is_important=event.is_important,
        participants=[
            ParticipantView(uid=row.uid, name=row.display_name, answer=row.answer)
            for row in events.participants(event.id)
        ],
        invited=[ref.value for ref in events.invited(event.id)],
        guests=list(events.guests(event.id)),
        rooms=list(dict.fromkeys(one.facility for one in held(actor, event))),
    )


# ---- Writing ----


def _create(actor: Actor, body: NewEvent) -> UUID:
    content = Content(
        title=body.title,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        is_all_day=body.is_all_day,
        place=body.place,
        text=body.text,
        web_meeting=body.web_meeting,
        is_tentative=body.is_tentative,
        is_important=body.is_important,
        is_busy=body.is_busy,
        visibility=body.visibility,
        viewers=body.viewers,
        participants=body.participants,
        guests=body.guests,
        rule=body.rule,
        days=body.days,
        holidays=body.holidays,
        classification=body.classification.value if body.classification is not None else "",
    )
    return services.create(actor, content, rooms=body.rooms)


def _change(actor: Actor, uid: UUID, body: EventChange, seen: EventView) -> None:
    event = opened(actor, uid)
    if not event.is_full:
        raise events.not_found()
    given = changes_of(body)
    rooms: Sequence[UUID] | None = given.pop("rooms", None)
    content = replace(Content.of(event.event), **given)
    services.change(actor, uid, content, version=seen.version, rooms=rooms)


def _remove(actor: Actor, uid: UUID) -> None:
    services.cancel(actor, uid)


def _change_one(actor: Actor, uid: UUID, body: OccurrenceChange) -> None:
    found = opened(actor, uid)
    if not found.is_full:
        raise events.not_found()
    original = _original(body)
    given = changes_of(body)
    del given["original"]
    rooms: Sequence[UUID] | None = given.pop("rooms", None)
    content = replace(series.content_of_one(found.event, original), **given)
    series.change_one(actor, uid, original, content, version=found.event.version, rooms=rooms)


def _cancel_one(actor: Actor, uid: UUID, body: OccurrenceNamed) -> None:
    series.cancel_one(actor, uid, _original(body))


def _original(body: OccurrenceNamed) -> datetime:
    try:
        found = datetime.fromisoformat(body.original)
    except ValueError:
        found = FIRST
    if found.tzinfo is not None:
        raise _refused("original", gettext("Please name the occurrence as lists do: 2026-12-01T10:00."))
    return found


def _answer(actor: Actor, uid: UUID, body: Said) -> None:
    answering.answer(actor, uid, Answer(body.answer))


# ---- Free time ----


def _free(actor: Actor, wanted: FreeArguments, limit: int, after: tuple[Any, ...] | None) -> Slice:
    principals = known_principals([one for one in wanted.participants.split(",") if one], actor)
    people = people_of([one.id for one in principals], actor)
    if not 0 < len(people) <= MOST_PEOPLE:
        words = gettext("Free time is looked for among %(limit)s people at most.", limit=MOST_PEOPLE)
        raise _refused("participants", words)
    first = max(wanted.first or actor.today, actor.today)
    if first > date(2100, 1, 1):
        raise _refused("first", gettext("Please enter a date between 1990 and 2099."))
    days = [day for n in range(wanted.days) if is_working_day(day := first + timedelta(days=n))]
    busy = busy_people(people, first, wanted.days)
    search = Search(
        days=days,
        begins=int(rules.value_for(actor, DAY_BEGINS)),
        ends=int(rules.value_for(actor, DAY_ENDS)),
        length=wanted.minutes,
        not_before=actor.now,
    )
    passed = number_of(after) or 0
    slots = [
        slot
        for slot in common(search, {person: busy.get(person, ()) for person in people}, {})
        if int(slot.starts_at.timestamp()) > passed
    ]
    shown = slots[:limit]
    return Slice(
        items=[FreeItem(starts_at=slot.starts_at, ends_at=slot.ends_at) for slot in shown],
        next=(int(shown[-1].starts_at.timestamp()),) if len(slots) > limit else None,
    )


COLLECTIONS = (
    Collection(
        id="events",
        title=lazy_gettext("Events"),
        find=Operation(
            title=lazy_gettext("What stands in a calendar between two moments, in order of time"),
            run=_calendar,
            takes=EventArguments,
            gives=OccurrenceItem,
        ),
        read=Operation(title=lazy_gettext("An event"), run=_event, gives=EventView),
        create=Operation(
            title=lazy_gettext("Enter an event, with the rooms that it needs"), run=_create, takes=NewEvent
        ),
        change=Operation(
            title=lazy_gettext("Change an event, a series as a whole"), run=_change, takes=EventChange
        ),
        remove=Operation(title=lazy_gettext("Delete an event, a series as a whole"), run=_remove),
        acts={
            "change-occurrence": Operation(
                title=lazy_gettext("Change one occurrence of a series"),
                run=_change_one,
                takes=OccurrenceChange,
            ),
            "cancel-occurrence": Operation(
                title=lazy_gettext("Let one occurrence of a series not take place"),
                run=_cancel_one,
                takes=OccurrenceNamed,
            ),
            "answer": Operation(
                title=lazy_gettext("Say whether the person takes part"), run=_answer, takes=Said
            ),
        },
    ),
    Collection(
        id="free-time",
        title=lazy_gettext("Free time"),
        find=Operation(
            title=lazy_gettext("Times at which all of these people are free, in order"),
            run=_free,
            takes=FreeArguments,
            gives=FreeItem,
        ),
    ),
)
