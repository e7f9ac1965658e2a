"""再通知: bring a posting back to the top of what waits for those who have not confirmed it."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select

from groupware import audit, events, idempotency
from groupware.access.enums import PrincipalKind
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.picking import Ref
from groupware.directory.tree import org_tree
from groupware.errors import Conflict, NotFound
from groupware.i18n import gettext
from plugins.bulletin.enums import Phase
from plugins.bulletin.events import NUDGE_CANCELLED, NUDGED, posting_topic
from plugins.bulletin.models import Nudge, Posting
from plugins.bulletin.queries.audience import EVERYONE
from plugins.bulletin.queries.items import phase_of
from plugins.bulletin.queries.postings import not_found
from plugins.bulletin.queries.receipts import unconfirmed_count
from plugins.bulletin.services.listing import principal_of
from plugins.bulletin.services.postings import locked


def nudge(actor: Actor, uid: uuid.UUID, unit_ids: Sequence[int] = (), *, key: str = "") -> int:
    """Notify again everybody who has not confirmed, or those of some organisations with all below; returns how many.

    For author, section and manager. The same `key` nudges once. Raises Conflict if nobody is left to nudge or the posting
    is not on display.
    """
    request = {"posting": str(uid), "units": sorted(unit_ids)}
    result = idempotency.once(actor, key, request, lambda: {"count": _nudge(actor, uid, unit_ids)})
    return int(result["count"])


def _nudge(actor: Actor, uid: uuid.UUID, unit_ids: Sequence[int]) -> int:
    posting = locked(actor, uid)
    if not posting.needs_confirmation:
        raise Conflict(gettext("This posting does not ask for confirmation."), code="not_asked")
    if phase_of(posting.state, posting.shown_from, posting.shown_to, actor.now) is not Phase.DISPLAYED:
        raise Conflict(gettext("This posting is not on display."), code="not_displayed")
    tree = org_tree(actor.today)
    wanted = [unit_id for unit_id in dict.fromkeys(unit_ids) if unit_id in tree]
    if len(wanted) < len(set(unit_ids)):
        raise not_found()
    counts: dict[Ref, int] = {}
    for unit_id in wanted:
        below = sorted(tree.subtree(unit_id))
        counts[Ref(PrincipalKind.UNIT_TREE, unit_id)] = unconfirmed_count(posting, actor.today, below)
    if not wanted:
        counts[EVERYONE] = unconfirmed_count(posting, actor.today)
    made = [_made(actor, posting, ref, number) for ref, number in counts.items() if number]
    if not made:
        raise Conflict(gettext("Everybody has confirmed it. There is nobody to notify again."), code="nobody")
    session.add_all(made)
    session.flush()
    ids = [one.id for one in made]
    events.emit(
        actor,
        posting_topic(posting.id),
        NUDGED,
        posting_id=posting.id,
        edition=posting.edition,
        nudge_ids=ids,
    )
    total = sum(counts.values())
    audit.record(actor, NUDGED, posting, unit_id=posting.unit_id, details={"people": total, "units": wanted})
    return total


def _made(actor: Actor, posting: Posting, ref: Ref, number: int) -> Nudge:
    return Nudge(
        posting_id=posting.id,
        principal_id=principal_of(ref),
        edition=posting.edition,
        person_count=number,
        nudged_by=actor.person_id,
        nudged_at=actor.now,
    )


def cancel(actor: Actor, uid: uuid.UUID, nudge_id: int) -> None:
    """Take a nudge back: the mark 再通知 vanishes. Raises NotFound."""
    posting = locked(actor, uid)
    found = session.scalars(
        select(Nudge).where(
            Nudge.id == nudge_id, Nudge.posting_id == posting.id, Nudge.cancelled_at.is_(None)
        )
    ).one_or_none()
    if found is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    found.cancelled_at = actor.now
    events.emit(actor, posting_topic(posting.id), NUDGE_CANCELLED, posting_id=posting.id, nudge_id=found.id)
    audit.record(actor, NUDGE_CANCELLED, posting, unit_id=posting.unit_id)
