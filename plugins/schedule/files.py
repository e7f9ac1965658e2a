"""Who may have the files of an event: whoever sees all of it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select

from groupware.actor import Actor
from groupware.db import BIGINT, fetch
from groupware.i18n import lazy_gettext
from groupware.plugin import AttachmentOwner, Owned
from plugins.schedule.enums import OWNER, Sight
from plugins.schedule.models import Event
from plugins.schedule.queries.sight import READABLE, SIGHT, parameters, seen

_seen = select(
    Event.id,
    Event.uid,
    Event.title,
    Event.unit_id,
    Event.classification,
    Event.organiser_id,
    Event.created_by,
    SIGHT,
).where(Event.id.in_(bindparam("ids", type_=BIGINT, expanding=True)), Event.deleted_at.is_(None), READABLE)


def of_events(actor: Actor, ids: Sequence[int]) -> Mapping[int, Owned]:
    """The events of which the actor sees all; whose event it is, and who entered it, also has what was taken away."""
    rows = fetch(_seen, {**parameters(actor), "ids": list(ids)})
    return {
        row.id: Owned(
            title=row.title,
            endpoint="schedule.event",
            arguments={"uid": row.uid},
            unit_id=row.unit_id,
            classification=row.classification,
            is_manager=actor.person_id in (row.organiser_id, row.created_by),
        )
        for row in rows
        if seen(row.sight, row.unit_id) is Sight.FULL
    }


OWNERS = (AttachmentOwner(id=OWNER, title=lazy_gettext("Events"), visible=of_events),)
