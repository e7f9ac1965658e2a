"""Records that were made of rooms, as somebody may see them: who made them, who moderates the room, document officers."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Uuid, bindparam, select

from groupware import access
from groupware.actor import Actor
from groupware.among import among
from groupware.db import BIGINT, fetch
from groupware.plugin import Owned
from plugins.chat.enums import EXTRACT
from plugins.chat.models import Extract
from plugins.chat.permissions import RECORD
from plugins.chat.queries.rooms import not_found

PAGE = 50

_columns = (
    Extract.id,
    Extract.uid,
    Extract.title,
    Extract.room_id,
    Extract.room_name,
    Extract.unit_id,
    Extract.since,
    Extract.until,
    Extract.first_seq,
    Extract.last_seq,
    Extract.number,
    Extract.made_by_name,
    Extract.created_at,
    Extract.sealed_at,
    Extract.seal,
    Extract.head,
    Extract.classification,
    Extract.retention_years,
)
_visible = select(*_columns).where(Extract.deleted_at.is_(None), access.visible(RECORD, Extract))
_page = (
    _visible.where(Extract.id < bindparam("before", type_=BIGINT))
    .order_by(Extract.id.desc())
    .limit(bindparam("most", type_=BIGINT))
)
_one = _visible.where(Extract.uid == bindparam("uid", type_=Uuid()))
_these = _visible.where(among(Extract.id, "ids"))


def records(actor: Actor, before: int | None = None, most: int = PAGE) -> tuple[Sequence[Any], int | None]:
    """Records that the actor may see, newest first, and before which one the list goes on, None at the end."""
    here = {"before": before or 2**62, "most": most + 1}
    rows = fetch(_page, {**access.parameters(actor, RECORD, EXTRACT), **here}).all()
    return rows[:most], rows[most - 1].id if len(rows) > most else None


def record(actor: Actor, uid: uuid.UUID) -> Any:
    """One of them. Raises NotFound, the same for what is absent and what is not theirs."""
    row = fetch(_one, {**access.parameters(actor, RECORD, EXTRACT), "uid": uid}).first()
    if row is None:
        raise not_found()
    return row


def owned(actor: Actor, ids: Sequence[int]) -> Mapping[int, Owned]:
    """Those of the records that the actor may see, as owners of their files."""
    rows = fetch(_these, {**access.parameters(actor, RECORD, EXTRACT), "ids": list(ids)})
    return {
        row.id: Owned(
            title=row.title,
            endpoint="chat.record",
            arguments={"uid": row.uid},
            unit_id=row.unit_id,
            classification=row.classification,
        )
        for row in rows
    }


__all__ = ["PAGE", "owned", "record", "records"]
