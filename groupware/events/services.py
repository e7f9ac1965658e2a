"""Emit durable events. `emit` collects; the rows are written last in the unit of work, topics locked in sorted order."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Integer, bindparam, delete, select, tuple_, update
from sqlalchemy.orm import Session

from groupware import clock
from groupware.actor import Actor
from groupware.db import (
    BIGINT,
    UTCDateTime,
    after_commit,
    before_commit,
    for_each_database,
    run,
    session,
)
from groupware.events.models import Event, Topic
from groupware.given import insertion, write
from groupware.realtime.bus import Message, publish
from groupware.registry import registry

WRITTEN = "written_events"
"""Key in the session's `info` under which the events of the unit stand once they have their numbers."""
ENDED = "ended_epochs"
KEPT = timedelta(days=30)
"""How long events stay to be caught up on; a page that slept longer is loaded anew."""
CHUNK = 500
ROUNDS = 40


@for_each_database
def _insert() -> Any:
    return insertion(Event, "topic_id", "seq", "kind", "at", "person_id", "payload")


class Written(NamedTuple):
    """An event as it was written, for the steps that follow in the same unit of work."""

    actor: Actor
    topic: str
    seq: int
    kind: str
    payload: dict[str, Any]


def as_sent(seq: int, kind: str, at: datetime, payload: Mapping[str, Any]) -> dict[str, Any]:
    """An event as clients receive it: ids and field names, and never who did it."""
    return {"seq": seq, "kind": kind, "at": at.isoformat(), "payload": dict(payload)}


class UndeclaredEvent(RuntimeError):
    """A kind or a field that no plugin declares: a fault of the programme."""


def emit(actor: Actor, topic: str, kind: str, **payload: Any) -> None:
    """Say that something happened in `topic`. `payload` holds exactly the declared fields, ids only."""
    declared = registry().events.get(kind)
    if declared is None:
        raise UndeclaredEvent(f"no plugin declares the event {kind!r}")
    if set(declared.fields) != set(payload):
        raise UndeclaredEvent(f"event {kind!r} has the fields {declared.fields}, got {tuple(payload)}")
    waiting = session().info.setdefault("events", [])
    waiting.append((topic, kind, actor, payload))


def emit_once(actor: Actor, topic: str, kind: str, **payload: Any) -> None:
    """As `emit`, unless the unit of work says exactly this already: for what only tells pages to look again."""
    said = session().info.get("events", ())
    if not any((topic, kind, payload) == (one[0], one[1], one[3]) for one in said):
        emit(actor, topic, kind, **payload)


def end_epoch(topic: str) -> None:
    """Somebody may not follow `topic` any more: what happens from this commit on reaches only those who ask again.

    Belongs into the unit of work in which the right ends.
    """
    session.info.setdefault(ENDED, set()).add(topic)


@before_commit
def _write(current: Session) -> None:
    waiting = current.info.pop("events", [])
    ended = current.info.pop(ENDED, set())
    if not waiting and not ended:
        return
    instant = clock.now()
    counts = Counter(topic for topic, *_ in waiting)
    places = _take(sorted({*counts, *ended}), counts, ended, instant)
    messages: list[Message] = [
        {"is": "moved", "topic": name, "epoch": places[name].epoch} for name in sorted(ended)
    ]
    if waiting:
        written = current.info.setdefault(WRITTEN, [])
        messages += _record(written, waiting, places, instant)
    after_commit(lambda: publish(messages))


def _record(
    written: list[Written], waiting: list[Any], places: dict[str, "_Place"], instant: datetime
) -> list[Message]:
    next_of = {name: place.seq for name, place in places.items()}
    rows = []
    sent: dict[str, list[dict[str, Any]]] = {}
    for topic, kind, actor, payload in waiting:
        seq = next_of[topic]
        next_of[topic] += 1
        rows.append(
            {
                "topic_id": places[topic].topic_id,
                "seq": seq,
                "kind": kind,
                "at": instant,
                "person_id": actor.person_id,
                "payload": payload,
            }
        )
        sent.setdefault(topic, []).append(as_sent(seq, kind, instant, payload))
        written.append(Written(actor, topic, seq, kind, payload))
    write(_insert(), rows)
    return [
        {"is": "events", "topic": name, "epoch": places[name].epoch, "events": events}
        for name, events in sent.items()
    ]


_go_on = (
    update(Topic)
    .where(Topic.name == bindparam("topic"))
    .values(
        seq=Topic.seq + bindparam("count", type_=BIGINT),
        epoch=Topic.epoch + bindparam("ended", type_=Integer()),
        changed_at=bindparam("instant", type_=UTCDateTime()),
    )
    .returning(Topic.id, Topic.seq, Topic.epoch)
)


@for_each_database
def _begin() -> Any:
    """The first events of topics, and the next ones of those that were begun already."""
    statement = insertion(Topic, "name", "seq", "epoch", "changed_at")
    new = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=["name"],
        set_={
            "seq": Topic.seq + new.seq,
            "epoch": Topic.epoch + new.epoch - 1,
            "changed_at": new.changed_at,
        },
    )
    return statement.returning(Topic.name, Topic.id, Topic.seq, Topic.epoch)


class _Place(NamedTuple):
    topic_id: int
    seq: int
    epoch: int


def _take(
    names: Sequence[str], counts: Mapping[str, int], ended: Collection[str], instant: datetime
) -> dict[str, _Place]:
    """Lock the topics and reserve numbers, of which the first is returned.

    They are locked last of all and in one order, so that no two units wait for each other.
    """
    if len(names) == 1:
        (name,) = names
        values = {
            "topic": name,
            "count": counts.get(name, 0),
            "ended": int(name in ended),
            "instant": instant,
        }
        row = run(_go_on, values).first()
        if row is not None:
            return {name: _place(row, counts.get(name, 0))}
    rows = [
        {
            "name": name,
            "seq": counts.get(name, 0),
            "epoch": 1 + int(name in ended),
            "changed_at": instant,
        }
        for name in names
    ]
    return {row.name: _place(row, counts.get(row.name, 0)) for row in write(_begin(), rows)}


def _place(row: Any, count: int) -> _Place:
    return _Place(row.id, row.seq - count + 1, row.epoch)


def tidy(actor: Actor) -> None:
    """Remove events that nobody will catch up on any more, CHUNK at a time; the numbers of a topic go on."""
    old = select(Event.topic_id, Event.seq).where(Event.at < actor.now - KEPT).limit(CHUNK)
    for _ in range(ROUNDS):
        gone = session.execute(delete(Event).where(tuple_(Event.topic_id, Event.seq).in_(old)))
        if gone.rowcount < CHUNK:  # type: ignore[attr-defined]
            return
