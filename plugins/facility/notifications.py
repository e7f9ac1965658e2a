"""What facility booking tells people in their timeline."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import url_for

from groupware import clock
from groupware.actor import Actor
from groupware.i18n import lazy_gettext
from groupware.plugin import About, NotificationKind, Text
from plugins.facility.events import (
    BOOKED,
    CONFIRMED,
    DISPLACED,
    LAPSED,
    LOG_MISSING,
    MOVED,
    OFFERED,
    OVERDUE,
    REJECTED,
    RELEASED,
    REQUESTED,
    SERIES_ASKED,
    SERIES_RELEASED,
    SERVED,
    WITHDRAWN,
)
from plugins.facility.queries.requests import deciders_of, people_of, told_about
from plugins.facility.words import span_words

Payload = Mapping[str, Any]
THING = "facility.reservation"
TO_ACT = ("timeline", "mail", "desktop")
"""For what asks somebody to act."""


def _describe(actor: Actor, reservations: Sequence[int]) -> dict[int, About]:
    return {
        row.id: About(
            title=f"{row.facility_name} {span_words(row.starts_at, row.ends_at)}",
            url=url_for("facility.reservation", uid=row.uid),
            detail=f"{row.title} {row.user_name}",
            may_be_mailed=not row.is_private,
        )
        for row in told_about(actor, reservations)
    }


def _people(payload: Payload) -> Any:
    return people_of(payload["reservation_id"])


def _deciders(payload: Payload) -> Any:
    return deciders_of(payload["facility_id"], clock.today())


def _kind(
    name: str,
    title: Text,
    icon: str,
    event: str,
    audience: Callable[[Payload], Any] = _people,
    channels: tuple[str, ...] = ("timeline", "desktop"),
) -> NotificationKind:
    return NotificationKind(
        id=f"facility.{name}",
        title=title,
        icon=icon,
        event=event,
        subject="reservation_id",
        audience=audience,
        describe=_describe,
        thing=THING,
        channels=channels,
    )


NOTIFICATIONS = (
    _kind(
        "to_decide", lazy_gettext("A booking waits for your decision"), "clock", REQUESTED, _deciders, TO_ACT
    ),
    _kind("confirmed", lazy_gettext("Your booking was confirmed"), "circle-check", CONFIRMED),
    _kind("rejected", lazy_gettext("Your booking was not granted"), "circle-x", REJECTED, channels=TO_ACT),
    _kind(
        "displaced", lazy_gettext("Your booking lost its place"), "triangle-alert", DISPLACED, channels=TO_ACT
    ),
    _kind(
        "released",
        lazy_gettext("Your booking was released because nobody checked in"),
        "clock",
        RELEASED,
        channels=TO_ACT,
    ),
    _kind(
        "overdue",
        lazy_gettext("Borrowed equipment has not come back"),
        "briefcase",
        OVERDUE,
        channels=TO_ACT,
    ),
    _kind(
        "log_missing",
        lazy_gettext("A driving log is missing"),
        "file-text",
        LOG_MISSING,
        channels=TO_ACT,
    ),
    _kind(
        "offered",
        lazy_gettext("What you waited for is free: please take it"),
        "bell",
        OFFERED,
        channels=TO_ACT,
    ),
    _kind("served", lazy_gettext("What you waited for was booked for you"), "circle-check", SERVED),
    _kind("lapsed", lazy_gettext("An offer of the waiting list is over"), "clock", LAPSED),
    _kind(
        "series_asked",
        lazy_gettext("Does your series still take place? Please confirm it"),
        "calendar-clock",
        SERIES_ASKED,
        channels=TO_ACT,
    ),
    _kind(
        "series_released",
        lazy_gettext("Coming dates of your series were released because nobody confirmed it"),
        "circle-x",
        SERIES_RELEASED,
        channels=TO_ACT,
    ),
    _kind("booked", lazy_gettext("Somebody booked a facility for you"), "calendar-plus", BOOKED),
    _kind("moved", lazy_gettext("Your booking was changed"), "calendar-clock", MOVED),
    _kind("withdrawn", lazy_gettext("Your booking was cancelled"), "circle-x", WITHDRAWN),
)
KINDS = tuple(kind.id for kind in NOTIFICATIONS)
