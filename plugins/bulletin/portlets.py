"""What the board gives to the portal: news, the place of honour, what waits for confirmation."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app, url_for

from groupware import access, rules
from groupware.actor import Actor
from groupware.i18n import lazy_gettext
from groupware.plugin import PendingItem
from groupware.text.html import to_plain
from plugins.bulletin.permissions import APPROVE
from plugins.bulletin.queries import portal
from plugins.bulletin.queries.board import BADGE_LIMIT, badges
from plugins.bulletin.queries.postings import awaiting as awaiting_items
from plugins.bulletin.queries.postings import awaiting_count
from plugins.bulletin.rules import HONOUR_DAYS, HONOUR_RANK

EXCERPT = 140
"""Characters of a message that the place of honour shows."""


def information(actor: Actor) -> Mapping[str, Any]:
    """インフォメーション: unread ones first, the important ones marked."""
    return {"items": portal.latest(actor, *_honour(actor)), "unread": badges(actor).unread}


def honour(actor: Actor) -> Mapping[str, Any]:
    """The newest message of the mayor, while it is new; nothing otherwise."""
    row = portal.honoured(actor, *_honour(actor))
    if row is None:
        return {}
    has_photo = row.has_photo_consent and "directory.photo" in current_app.view_functions
    words = " ".join(to_plain(row.html).split())
    return {
        "posting": row,
        "text": words[:EXCERPT] + ("…" if len(words) > EXCERPT else ""),
        "portrait_url": url_for("directory.photo", uid=row.sender_uid) if has_photo else None,
    }


def _honour(actor: Actor) -> tuple[int, int]:
    """From which rank on, and for how many days; the rank 0 honours nobody."""
    return int(rules.value_for(actor, HONOUR_RANK)), int(rules.value_for(actor, HONOUR_DAYS))


def pending(actor: Actor, limit: int) -> tuple[Sequence[PendingItem], int]:
    """Postings that the actor is asked to confirm."""
    items = [
        PendingItem(
            title=item.title,
            url=url_for("bulletin.posting", uid=item.uid),
            kind=lazy_gettext("Notice to confirm"),
            icon="megaphone",
            due=item.confirm_by,
            nudged_at=nudged_at,
            detail=item.sender_name,
        )
        for item, nudged_at in portal.waiting(actor, limit)
    ]
    return items, badges(actor).unconfirmed


def awaiting(actor: Actor, limit: int) -> tuple[Sequence[PendingItem], int]:
    """Postings that wait for the actor's approval."""
    if not access.holds_somewhere(actor, APPROVE):
        return [], 0
    items = [
        PendingItem(
            title=item.title,
            url=url_for("bulletin.approval", uid=item.uid),
            kind=lazy_gettext("Posting to approve"),
            icon="badge-check",
            detail=item.sender_name,
        )
        for item in awaiting_items(actor)
        if item.author_id != actor.person_id
    ]
    return items[:limit], min(len(items), BADGE_LIMIT)


def unread_badge(actor: Actor) -> int:
    """Unread postings."""
    return badges(actor).unread


def unconfirmed_badge(actor: Actor) -> int:
    """Postings to confirm."""
    return badges(actor).unconfirmed


def awaiting_badge(actor: Actor) -> int:
    """Postings to approve."""
    return awaiting_count(actor)
