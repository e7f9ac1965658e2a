"""Comments and reactions of readers, where the posting accepts them."""

import uuid

from sqlalchemy import delete

from groupware import audit, events, idempotency
from groupware.actor import Actor
from groupware.db import insert_new, session
from groupware.directory.tree import org_tree
from groupware.errors import Conflict, Denied, Invalid
from groupware.guards import texts
from groupware.i18n import gettext
from plugins.bulletin.enums import Phase, ReactionKind
from plugins.bulletin.events import COMMENT_ADDED, COMMENT_REMOVED, REACTED, posting_topic
from plugins.bulletin.models import Comment, Reaction
from plugins.bulletin.permissions import MANAGE
from plugins.bulletin.queries import talk
from plugins.bulletin.queries.postings import Opened, may_manage, opened

COMMENT_LENGTH = 2000


def add_comment(actor: Actor, uid: uuid.UUID, text: str, *, key: str = "") -> Opened:
    """Say something under a posting. The same `key` says it once.

    Raises Invalid for an empty or too long text, Conflict where comments are off or the display has ended.
    """
    found = opened(actor, uid)
    _require_open(
        found, is_on=found.posting.has_comments, message=gettext("This posting does not accept comments.")
    )
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Invalid(
            gettext("Some entries need your attention."),
            fields={"text": gettext("Please enter the comment.")},
        )
    if len(text) > COMMENT_LENGTH:
        fault = gettext(
            "The comment may have %(limit)d characters (now %(length)d).",
            limit=COMMENT_LENGTH,
            length=len(text),
        )
        raise Invalid(gettext("Some entries need your attention."), fields={"text": fault})
    texts.require_clean(actor, found.posting.unit_id, {"text": text})
    idempotency.once(actor, key, {"posting": str(uid), "text": text}, lambda: _add(actor, found, text))
    return found


def _add(actor: Actor, found: Opened, text: str) -> dict[str, str]:
    assert actor.person_id is not None, "comments have authors"
    unit = org_tree(actor.today).get(actor.unit_id)
    made = Comment(
        posting_id=found.posting.id,
        person_id=actor.person_id,
        person_name=actor.display_name,
        unit_name=unit.name if unit is not None else "",
        text=text,
        created_at=actor.now,
    )
    session.add(made)
    session.flush()
    topic = posting_topic(found.posting.id)
    events.emit(actor, topic, COMMENT_ADDED, posting_id=found.posting.id, comment_id=made.id)
    audit.record(
        actor, COMMENT_ADDED, found.posting, unit_id=found.posting.unit_id, details={"comment": made.id}
    )
    return {"uid": str(made.uid)}


def remove_comment(actor: Actor, uid: uuid.UUID, comment_uid: uuid.UUID) -> Opened:
    """Take a comment away: its author, or whoever looks after the posting. Its text is erased."""
    found = opened(actor, uid)
    comment = talk.comment(found.posting.id, comment_uid)
    if comment.person_id != actor.person_id and not may_manage(actor, found.posting):
        raise Denied(
            gettext("Only its author and those who manage the posting may delete a comment."),
            permission=MANAGE,
            object_type="bulletin.posting",
            object_id=found.posting.id,
            unit_id=found.posting.unit_id,
        )
    comment.text = ""
    comment.deleted_at, comment.deleted_by = actor.now, actor.person_id
    topic = posting_topic(found.posting.id)
    events.emit(actor, topic, COMMENT_REMOVED, posting_id=found.posting.id, comment_id=comment.id)
    audit.record(
        actor, COMMENT_REMOVED, found.posting, unit_id=found.posting.unit_id, details={"comment": comment.id}
    )
    return found


def react(actor: Actor, uid: uuid.UUID, kind: ReactionKind, *, is_set: bool) -> Opened:
    """Set or take back a reaction; what is so already stays so. Conflict where reactions are off or the display has ended."""
    found = opened(actor, uid)
    _require_open(
        found, is_on=found.posting.has_reactions, message=gettext("This posting does not accept reactions.")
    )
    values = {"posting_id": found.posting.id, "person_id": actor.person_id, "kind": kind.value}
    added = insert_new(Reaction).values(**values, at=actor.now)
    statement = added if is_set else delete(Reaction).filter_by(**values)
    if session.scalar(statement.returning(Reaction.person_id)) is not None:
        topic = posting_topic(found.posting.id)
        events.emit(actor, topic, REACTED, posting_id=found.posting.id, reaction=kind.value, is_set=is_set)
    return found


def _require_open(found: Opened, *, is_on: bool, message: object) -> None:
    if not is_on:
        raise Conflict(message, code="off")
    if found.item.phase is not Phase.DISPLAYED:
        raise Conflict(gettext("The display has ended."), code="ended")
