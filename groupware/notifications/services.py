"""Verbs of the timeline: writing it down after an event, reading it, choosing what comes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from groupware.actor import Actor
from groupware.db import before_commit, session, upsert
from groupware.errors import NotFound
from groupware.events.services import WRITTEN
from groupware.i18n import gettext
from groupware.jobs.services import enqueue
from groupware.notifications.models import Notice, NoticeChoice
from groupware.registry import registry

DELIVER = "notifications.deliver"
CHUNK = 500
"""Rows in one transaction: 16,000 at once would hold other writers for a tenth of a second on SQLite."""
READ_KEPT = timedelta(days=90)
KEPT = timedelta(days=365)


@before_commit
def _announce(current: Session) -> None:
    """Leave a job for every kind that an event of this unit of work belongs to."""
    for event in current.info.pop(WRITTEN, ()):
        for kind in registry().notifications_of(event.kind):
            enqueue(
                event.actor,
                DELIVER,
                {
                    "kind": kind.id,
                    "subject_id": event.payload[kind.subject],
                    "payload": event.payload,
                    "caused_by": event.actor.person_id,
                },
                key=f"{kind.id}:{event.topic}:{event.seq}",
            )


def deliver(
    actor: Actor,
    kind: str,
    subject_id: int,
    payload: Mapping[str, Any],
    caused_by: int | None,
    after: int = 0,
) -> None:
    """Write the rows of the next receivers; more of them are another job. Whoever caused it is told nothing.

    What is not due yet, or was put off meanwhile, is another job for then.
    """
    declared = registry().notifications.get(kind)
    if declared is None:
        return
    again = {"kind": kind, "subject_id": subject_id, "payload": dict(payload), "caused_by": caused_by}
    due_at = declared.due(payload) if declared.due is not None else None
    if due_at is not None and due_at > actor.now:
        enqueue(actor, DELIVER, again | {"after": after}, due_at=due_at)
        return
    receivers = declared.audience(payload)
    if receivers is None:
        return
    people = receivers.subquery()
    person = people.c[0]
    refused = select(NoticeChoice.person_id).where(
        NoticeChoice.kind == kind, NoticeChoice.is_wanted.is_(False)
    )
    ids = session.scalars(
        select(person)
        .where(person > after, person != (caused_by or 0), person.not_in(refused))
        .distinct()
        .order_by(person)
        .limit(CHUNK)
    ).all()
    _write(ids, kind, subject_id, caused_by, actor.now)
    if len(ids) == CHUNK:
        enqueue(actor, DELIVER, again | {"after": ids[-1]})


def _write(people: Sequence[int], kind: str, subject_id: int, caused_by: int | None, now: datetime) -> None:
    if not people:
        return
    statement = upsert(Notice)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[Notice.person_id, Notice.kind, Notice.subject_id],
            set_={
                "at": now,
                "caused_by": caused_by,
                "count": Notice.count + 1,
                "read_at": None,
            },
        ),
        [
            {
                "person_id": person_id,
                "kind": kind,
                "subject_id": subject_id,
                "caused_by": caused_by,
                "at": now,
                "count": 1,
                "read_at": None,
            }
            for person_id in people
        ],
    )


def read(actor: Actor, notice_id: int) -> Notice:
    """The person has opened it. Raises NotFound for what is not theirs."""
    found = session.scalars(
        select(Notice).where(Notice.id == notice_id, Notice.person_id == actor.person_id)
    ).one_or_none()
    if found is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    if found.read_at is None:
        found.read_at, found.count = actor.now, 0
    return found


def read_all(actor: Actor, until: datetime, plugin_id: str = "") -> int:
    """Everything that came up to `until` is read; returns how much. What came later stays, it was not on the page."""
    statement = update(Notice).where(
        Notice.person_id == actor.person_id, Notice.read_at.is_(None), Notice.at <= until
    )
    if plugin_id:
        statement = statement.where(Notice.kind.in_(_kinds_of(plugin_id)))
    return len(session.scalars(statement.values(read_at=actor.now, count=0).returning(Notice.id)).all())


def read_about(actor: Actor, kinds: Collection[str], subject_id: int) -> None:
    """The person has seen the thing itself, whatever way they came: its lines are read."""
    session.execute(
        update(Notice)
        .where(
            Notice.person_id == actor.person_id,
            Notice.kind.in_(kinds),
            Notice.subject_id == subject_id,
            Notice.read_at.is_(None),
        )
        .values(read_at=actor.now, count=0)
    )


def drop(actor: Actor, lines: Collection[int]) -> None:
    """Remove lines of the actor's own that lead nowhere any more, so that nothing unread is left behind."""
    session.execute(delete(Notice).where(Notice.person_id == actor.person_id, Notice.id.in_(lines)))


def choose(actor: Actor, wanted: Collection[str]) -> None:
    """From now on only kinds in `wanted` come into the person's timeline. What is there already stays."""
    rows = [
        {"person_id": actor.person_id, "kind": kind, "is_wanted": kind in wanted}
        for kind in registry().notifications
    ]
    statement = upsert(NoticeChoice)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[NoticeChoice.person_id, NoticeChoice.kind],
            set_={"is_wanted": statement.excluded.is_wanted},
        ),
        rows,
    )


def tidy(actor: Actor) -> None:
    """Remove lines that were read three months ago, and all that are older than a year."""
    session.execute(
        delete(Notice).where(or_(Notice.read_at < actor.now - READ_KEPT, Notice.at < actor.now - KEPT))
    )


def _kinds_of(plugin_id: str) -> list[str]:
    plugin = registry().get(plugin_id)
    return [kind.id for kind in plugin.notifications] if plugin is not None else []


__all__ = ["CHUNK", "DELIVER", "choose", "deliver", "drop", "read", "read_about", "read_all", "tidy"]
