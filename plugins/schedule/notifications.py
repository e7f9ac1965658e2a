"""What the schedule tells people in their timeline."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import url_for

from groupware import clock
from groupware.actor import Actor
from groupware.guards.labels import consequences
from groupware.i18n import gettext, lazy_gettext
from groupware.plugin import About, NotificationKind, Text
from groupware.web.formats import datetime_text
from plugins.schedule.enums import OWNER, POLL, SPECIAL, Answer, SpecialState
from plugins.schedule.events import (
    ANSWERED,
    CANCELLED,
    CHANGED,
    COMMENT_ADDED,
    CREATED,
    POLL_ANSWERED,
    POLL_CHANGED,
    POLL_CLOSED,
    POLL_EXPIRED,
    POLL_OPENED,
    POLL_REMINDED,
    REMINDED,
    SPECIAL_CHANGED,
    SPECIAL_DECIDED,
    SPECIAL_PAPERS_DUE,
    SPECIAL_REQUESTED,
    SPECIAL_WITHDRAWN,
)
from plugins.schedule.queries import polls, special
from plugins.schedule.queries.receivers import (
    concerned,
    has_others,
    organisers,
    participants,
    told_about,
)
from plugins.schedule.queries.reminders import people, reminded_of
from plugins.schedule.wording import when, when_between

Payload = Mapping[str, Any]
QUIET = frozenset({"left_out", "is_important", "kind_id", "classification"})
"""Changes of these fields alone are not worth telling."""
WITH_MAIL = ("timeline", "mail", "desktop")


def _describe(actor: Actor, events: Sequence[int]) -> dict[int, About]:
    return {
        row.id: About(
            title=row.title,
            url=url_for("schedule.event", uid=row.uid)
            if row.deleted_at is None
            else url_for("schedule.index", day=clock.local(row.starts_at).date().isoformat()),
            detail=when(row, row.starts_at, row.ends_at),
            may_be_mailed=consequences(row.classification, row.unit_id).may_be_mailed,
        )
        for row in told_about(actor, events)
    }


def _people(payload: Payload) -> Any:
    return participants(payload["event_id"], clock.now())


def _has_others(payload: Payload, caused_by: int | None) -> bool:
    return has_others(payload["event_id"], caused_by)


def _people_and_organiser(payload: Payload) -> Any:
    return concerned(payload["event_id"])


def _people_of_a_change(payload: Payload) -> Any:
    return _people(payload) if set(payload["changed"]) - QUIET else None


def _organiser_of_an_answer(payload: Payload) -> Any:
    return organisers(payload["event_id"]) if payload["answer"] != Answer.ACCEPTED else None


def _reminded(payload: Payload) -> Any:
    return people(payload["people"])


def _describe_reminder(actor: Actor, events: Sequence[int]) -> dict[int, About]:
    """As the others, but of a series the next occurrence is meant."""
    found = {}
    for row in reminded_of(actor, events):
        starts_at = row.next_at or row.starts_at
        at = f"{clock.local(starts_at):%Y-%m-%dT%H:%M}"
        found[row.id] = About(
            title=row.title,
            url=url_for("schedule.event", uid=row.uid, at=at),
            detail=when(row, starts_at, starts_at + (row.ends_at - row.starts_at)),
            may_be_mailed=consequences(row.classification, row.unit_id).may_be_mailed,
        )
    return found


def _describe_polls(actor: Actor, found: Sequence[int]) -> dict[int, About]:
    return {
        row.id: About(
            title=row.title,
            url=url_for("schedule.poll", uid=row.uid),
            detail=gettext("Answers by %(when)s", when=datetime_text(row.answer_by)),
            may_be_mailed=consequences(row.classification, row.unit_id).may_be_mailed,
        )
        for row in polls.told_about(actor, found)
    }


def _poll(
    name: str, title: Text, event: str, audience: Callable[[int], Any], *, by_mail: bool = True
) -> NotificationKind:
    return NotificationKind(
        id=f"schedule.{name}",
        title=title,
        icon="calendar-range",
        event=event,
        subject="poll_id",
        audience=lambda payload: audience(payload["poll_id"]),
        describe=_describe_polls,
        thing=POLL,
        channels=WITH_MAIL if by_mail else ("timeline",),
    )


POLLS = (
    _poll("poll_opened", lazy_gettext("Date poll to answer"), POLL_OPENED, polls.unanswered),
    _poll("poll_changed", lazy_gettext("Date poll changed"), POLL_CHANGED, polls.unanswered),
    _poll("poll_reminded", lazy_gettext("Date poll: please answer"), POLL_REMINDED, polls.unanswered),
    _poll(
        "poll_answered",
        lazy_gettext("Answer to your date poll"),
        POLL_ANSWERED,
        polls.organiser,
        by_mail=False,
    ),
    _poll("poll_expired", lazy_gettext("Deadline of your date poll is over"), POLL_EXPIRED, polls.organiser),
    _poll("poll_closed", lazy_gettext("Date poll ended without a date"), POLL_CLOSED, polls.asked),
)


def _describe_requests(actor: Actor, found: Sequence[int]) -> dict[int, About]:
    return {
        row.id: About(
            title=row.title,
            url=url_for("schedule.special_request", uid=row.uid),
            detail=f"{SpecialState(row.state).label} {when_between(row.starts_at, row.ends_at)}",
            may_be_mailed=consequences(row.classification, row.unit_id).may_be_mailed,
        )
        for row in special.told_about(actor, found)
    }


def _request(name: str, title: Text, event: str, audience: Callable[[int], Any]) -> NotificationKind:
    return NotificationKind(
        id=f"schedule.{name}",
        title=title,
        icon="landmark",
        event=event,
        subject="request_id",
        audience=lambda payload: audience(payload["request_id"]),
        describe=_describe_requests,
        thing=SPECIAL,
        channels=WITH_MAIL,
    )


REQUESTS = (
    _request(
        "special_requested",
        lazy_gettext("Request for an appointment"),
        SPECIAL_REQUESTED,
        special.secretaries,
    ),
    _request(
        "special_changed",
        lazy_gettext("Request for an appointment changed"),
        SPECIAL_CHANGED,
        special.concerned,
    ),
    _request("special_decided", lazy_gettext("Your request was decided"), SPECIAL_DECIDED, special.asker),
    _request("special_withdrawn", lazy_gettext("Request withdrawn"), SPECIAL_WITHDRAWN, special.secretaries),
    _request("special_papers_due", lazy_gettext("Papers are due"), SPECIAL_PAPERS_DUE, special.asker),
)
REQUEST_KINDS = tuple(kind.id for kind in REQUESTS)
POLL_KINDS = tuple(kind.id for kind in POLLS)

NOTIFICATIONS = (
    *POLLS,
    *REQUESTS,
    NotificationKind(
        id="schedule.invited",
        title=lazy_gettext("New event"),
        icon="calendar-plus",
        event=CREATED,
        subject="event_id",
        concerns=_has_others,
        audience=_people,
        describe=_describe,
        thing=OWNER,
        channels=WITH_MAIL,
    ),
    NotificationKind(
        id="schedule.changed",
        title=lazy_gettext("Event changed"),
        icon="square-pen",
        event=CHANGED,
        subject="event_id",
        concerns=_has_others,
        audience=_people_of_a_change,
        describe=_describe,
        thing=OWNER,
        channels=WITH_MAIL,
    ),
    NotificationKind(
        id="schedule.cancelled",
        title=lazy_gettext("Event cancelled"),
        icon="x",
        event=CANCELLED,
        subject="event_id",
        concerns=_has_others,
        audience=_people,
        describe=_describe,
        thing=OWNER,
        channels=WITH_MAIL,
    ),
    NotificationKind(
        id="schedule.answered",
        title=lazy_gettext("Answer to your event"),
        icon="user-check",
        event=ANSWERED,
        subject="event_id",
        audience=_organiser_of_an_answer,
        describe=_describe,
        thing=OWNER,
    ),
    NotificationKind(
        id="schedule.commented",
        title=lazy_gettext("Comment on an event"),
        icon="message-square",
        event=COMMENT_ADDED,
        subject="event_id",
        audience=_people_and_organiser,
        describe=_describe,
        thing=OWNER,
    ),
    NotificationKind(
        id="schedule.reminder",
        title=lazy_gettext("Soon"),
        icon="clock",
        event=REMINDED,
        subject="event_id",
        audience=_reminded,
        describe=_describe_reminder,
    ),
)
KINDS = tuple(kind.id for kind in NOTIFICATIONS if kind.thing not in (POLL, SPECIAL))
