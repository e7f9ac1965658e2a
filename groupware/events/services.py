"""Emit durable events. `emit` collects; the rows are written last in the unit of work, topics locked in sorted order."""

from collections import Counter
from typing import Any, NamedTuple

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from groupware import clock
from groupware.actor import Actor
from groupware.db import before_commit, insert_new, session
from groupware.events.models import Event, Topic
from groupware.registry import registry

WRITTEN = "written_events"
"""Key in the session's `info` under which the events of the unit stand once they have their numbers."""


class Written(NamedTuple):
    """An event as it was written, for the steps that follow in the same unit of work."""

    actor: Actor
    topic: str
    seq: int
    kind: str
    payload: dict[str, Any]


class UndeclaredEvent(RuntimeError):
    """A kind or a field that no plugin declares: a fault of the programme."""


def emit(actor: Actor, topic: str, kind: str, **payload: Any) -> None:
    """Say that something happened in `topic`. `payload` holds exactly the declared fields, ids only."""
    declared = next((e for plugin in registry() for e in plugin.events if e.id == kind), None)
    if declared is None:
        raise UndeclaredEvent(f"no plugin declares the event {kind!r}")
    if set(declared.fields) != set(payload):
        raise UndeclaredEvent(f"event {kind!r} has the fields {declared.fields}, got {tuple(payload)}")
    waiting = session().info.setdefault("events", [])
    waiting.append((topic, kind, actor, payload))


@before_commit
def _write(current: Session) -> None:
    waiting = current.info.pop("events", [])
    if not waiting:
        return
    instant = clock.now()
    counts = Counter(topic for topic, *_ in waiting)
    numbers = {name: _take(current, name, counts[name], instant) for name in sorted(counts)}
    rows = []
    written = current.info.setdefault(WRITTEN, [])
    for topic, kind, actor, payload in waiting:
        topic_id, seq = numbers[topic]
        numbers[topic] = (topic_id, seq + 1)
        rows.append(
            {
                "topic_id": topic_id,
                "seq": seq,
                "kind": kind,
                "at": instant,
                "person_id": actor.person_id,
                "payload": payload,
            }
        )
        written.append(Written(actor, topic, seq, kind, payload))
    current.execute(insert(Event), rows)


def _take(current: Session, name: str, count: int, instant: Any) -> tuple[int, int]:
    """Lock the topic, reserve `count` numbers, return (topic id, first number)."""
    statement = (
        update(Topic)
        .where(Topic.name == name)
        .values(seq=Topic.seq + count, changed_at=instant)
        .returning(Topic.id, Topic.seq)
    )
    row = current.execute(statement).first()
    if row is None:
        current.execute(insert_new(Topic).values(name=name, seq=0, epoch=1, changed_at=instant))
        row = current.execute(statement).one()
    return row.id, row.seq - count + 1
