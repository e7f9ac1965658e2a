"""What has changed in calendars that programs follow."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, select

from groupware.among import among
from groupware.db import BIGINT, fetch
from plugins.schedule.models import Copy, Event, Followed, Moved
from plugins.schedule.queries.programs.keys import OWNER

_seqs = select(Followed.person_id, Followed.seq, Followed.changed_at).where(
    among(Followed.person_id, "people")
)
_moved = (
    select(Moved.event_id, Moved.seq, Event.uid, Copy.name)
    .join(Event, Event.id == Moved.event_id)
    .outerjoin(Copy, and_(Copy.event_id == Moved.event_id, Copy.person_id == OWNER))
    .where(Moved.person_id == OWNER, Moved.seq > bindparam("since", type_=BIGINT))
    .order_by(Moved.seq, Moved.event_id)
)


def seqs(people: Collection[int]) -> Mapping[int, Any]:
    """(seq, changed_at) of those calendars that are followed. One query."""
    return {row.person_id: row for row in fetch(_seqs, {"people": list(people)})} if people else {}


def moved_since(owner: int, since: int) -> Sequence[Any]:
    """(event_id, seq, uid, name) of the families that changed after `since`, in the order of their changes."""
    return fetch(_moved, {"owner": owner, "since": since}).all()
