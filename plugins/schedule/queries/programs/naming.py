"""Which families the names and the UIDs of programs mean."""

import uuid
from collections.abc import Collection

from sqlalchemy import and_, bindparam, select

from groupware.among import among
from groupware.db import BIGINT, fetch
from plugins.schedule.models import Copy, Event, Participant, Told
from plugins.schedule.queries.programs.keys import CHUNK, OWNER

_by_name = select(Copy.name, Copy.event_id).where(Copy.person_id == OWNER, among(Copy.name, "names"))
_by_uid = select(Event.uid, Event.id).where(among(Event.uid, "uids"), Event.series_id.is_(None))
_by_ical_uid = (
    select(Told.event_id)
    .join(Participant, and_(Participant.event_id == Told.event_id, Participant.person_id == OWNER))
    .where(Told.ical_uid == bindparam("ical_uid"))
)
_organiser = select(Event.organiser_id).where(Event.id == bindparam("event", type_=BIGINT))


def roots_of_names(owner: int, names: Collection[str]) -> dict[str, int]:
    """The families that have these addresses in a person's own calendar, cancelled or not. Two statements for 500 names."""
    every, found = sorted(names), dict[str, int]()
    for start in range(0, len(every), CHUNK):
        some = every[start : start + CHUNK]
        found |= {row.name: row.event_id for row in fetch(_by_name, {"owner": owner, "names": some})}
        uids = {uid: name for name in some if name not in found and (uid := _uid(name)) is not None}
        if uids:
            found |= {uids[row.uid]: row.id for row in fetch(_by_uid, {"uids": list(uids)})}
    return found


def root_of_name(owner: int, name: str) -> int | None:
    """The same for one name; None where it means nothing."""
    return roots_of_names(owner, [name]).get(name)


def roots_of_uid(owner: int, ical_uid: str) -> list[int]:
    """The families in a person's calendar that a UID of iCalendar means."""
    found = [int(row[0]) for row in fetch(_by_ical_uid, {"owner": owner, "ical_uid": ical_uid})]
    uid = _uid(ical_uid)
    own = fetch(_by_uid, {"uids": [uid]}).first() if uid is not None else None
    return [*found, own.id] if own is not None and own.id not in found else found


def organiser_of(root: int) -> int | None:
    """Whose event a family is."""
    found = fetch(_organiser, {"event": root}).scalar()
    return int(found) if found is not None else None


def _uid(name: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(name.removesuffix(".ics"))
    except ValueError:
        return None
