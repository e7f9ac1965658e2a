"""Take a posting out of everybody's sight. Its record stays until it is disposed of."""

from sqlalchemy import select, update

from groupware import audit, events
from groupware.actor import Actor
from groupware.db import session
from plugins.bulletin.enums import RevisionState
from plugins.bulletin.events import WITHDRAWN, posting_topic
from plugins.bulletin.models import Posting, Revision
from plugins.bulletin.queries.audience import audience_of
from plugins.bulletin.services.listing import enlist, principal_of


def supersede(actor: Actor, posting: Posting) -> None:
    """A wording that still waits gives way to the next one."""
    session.execute(
        update(Revision)
        .where(Revision.posting_id == posting.id, Revision.state == RevisionState.PROPOSED.value)
        .values(state=RevisionState.SUPERSEDED.value, decided_by=actor.person_id, decided_at=actor.now)
    )
    posting.awaiting_since = None


def take_down(actor: Actor, posting: Posting) -> None:
    """Let nobody see a posting any more that is locked. The caller has decided that the actor may."""
    supersede(actor, posting)
    posting.deleted_at, posting.deleted_by = actor.now, actor.person_id
    enlist(posting, [principal_of(ref) for ref in audience_of(posting.id)])
    events.end_epoch(posting_topic(posting.id))
    events.emit(actor, posting_topic(posting.id), WITHDRAWN, posting_id=posting.id)
    audit.record(actor, WITHDRAWN, posting, unit_id=posting.unit_id)


def withdraw(actor: Actor, posting_id: int) -> None:
    """The same for a posting that is known by its key, after a security incident; one that is deleted already stays so."""
    statement = select(Posting).where(Posting.id == posting_id, Posting.deleted_at.is_(None))
    posting = session.scalars(statement.with_for_update()).one_or_none()
    if posting is not None:
        take_down(actor, posting)
