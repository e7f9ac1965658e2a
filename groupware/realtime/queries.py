"""Topics and their events, as those read them who push and those who catch up."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select

from groupware.db import BIGINT, UTCDateTime, fetch
from groupware.events.models import Event, Topic
from groupware.events.services import as_sent

CHUNK = 500
CAUGHT_UP = 200
"""Events that one request for what was missed brings at most."""

_name: Any = bindparam("name")
_names: Any = bindparam("names", expanding=True)
_seq: Any = bindparam("seq", type_=BIGINT)
_position = select(Topic.seq, Topic.epoch).where(Topic.name == _name)
_positions = select(Topic.name, Topic.seq, Topic.epoch).where(Topic.name.in_(_names))
_moved = select(Topic.name, Topic.seq, Topic.epoch).where(
    Topic.changed_at > bindparam("since", type_=UTCDateTime())
)
_since = (
    select(Event.seq, Event.kind, Event.at, Event.payload)
    .join(Topic, Topic.id == Event.topic_id)
    .where(Topic.name == _name, Event.seq > _seq)
    .order_by(Event.seq)
    .limit(CAUGHT_UP)
)


@dataclass(frozen=True, slots=True)
class Position:
    """How far a topic has come. Its epoch ends when somebody loses the right to follow it."""

    seq: int = 0
    epoch: int = 1


@dataclass(frozen=True, slots=True)
class Missed:
    """Events after a number. `is_reset`: older ones are gone already, so whoever asks begins anew from `seq`."""

    events: list[dict[str, Any]]
    seq: int
    epoch: int
    is_reset: bool
    has_more: bool


def position(name: str) -> Position:
    """Where a topic stands; one in which nothing has happened stands at 0."""
    row = fetch(_position, {"name": name}).first()
    return Position(row.seq, row.epoch) if row is not None else Position()


def positions(names: Collection[str]) -> Mapping[str, Position]:
    """Where topics stand; those in which nothing has happened are left out."""
    ordered = sorted(names)
    found: dict[str, Position] = {}
    for start in range(0, len(ordered), CHUNK):
        for row in fetch(_positions, {"names": ordered[start : start + CHUNK]}):
            found[row.name] = Position(row.seq, row.epoch)
    return found


def moved(since: datetime, slack: timedelta) -> Mapping[str, Position]:
    """Topics that have changed since an instant; a commit becomes visible up to `slack` after the instant it names."""
    rows = fetch(_moved, {"since": since - slack})
    return {row.name: Position(row.seq, row.epoch) for row in rows}


def events_after(name: str, seq: int) -> list[dict[str, Any]]:
    """The next events after a number, at most CAUGHT_UP, in order."""
    return [
        as_sent(row.seq, row.kind, row.at, row.payload) for row in fetch(_since, {"name": name, "seq": seq})
    ]


def missed(name: str, seq: int) -> Missed:
    """What somebody lacks who has seen the events up to a number."""
    now = position(name)
    if seq > now.seq:
        return Missed([], now.seq, now.epoch, is_reset=True, has_more=False)
    events = events_after(name, seq)
    is_reset = seq < now.seq and (not events or events[0]["seq"] != seq + 1)
    if is_reset:
        return Missed([], now.seq, now.epoch, is_reset=True, has_more=False)
    last = events[-1]["seq"] if events else now.seq
    return Missed(events, last, now.epoch, is_reset=False, has_more=last < now.seq)


def seq_of(name: Any) -> Any:
    """Scalar subquery for other statements: the number of the last event of a topic, so that a page is followed from it."""
    return func.coalesce(select(Topic.seq).where(Topic.name == name).scalar_subquery(), 0)


__all__ = [
    "CAUGHT_UP",
    "Missed",
    "Position",
    "events_after",
    "missed",
    "moved",
    "position",
    "positions",
    "seq_of",
]
