"""Comments under an event, by those who see all of it."""

import uuid

from groupware import audit, events, idempotency, rules
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.tree import org_tree
from groupware.errors import Denied, Invalid
from groupware.guards import texts
from groupware.i18n import gettext
from plugins.schedule.enums import OWNER
from plugins.schedule.events import COMMENT_ADDED, COMMENT_REMOVED, event_topic
from plugins.schedule.models import Comment, Event
from plugins.schedule.permissions import WRITE
from plugins.schedule.queries import comments
from plugins.schedule.queries.events import may_change, not_found, opened
from plugins.schedule.rules import CHANGING

COMMENT_LENGTH = 2000


def add_comment(actor: Actor, uid: uuid.UUID, text: str, *, key: str = "") -> Event:
    """Say something under an event. The same `key` says it once.

    Raises NotFound for an event of which the actor does not see all, Invalid for an empty or too long text.
    """
    event = _opened(actor, uid)
    text = text.replace("\r\n", "\n").strip()
    fault = ""
    if not text:
        fault = gettext("Please enter the comment.")
    elif len(text) > COMMENT_LENGTH:
        fault = gettext(
            "At most %(limit)d characters (now %(length)d).", limit=COMMENT_LENGTH, length=len(text)
        )
    if fault:
        raise Invalid(gettext("Some entries need your attention."), fields={"text": fault})
    texts.require_clean(actor, event.unit_id, {"text": text})
    idempotency.once(actor, key, {"event": str(uid), "text": text}, lambda: _add(actor, event, text))
    return event


def _add(actor: Actor, event: Event, text: str) -> dict[str, str]:
    assert actor.person_id is not None, "comments have authors"
    unit = org_tree(actor.today).get(actor.unit_id)
    made = Comment(
        event_id=event.id,
        person_id=actor.person_id,
        person_name=actor.display_name,
        unit_name=unit.name if unit is not None else "",
        text=text,
        created_at=actor.now,
    )
    session.add(made)
    session.flush()
    events.emit(actor, event_topic(event.id), COMMENT_ADDED, event_id=event.id, comment_id=made.id)
    audit.record(actor, COMMENT_ADDED, event, unit_id=event.unit_id, details={"comment": made.id})
    return {"uid": str(made.uid)}


def remove_comment(actor: Actor, uid: uuid.UUID, comment_uid: uuid.UUID) -> Event:
    """Take a comment away: its author, or whoever may change the event. Its text is erased. Raises NotFound, Denied."""
    event = _opened(actor, uid)
    comment = comments.comment(event.id, comment_uid)
    if comment.person_id != actor.person_id and not may_remove(actor, event):
        raise Denied(
            gettext("Only its author and those who may change the event may delete a comment."),
            permission=WRITE,
            object_type=OWNER,
            object_id=event.id,
            unit_id=event.unit_id,
        )
    comment.text = ""
    comment.deleted_at, comment.deleted_by = actor.now, actor.person_id
    events.emit(actor, event_topic(event.id), COMMENT_REMOVED, event_id=event.id, comment_id=comment.id)
    audit.record(actor, COMMENT_REMOVED, event, unit_id=event.unit_id, details={"comment": comment.id})
    return event


def may_remove(actor: Actor, event: Event) -> bool:
    """Whether the actor may take away what others said under an event."""
    return may_change(actor, event, has_participants_right=bool(rules.value(CHANGING, event.unit_id)))


def _opened(actor: Actor, uid: uuid.UUID) -> Event:
    found = opened(actor, uid)
    if not found.is_full:
        raise not_found()
    return found.event
