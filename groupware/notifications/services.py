"""Verbs of the timeline: writing it down after an event, and reading it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import delete, literal, or_, select, update
from sqlalchemy.orm import Session

from groupware.actor import Actor
from groupware.db import after_commit, before_commit, session, upsert
from groupware.directory.models import Person
from groupware.errors import NotFound
from groupware.events.services import WRITTEN, emit
from groupware.i18n import gettext
from groupware.jobs.services import enqueue
from groupware.notifications.enums import Channel
from groupware.notifications.events import DELIVERED, TOPIC
from groupware.notifications.mail.queue import put_into_mail
from groupware.notifications.models import MailItem, Notice
from groupware.notifications.receivers import Receiver, receivers
from groupware.notifications.timing import desktop_due
from groupware.plugin import NotificationKind
from groupware.realtime.bus import publish
from groupware.registry import registry

DELIVER = "notifications.deliver"
FORGET = "notifications.forget"
CHUNK = 250
"""Rows in one transaction: 16,000 at once would hold other writers for a tenth of a second on SQLite."""
READ_KEPT = timedelta(days=90)
KEPT = timedelta(days=365)


@before_commit
def _announce(current: Session) -> None:
    """Leave a job for every kind that an event of this unit of work belongs to."""
    for event in current.info.get(WRITTEN, ()):
        for kind in registry().notifications_of(event.kind):
            if kind.concerns is not None and not kind.concerns(event.payload, event.actor.person_id):
                continue
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
    """Write the rows of the next receivers, on the ways of each; more of them are another job. Whoever caused it is told nothing.

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
    audience = declared.audience(payload)
    if audience is None:
        return
    person = audience.subquery().c[0]
    ids = session.scalars(
        select(person)
        .where(person > after, person != (caused_by or 0))
        .distinct()
        .order_by(person)
        .limit(CHUNK)
    ).all()
    told = receivers(ids, declared, actor.today)
    about = _About(
        declared, subject_id, caused_by, actor.now, declared.urgent is not None and declared.urgent(payload)
    )
    _write(told, about)
    put_into_mail(told, declared, subject_id, actor.now, is_urgent=about.is_urgent)
    if told:
        emit(actor, TOPIC, DELIVERED, notice_kind=kind, subject_id=subject_id)
    if len(ids) == CHUNK:
        enqueue(actor, DELIVER, again | {"after": ids[-1]})


@dataclass(frozen=True, slots=True)
class _About:
    """What is told."""

    kind: NotificationKind
    subject_id: int
    caused_by: int | None
    now: datetime
    is_urgent: bool


def _write(told: Sequence[Receiver], about: _About) -> None:
    # Most of a bureau share a plan.
    desktop_at = cache(lambda plan: desktop_due(about.now, plan, is_urgent=about.is_urgent))
    people: dict[datetime | None, list[int]] = {}
    for receiver in told:
        if Channel.TIMELINE in receiver.channels:
            at = desktop_at(receiver.plan) if Channel.DESKTOP in receiver.channels else None
            people.setdefault(at, []).append(receiver.person_id)
    for at, ids in people.items():
        _write_alike(ids, about, at)


def _write_alike(people: Collection[int], about: _About, desktop_at: datetime | None) -> None:
    """The same line for all of them: said once, for on a row for each person the driver spends more than the database."""
    said = {
        "kind": about.kind.id,
        "thing": about.kind.about,
        "subject_id": about.subject_id,
        "caused_by": about.caused_by,
        "at": about.now,
        "count": 1,
        "read_at": None,
        "is_urgent": about.is_urgent,
        "desktop_at": desktop_at,
    }
    line = (literal(value, getattr(Notice, name).type) for name, value in said.items())
    statement = upsert(Notice).from_select(
        ["person_id", *said], select(Person.id, *line).where(Person.id.in_(people))
    )
    fresh = ("thing", "at", "caused_by", "is_urgent", "desktop_at", "read_at")
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[Notice.person_id, Notice.kind, Notice.subject_id],
            set_={"count": Notice.count + 1} | {name: statement.excluded[name] for name in fresh},
        )
    )


def read(actor: Actor, notice_id: int) -> None:
    """The person has opened what a line is about: all lines about it are read. Raises NotFound for what is not theirs."""
    found = session.scalars(
        select(Notice).where(Notice.id == notice_id, Notice.person_id == actor.person_id)
    ).one_or_none()
    if found is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    session.execute(
        update(Notice)
        .where(
            Notice.person_id == actor.person_id,
            Notice.thing == found.thing,
            Notice.subject_id == found.subject_id,
            Notice.read_at.is_(None),
        )
        .values(read_at=actor.now, count=0)
    )
    _tell_pages(actor)


def read_all(actor: Actor, until: datetime, plugin_id: str = "") -> int:
    """Everything that came up to `until` is read; returns how many things. What came later stays, it was not on the page."""
    statement = update(Notice).where(
        Notice.person_id == actor.person_id, Notice.read_at.is_(None), Notice.at <= until
    )
    if plugin_id:
        statement = statement.where(Notice.kind.in_(_kinds_of(plugin_id)))
    done = statement.values(read_at=actor.now, count=0).returning(Notice.thing, Notice.subject_id)
    _tell_pages(actor)
    return len(set(session.execute(done).all()))


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
    _tell_pages(actor)


def _tell_pages(actor: Actor) -> None:
    """Other open pages of the person show the new number; one that misses it shows it when it is loaded next."""
    message = {"is": "bell", "people": [actor.person_id]}
    after_commit(lambda: publish([message]))


def drop(actor: Actor, lines: Collection[int]) -> None:
    """Remove lines of the actor's own that lead nowhere any more, with all others about the same things."""
    dead = select(Notice.thing, Notice.subject_id).where(
        Notice.person_id == actor.person_id, Notice.id.in_(lines)
    )
    for row in session.execute(dead).all():
        session.execute(
            delete(Notice).where(
                Notice.person_id == actor.person_id,
                Notice.thing == row.thing,
                Notice.subject_id == row.subject_id,
            )
        )


def forget_later(actor: Actor, kind: str, subject_id: int) -> None:
    """Have every line and waiting mail about something that is gone removed, by a job: there may be thousands."""
    enqueue(actor, FORGET, {"kind": kind, "subject_id": subject_id})


def forget(actor: Actor, kind: str, subject_id: int) -> None:
    """Remove the next lines and mails about it; more of them are another job."""
    is_done = True
    for model in (Notice, MailItem):
        part = select(model.id).where(model.kind == kind, model.subject_id == subject_id).limit(CHUNK)
        gone = session.scalars(delete(model).where(model.id.in_(part)).returning(model.id)).all()
        is_done = is_done and len(gone) < CHUNK
    if not is_done:
        forget_later(actor, kind, subject_id)


def tidy(actor: Actor) -> None:
    """Remove lines that were read three months ago, and all that are older than a year."""
    session.execute(
        delete(Notice).where(or_(Notice.read_at < actor.now - READ_KEPT, Notice.at < actor.now - KEPT))
    )


def _kinds_of(plugin_id: str) -> list[str]:
    plugin = registry().get(plugin_id)
    return [kind.id for kind in plugin.notifications] if plugin is not None else []


__all__ = [
    "CHUNK",
    "DELIVER",
    "FORGET",
    "deliver",
    "drop",
    "forget",
    "forget_later",
    "read",
    "read_about",
    "read_all",
    "tidy",
]
