"""What facility booking gives to the portal and to the menu."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from groupware.actor import Actor
from groupware.i18n import lazy_gettext
from groupware.plugin import PendingItem
from plugins.facility.queries import bookings
from plugins.facility.queries.requests import waiting
from plugins.facility.words import span_words

SHOWN = 5


def today(actor: Actor) -> Mapping[str, Any]:
    """今日の会議室: what the person has today, and what comes next."""
    return {"items": bookings.own(actor, is_past=False, limit=SHOWN), "day": actor.today}


def pending(actor: Actor, limit: int) -> tuple[Sequence[PendingItem], int]:
    """Requests that wait for the person's decision."""
    found = waiting(actor)
    items = [
        PendingItem(
            title=f"{one.facility_name} {span_words(one.item.starts_at, one.item.ends_at)}",
            url=url_for("facility.requests"),
            kind=lazy_gettext("Facility to decide on"),
            icon="door-open",
            due=one.item.starts_at,
            detail=one.item.user_name,
        )
        for one in found[:limit]
    ]
    return items, len(found)


def waiting_badge(actor: Actor) -> int:
    """How many requests wait."""
    return len(waiting(actor))
