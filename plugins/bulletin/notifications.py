"""What the board tells people in their timeline."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import url_for

from groupware import clock
from groupware.actor import Actor
from groupware.guards.labels import consequences
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import About, NotificationKind
from plugins.bulletin.enums import Importance
from plugins.bulletin.events import CHANGED, COMMENT_ADDED, NUDGED, PUBLISHED, RETURNED
from plugins.bulletin.queries.receivers import addressed, author, nudged, posting_of, told_about

Payload = Mapping[str, Any]
THING = "bulletin.posting"


def _describe(actor: Actor, postings: Sequence[int]) -> dict[int, About]:
    return {
        row.id: About(
            title=row.title,
            url=url_for("bulletin.posting", uid=row.uid),
            detail=row.sender_name,
            may_be_mailed=consequences(row.classification, row.unit_id).may_be_mailed,
        )
        for row in told_about(actor, postings)
    }


def _readers(payload: Payload) -> Any:
    posting = posting_of(payload)
    return addressed(posting, clock.today()) if posting is not None else None


def _readers_of_a_change(payload: Payload) -> Any:
    return None if payload["is_silent"] else _readers(payload)


def _nudged(payload: Payload) -> Any:
    posting = posting_of(payload)
    return nudged(posting, payload["nudge_ids"], clock.today()) if posting is not None else None


def _author(payload: Payload) -> Any:
    posting = posting_of(payload)
    return author(posting) if posting is not None else None


def _display(payload: Payload) -> datetime | None:
    """A posting for later is told when its display begins."""
    posting = posting_of(payload)
    return posting.shown_from if posting is not None else None


def _urgent(payload: Payload) -> bool:
    posting = posting_of(payload)
    return posting is not None and posting.importance == Importance.URGENT


WITH_MAIL = ("timeline", "mail", "desktop")
"""For what asks the person to act."""

NOTIFICATIONS = (
    NotificationKind(
        id="bulletin.published",
        title=lazy_pgettext("notice", "New posting"),
        icon="megaphone",
        event=PUBLISHED,
        subject="posting_id",
        audience=_readers,
        describe=_describe,
        thing=THING,
        due=_display,
        urgent=_urgent,
    ),
    NotificationKind(
        id="bulletin.changed",
        title=lazy_gettext("Posting changed"),
        icon="square-pen",
        event=CHANGED,
        subject="posting_id",
        audience=_readers_of_a_change,
        describe=_describe,
        thing=THING,
        due=_display,
        urgent=_urgent,
    ),
    NotificationKind(
        id="bulletin.nudged",
        title=lazy_gettext("You are asked again to confirm"),
        icon="clipboard-check",
        event=NUDGED,
        subject="posting_id",
        audience=_nudged,
        describe=_describe,
        thing=THING,
        urgent=_urgent,
        channels=WITH_MAIL,
    ),
    NotificationKind(
        id="bulletin.commented",
        title=lazy_gettext("Comment on your posting"),
        icon="message-square",
        event=COMMENT_ADDED,
        subject="posting_id",
        audience=_author,
        describe=_describe,
        thing=THING,
    ),
    NotificationKind(
        id="bulletin.returned",
        title=lazy_gettext("Your posting was returned"),
        icon="undo-2",
        event=RETURNED,
        subject="posting_id",
        audience=_author,
        describe=_describe,
        thing=THING,
        channels=WITH_MAIL,
    ),
)
KINDS = tuple(kind.id for kind in NOTIFICATIONS)
