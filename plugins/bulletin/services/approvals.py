"""Approve or return what waits. Whoever wrote a wording, or the posting itself, does not approve it."""

import uuid

from groupware import access, audit, events
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.tree import org_tree
from groupware.errors import Conflict, Denied, Invalid
from groupware.guards import texts
from groupware.i18n import gettext
from plugins.bulletin.enums import PostingState, RevisionState
from plugins.bulletin.events import RETURNED, posting_topic
from plugins.bulletin.models import Posting, Revision
from plugins.bulletin.permissions import APPROVE, READ
from plugins.bulletin.queries.revisions import proposed
from plugins.bulletin.services.content import Content, reach_of
from plugins.bulletin.services.postings import locked, put_in_force, told

NOTE_LENGTH = 1000


def approve(actor: Actor, uid: uuid.UUID, number: int) -> Posting:
    """Put wording `number` in force. Conflict if it does not wait any more or its display would be over."""
    posting, revision = _waiting(actor, uid, number)
    content = Content.proposed_by(revision)
    if content.shown_to is not None and content.shown_to <= actor.now:
        raise Conflict(
            gettext(
                "The display period is over. Please return the posting so that its dates can be changed."
            ),
            code="period_over",
        )
    was_published = posting.published_at is not None
    _decide(actor, revision, RevisionState.IN_FORCE)
    reach = reach_of(content.audience, content.category_id, actor)
    put_in_force(actor, posting, content, reach, is_silent=revision.is_silent)
    if was_published:
        told(actor, posting, revision.changed, is_silent=revision.is_silent)
    audit.record(
        actor, "bulletin.posting_approved", posting, unit_id=posting.unit_id, details={"revision": number}
    )
    return posting


def send_back(actor: Actor, uid: uuid.UUID, number: int, note: str) -> Posting:
    """Return wording `number` to its author with a reason. Invalid without one, Conflict if it does not wait any more."""
    note = note.strip()
    if not note:
        raise Invalid(
            gettext("Some entries need your attention."), fields={"note": gettext("Please enter the reason.")}
        )
    if len(note) > NOTE_LENGTH:
        fault = gettext(
            "The reason may have %(limit)d characters (now %(length)d).", limit=NOTE_LENGTH, length=len(note)
        )
        raise Invalid(gettext("Some entries need your attention."), fields={"note": fault})
    posting, revision = _waiting(actor, uid, number)
    texts.require_clean(actor, posting.unit_id, {"note": note})
    _decide(actor, revision, RevisionState.RETURNED, note)
    posting.awaiting_since = None
    if posting.published_at is None:
        posting.state = PostingState.RETURNED.value
    topic = posting_topic(posting.id)
    events.emit(actor, topic, RETURNED, posting_id=posting.id, revision_id=revision.id)
    audit.record(actor, RETURNED, posting, unit_id=posting.unit_id, details={"revision": number})
    session.flush()
    return posting


def _waiting(actor: Actor, uid: uuid.UUID, number: int) -> tuple[Posting, Revision]:
    posting = locked(actor, uid, READ)
    access.require(actor, APPROVE, posting, unit_id=posting.unit_id)
    revision = proposed(posting)
    if revision is None or revision.number != number:
        raise Conflict(
            gettext("This wording does not wait for approval any more. Please look at the posting again."),
            code="not_waiting",
        )
    if actor.person_id in (revision.made_by, posting.author_id):
        raise Denied(
            gettext("You cannot approve what you wrote yourself. Somebody else has to."),
            code="own",
            permission=APPROVE,
            object_type="bulletin.posting",
            object_id=posting.id,
            unit_id=posting.unit_id,
        )
    return posting, revision


def _decide(actor: Actor, revision: Revision, state: RevisionState, note: str = "") -> None:
    unit = org_tree(actor.today).get(actor.unit_id)
    revision.state = state.value
    revision.note = note
    revision.decided_by = actor.person_id
    revision.decided_by_name = (
        f"{actor.display_name}({unit.name})" if unit is not None else actor.display_name
    )
    revision.decided_at = actor.now
