"""Note what changes in calendars that programs follow, so that a program can ask for what is new.

`touch` belongs to every write of an event. The numbers are given last in the unit of work, in the order of the people, so that
two writers never wait for one another.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from groupware import clock
from groupware.among import among
from groupware.db import (
    UTCDateTime,
    before_commit,
    fetch,
    for_each_database,
    insert_new,
    run,
    session,
    upsert,
)
from plugins.schedule.models import Event, Followed, Moved, Participant, Told

CHUNK = 500
_TOUCHED = "schedule_touched"
_ROOT = func.coalesce(Event.series_id, Event.id)

_families = select(Event.id).where(or_(among(Event.id, "keys"), among(Event.series_id, "keys")))
_taking_part = (
    select(Participant.person_id, _ROOT.label("root"))
    .join(Event, Event.id == Participant.event_id)
    .join(Followed, Followed.person_id == Participant.person_id)
    .where(Participant.event_id.in_(_families))
    .distinct()
)
_locked = (
    select(Followed.person_id)
    .where(among(Followed.person_id, "people"))
    .order_by(Followed.person_id)
    .with_for_update()
)
_count_on = (
    update(Followed)
    .where(among(Followed.person_id, "people"))
    .values(seq=Followed.seq + 1, changed_at=bindparam("now", type_=UTCDateTime()))
    .returning(Followed.person_id, Followed.seq)
)


@for_each_database
def _raise_serial() -> Any:
    statement = upsert(Told)
    return statement.on_conflict_do_update(
        index_elements=["event_id"], set_={"serial": Told.serial + 1, "text": ""}
    )


@for_each_database
def _move() -> Any:
    statement = upsert(Moved)
    return statement.on_conflict_do_update(
        index_elements=["person_id", "event_id"], set_={"seq": statement.excluded.seq}
    )


def touch(event: Event, gone: Collection[int] = ()) -> None:
    """Something of the event changed: what was told of it no longer holds. `gone` no longer take part."""
    root = event.series_id or event.id
    run(_raise_serial(), {"event_id": root, "ical_uid": "", "serial": 1, "text": ""})
    touched(root, gone, has_all=True)


def begin(event: Event, people: Collection[int], ical_uid: str) -> None:
    """The same for an event, or a whole series, that these people have from now on, with the UID that it came with, or ""."""
    run(_raise_serial(), {"event_id": event.id, "ical_uid": ical_uid, "serial": 1, "text": ""})
    touched(event.id, people)


def touched(root: int, people: Collection[int], *, has_all: bool = False) -> None:
    """Note a change for these people, with `has_all` for all who take part as well."""
    known: dict[int, tuple[set[int], bool]] = session.info.setdefault(_TOUCHED, {})
    before = known.get(root, (set[int](), False))
    known[root] = (before[0] | set(people), before[1] or has_all)


def follow(people: Collection[int]) -> None:
    """From now on count what changes in the calendars of these people."""
    for person_id in sorted(people):
        statement = insert_new(Followed).values(person_id=person_id, seq=1, changed_at=clock.now())
        session.execute(statement)


@before_commit
def _count(current: Session) -> None:
    known: dict[int, tuple[set[int], bool]] = current.info.pop(_TOUCHED, {})
    if not known:
        return
    pairs = {(person, root) for root, (people, _) in known.items() for person in people}
    keys = sorted(root for root, (_, has_all) in known.items() if has_all)
    for start in range(0, len(keys), CHUNK):
        pairs |= {
            (row.person_id, row.root) for row in fetch(_taking_part, {"keys": keys[start : start + CHUNK]})
        }
    counted = _counted(sorted({person for person, _ in pairs}))
    moved: list[dict[str, Any]] = [
        {"person_id": person, "event_id": root, "seq": counted[person]}
        for person, root in sorted(pairs)
        if person in counted
    ]
    if moved:
        run(_move(), moved)


def _counted(people: list[int]) -> dict[int, int]:
    """The next number of each of these calendars that somebody follows."""
    counted: dict[int, int] = {}
    now = clock.now()
    for start in range(0, len(people), CHUNK):
        some = people[start : start + CHUNK]
        if len(some) > 1:
            # An update of many locks them in any order.
            some = [row.person_id for row in fetch(_locked, {"people": some})]
        if some:
            counted |= {row.person_id: row.seq for row in run(_count_on, {"people": some, "now": now})}
    return counted


__all__ = ["begin", "follow", "touch", "touched"]
