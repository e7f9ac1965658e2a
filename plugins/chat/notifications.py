"""What the chat tells people in their timeline: what was written to them alone, answers to what they have said, what names them, and every
message of the rooms for which they chose it.

Everything else that is said stands at the rooms as a number. Lines are about the room, so that twenty messages are one line.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from sqlalchemy import select

from groupware.actor import Actor
from groupware.calendar.eras import format_wareki_fiscal
from groupware.clock import today
from groupware.directory.models import Person
from groupware.guards.labels import consequences
from groupware.i18n import gettext, lazy_pgettext, ngettext
from groupware.plugin import About, NotificationKind
from plugins.chat.enums import ROOM, TASK, WEBHOOK
from plugins.chat.events import (
    HANDED_OVER,
    MESSAGE_SENT,
    SENDING_RETURNED,
    TASK_ASSIGNED,
    TASK_DONE,
    TASK_DUE,
    WEBHOOK_REFUSED,
    YEAR_END_PROPOSED,
    YEAR_END_REMINDED,
)
from plugins.chat.queries import webhooks
from plugins.chat.queries.mentions import ALL, mentioned
from plugins.chat.queries.receivers import told_about, waiting, watching
from plugins.chat.queries.reviews import number as number_to_review
from plugins.chat.queries.scheduled import among_returned
from plugins.chat.queries.task_receivers import asking, doing
from plugins.chat.queries.task_receivers import told_about as told_about_tasks
from plugins.chat.queries.titles import title_of

Payload = Mapping[str, Any]


def _describe(actor: Actor, rooms: Sequence[int]) -> dict[int, About]:
    return {
        row.id: About(
            title=title_of(actor, row),
            url=url_for("chat.room", uid=row.uid),
            may_be_mailed=consequences(row.classification, row.unit_id).may_be_mailed,
        )
        for row in told_about(actor, rooms)
    }


def _partner(payload: Payload) -> Any:
    return waiting(payload["partner_id"], payload["room_id"], payload["seq"])


def _has_partner(payload: Payload, _by: int | None) -> bool:
    return payload["partner_id"] is not None


def _answered(payload: Payload) -> Any:
    return waiting(payload["answered_id"], payload["room_id"], payload["seq"])


def _has_answered(payload: Payload, _by: int | None) -> bool:
    return payload["answered_id"] is not None


def _names_anybody(payload: Payload, _by: int | None) -> bool:
    return bool(payload["mentioned"])


def _watching(payload: Payload) -> Any:
    return watching(payload["room_id"], payload["seq"])


def _is_watched(payload: Payload, _by: int | None) -> bool:
    return payload["watched_id"] is not None


def _describe_tasks(actor: Actor, tasks: Sequence[int]) -> dict[int, About]:
    return {
        row.id: About(
            title=row.what,
            url=url_for("chat.task", uid=row.uid, task_uid=row.task_uid),
            detail=title_of(actor, row),
            may_be_mailed=consequences(row.classification, row.unit_id).may_be_mailed,
        )
        for row in told_about_tasks(actor, tasks)
    }


def _assigned(payload: Payload) -> Any:
    return doing(payload["task_id"], payload["assigned"])


def _doing(payload: Payload) -> Any:
    return doing(payload["task_id"])


def _asking(payload: Payload) -> Any:
    return asking(payload["asked_id"], payload["room_id"])


WITH_MAIL = ("timeline", "mail", "desktop")
TASK_NOTIFICATIONS = (
    NotificationKind(
        id="chat.task_assigned",
        title=lazy_pgettext("notice", "Task for you"),
        icon="clipboard-list",
        event=TASK_ASSIGNED,
        subject="task_id",
        audience=_assigned,
        describe=_describe_tasks,
        thing=TASK,
        channels=WITH_MAIL,
    ),
    NotificationKind(
        id="chat.task_due",
        title=lazy_pgettext("notice", "Task that is due soon"),
        icon="clock",
        event=TASK_DUE,
        subject="task_id",
        audience=_doing,
        describe=_describe_tasks,
        thing=TASK,
        channels=WITH_MAIL,
    ),
    NotificationKind(
        id="chat.task_done",
        title=lazy_pgettext("notice", "Task that you set is done"),
        icon="clipboard-check",
        event=TASK_DONE,
        subject="task_id",
        audience=_asking,
        describe=_describe_tasks,
        thing=TASK,
    ),
)


def _is_urgent(payload: Payload) -> bool:
    return bool(payload["is_urgent"])


def _everybody(payload: Payload) -> Any:
    return mentioned({**payload, "mentioned": [ALL]})


def _is_urgent_for_all(payload: Payload, by: int | None) -> bool:
    names = (_has_partner, _has_answered, _names_anybody)
    return _is_urgent(payload) and not any(one(payload, by) for one in names)


def _sender(payload: Payload) -> Any:
    return select(Person.id).where(Person.id == payload["person_id"], Person.left_on > today())


def _describe_returned(actor: Actor, keys: Sequence[int]) -> dict[int, About]:
    return {
        one.id: About(
            title=one.room_title, url=url_for("chat.edit_scheduled", uid=one.uid), may_be_mailed=False
        )
        for one in among_returned(actor, keys)
    }


def _owners(payload: Payload) -> Any:
    return webhooks.owners(payload["room_id"])


def _describe_webhooks(actor: Actor, keys: Sequence[int]) -> dict[int, About]:
    return {
        row.id: About(
            title=row.name,
            url=url_for("chat.webhooks", uid=row.uid),
            detail=row.room_name,
            may_be_mailed=consequences(row.classification, row.unit_id).may_be_mailed,
        )
        for row in webhooks.told_about(actor, keys)
    }


def _to_person(payload: Payload) -> Any:
    return select(Person.id).where(Person.id == payload["person_id"], Person.left_on > today())


def _describe_year_end(actor: Actor, years: Sequence[int]) -> dict[int, About]:
    """Rooms that wait; a line about which everything was decided since leads to a page that says so."""
    waiting_rooms = number_to_review(actor)
    detail = ngettext("%(num)d room to decide about", "%(num)d rooms to decide about", waiting_rooms)
    return {
        year: About(
            title=gettext("Year-end review of rooms, %(year)s", year=format_wareki_fiscal(year)),
            url=url_for("chat.year_end"),
            detail=detail if waiting_rooms else gettext("Everything is decided."),
            may_be_mailed=True,
        )
        for year in years
    }


YEAR_END = "chat.year_end"
"""What the notices of a review are about, by the fiscal year."""
YEAR_END_NOTIFICATIONS = (
    NotificationKind(
        id=YEAR_END,
        title=lazy_pgettext("notice", "Rooms to decide about at the end of the year"),
        icon="archive",
        event=YEAR_END_PROPOSED,
        subject="year",
        audience=_to_person,
        describe=_describe_year_end,
        thing=YEAR_END,
        channels=WITH_MAIL,
    ),
    NotificationKind(
        id="chat.year_end_reminder",
        title=lazy_pgettext("notice", "Reminder: rooms to decide about"),
        icon="archive",
        event=YEAR_END_REMINDED,
        subject="year",
        audience=_to_person,
        describe=_describe_year_end,
        thing=YEAR_END,
        channels=WITH_MAIL,
    ),
)
RETURNED = "chat.returned"
HOOK_REFUSED = "chat.webhook_refused"

NOTIFICATIONS = (
    NotificationKind(
        id="chat.direct",
        title=lazy_pgettext("notice", "Message to you"),
        icon="message-circle",
        event=MESSAGE_SENT,
        subject="room_id",
        audience=_partner,
        describe=_describe,
        thing=ROOM,
        urgent=_is_urgent,
        concerns=_has_partner,
    ),
    NotificationKind(
        id="chat.answer",
        title=lazy_pgettext("notice", "Answer to your message"),
        icon="message-circle",
        event=MESSAGE_SENT,
        subject="room_id",
        audience=_answered,
        describe=_describe,
        thing=ROOM,
        urgent=_is_urgent,
        concerns=_has_answered,
    ),
    NotificationKind(
        id="chat.mention",
        title=lazy_pgettext("notice", "Message that names you"),
        icon="message-square",
        event=MESSAGE_SENT,
        subject="room_id",
        audience=mentioned,
        describe=_describe,
        thing=ROOM,
        urgent=_is_urgent,
        concerns=_names_anybody,
    ),
    NotificationKind(
        id="chat.message",
        title=lazy_pgettext("notice", "Message in a room"),
        icon="message-circle",
        event=MESSAGE_SENT,
        subject="room_id",
        audience=_watching,
        describe=_describe,
        thing=ROOM,
        urgent=_is_urgent,
        concerns=_is_watched,
    ),
    NotificationKind(
        id="chat.urgent",
        title=lazy_pgettext("notice", "Urgent message"),
        icon="triangle-alert",
        event=MESSAGE_SENT,
        subject="room_id",
        audience=_everybody,
        describe=_describe,
        thing=ROOM,
        urgent=_is_urgent,
        concerns=_is_urgent_for_all,
    ),
    NotificationKind(
        id=RETURNED,
        title=lazy_pgettext("notice", "Scheduled message that could not be sent"),
        icon="circle-alert",
        event=SENDING_RETURNED,
        subject="scheduled_id",
        audience=_sender,
        describe=_describe_returned,
    ),
    NotificationKind(
        id=HOOK_REFUSED,
        title=lazy_pgettext("notice", "Webhook whose messages are refused"),
        icon="circle-alert",
        event=WEBHOOK_REFUSED,
        subject="webhook_id",
        audience=_owners,
        describe=_describe_webhooks,
        thing=WEBHOOK,
        channels=WITH_MAIL,
    ),
    NotificationKind(
        id="chat.handed_over",
        title=lazy_pgettext("notice", "Room handed over to you"),
        icon="archive",
        event=HANDED_OVER,
        subject="room_id",
        audience=_to_person,
        describe=_describe,
        thing=ROOM,
        channels=WITH_MAIL,
    ),
    *TASK_NOTIFICATIONS,
    *YEAR_END_NOTIFICATIONS,
)

KINDS = tuple(kind.id for kind in NOTIFICATIONS if kind.thing == ROOM)
"""What is told about a room: read when somebody looks at it."""
YEAR_END_KINDS = tuple(kind.id for kind in YEAR_END_NOTIFICATIONS)
"""What is told about the review of rooms: read when somebody looks at it."""
TASK_KINDS = tuple(kind.id for kind in TASK_NOTIFICATIONS)
"""What is told about a task."""
