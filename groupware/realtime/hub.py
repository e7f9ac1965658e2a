"""The hub of a process that holds sockets: from the bus and from the database into the rooms of its sockets.

One task hands over what the bus brings, another looks every second at the topics that have changed, so that nothing is lost
with a message: neither a write of a command or a worker without Redis, nor one that came in the wrong order. The number of
the last event that was sent is kept for every topic with followers here; what does not follow on it is read from the
database, what is not above it was sent already. So a room is sent every event once and in order.
"""

import logging
import queue
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

import redis
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from groupware import clock
from groupware.caches import versions
from groupware.db import unit
from groupware.directory.wall import without_wall
from groupware.events.topics import PERSON
from groupware.realtime.bus import Bus, Message
from groupware.realtime.queries import Position, events_after, moved, position, positions

TICK_SECONDS = 1.0
SLACK = timedelta(seconds=10)
"""A unit of work names its instant before its commit; so much later it is still found."""
SWEEP_TICKS = 60
"""Every so many ticks all followed topics are compared, whatever their instants say."""
RENEWED = 300
"""Sockets that are asked to follow again in one tick, after rights have changed for everybody."""
RIGHTS = ("access", "rules")
"""Versions that move when rights have changed for more people than can be named."""

_log = logging.getLogger("groupware.realtime")


class Sockets(Protocol):
    """The sockets of this process, as the hub needs them."""

    def send(self, room: str, event: str, data: Any, *, but: Sequence[str] = ()) -> None:
        """To every socket of a room, except some."""

    def close(self, room: str) -> None:
        """Everybody leaves the room."""

    def members(self, room: str) -> int:
        """How many sockets are in it."""

    def start(self, task: Callable[[], None]) -> None:
        """Run a task in the background for as long as the process lives."""

    def sleep(self, seconds: float) -> None:
        """Let the others go on meanwhile."""


@dataclass(slots=True)
class Stand:
    """What the followers of a topic were sent last."""

    seq: int
    epoch: int


def room_of(topic: str, epoch: int) -> str:
    """The room of a topic in an epoch: who joined it before a right ended is in another one than those who came after."""
    return f"{topic}:{epoch}"


def room_of_person(person_id: int) -> str:
    """The room of all sockets of a person."""
    return f"person:{person_id}"


class Hub:
    """Hands on what happens. `on` adds what to do with other messages of the bus, `every_tick` with a second that passed,
    `on_ended` with a topic whose epoch has ended."""

    def __init__(self, app: Flask, bus: Bus, sockets: Sockets) -> None:
        self.app = app
        self.bus = bus
        self.sockets = sockets
        self.counts: Counter[str] = Counter()
        self._stands: dict[str, Stand] = {}
        self._inner: dict[str, Callable[[list[dict[str, Any]]], None]] = {}
        self._inbox: queue.Queue[Message] = queue.Queue()
        self._seen_rights: tuple[int, ...] | None = None
        self._to_renew: list[str] = []
        self._looked_at = clock.now()
        self._ticks = 0
        self.every_tick: list[Callable[[], None]] = [self._look, self._watch_rights, self._renew_some]
        self.on: dict[str, Callable[[Message], None]] = {
            "events": self._events,
            "moved": self._moved,
            "behind": self._behind,
        }
        self.on_ended: Callable[[str], None] = lambda _topic: None
        bus.attach(self._inbox.put)

    def start(self) -> None:
        """Begin to hand on, to look and to listen."""
        for task in (self._hand_on, self._tick, self._listen):
            self.sockets.start(task)

    def follow(self, topic: str, found: Position) -> Stand | None:
        """Note that a socket has entered the topic's room; None if the epoch has ended meanwhile and it must ask again."""
        stand = self._stands.setdefault(topic, Stand(found.seq, found.epoch))
        return stand if stand.epoch == found.epoch else None

    def forget(self, topic: str) -> None:
        """Nobody here is concerned with the topic any more."""
        self._stands.pop(topic, None)

    def listen_to(self, topic: str, step: Callable[[list[dict[str, Any]]], None]) -> None:
        """Let `step` have the events of a topic that no client follows, from the next second on."""
        self._inner[topic] = step

    def room(self, topic: str) -> str | None:
        """The room in which the followers of a topic are now, or None where nobody follows it here."""
        stand = self._stands.get(topic)
        return room_of(topic, stand.epoch) if stand is not None else None

    def renew_all(self) -> None:
        """Let everybody ask again for what they follow, some in every tick: rights have changed somewhere."""
        self._to_renew = list(self._stands)

    def handle(self, message: Message) -> None:
        """Do what a message says; one that nobody here knows comes from a newer version and is left alone."""
        step = self.on.get(str(message.get("is")))
        if step is not None:
            step(message)

    def tick(self) -> None:
        """What is due every second."""
        for step in self.every_tick:
            try:
                step()
            except SQLAlchemyError as error:
                _log.warning("the database did not answer, it is asked again in a second: %s", error)
            except Exception:  # noqa: BLE001  logged, and the others go on
                _log.exception("a step of the second failed")

    def _events(self, message: Message) -> None:
        topic = message["topic"]
        stand = self._stands.get(topic)
        if stand is None or message["epoch"] < stand.epoch:
            return
        if message["epoch"] > stand.epoch:
            self._end(topic, stand)
            return
        new = [event for event in message["events"] if event["seq"] > stand.seq]
        if new and new[0]["seq"] != stand.seq + 1:
            self._send_missing(topic, stand)
        elif new:
            self._send(topic, stand, new)

    def _moved(self, message: Message) -> None:
        stand = self._stands.get(message["topic"])
        if stand is not None and message["epoch"] > stand.epoch:
            self._end(message["topic"], stand)

    def _behind(self, message: Message) -> None:
        stand = self._stands.get(message["topic"])
        if stand is not None:
            self._send_missing(message["topic"], stand)

    def _end(self, topic: str, stand: Stand) -> None:
        """The epoch is over: whoever still may follow asks again."""
        self._stands.pop(topic, None)
        self.on_ended(topic)
        room = room_of(topic, stand.epoch)
        self.sockets.send(room, "moved", {"topic": topic, "crowd": self.sockets.members(room)})
        self.sockets.close(room)

    def _send_missing(self, topic: str, stand: Stand) -> None:
        # Meanwhile the epoch may end, or the last follower leave: then there is nobody left to send to.
        while self._stands.get(topic) is stand:
            with self.app.app_context(), without_wall(), unit("read"):
                events = events_after(topic, stand.seq)
            if not events:
                return
            self._send(topic, stand, events)

    def _send(self, topic: str, stand: Stand, events: list[dict[str, Any]]) -> None:
        if topic in self._inner:
            stand.seq = events[-1]["seq"]
            self._inner[topic](events)
            return
        room = room_of(topic, stand.epoch)
        crowd = self.sockets.members(room)
        if not crowd and not topic.startswith(PERSON):
            self._stands.pop(topic, None)
            return
        stand.seq = events[-1]["seq"]
        self.counts["deliveries"] += crowd * len(events)
        self.sockets.send(room, "events", {"topic": topic, "events": events, "crowd": crowd})

    def _look(self) -> None:
        """Find in the database what the bus has not brought."""
        if not self._stands and not self._inner:
            self._looked_at = clock.now()
            return
        began = clock.now()
        self._ticks += 1
        with self.app.app_context(), without_wall(), unit("read"):
            for topic in self._inner.keys() - self._stands.keys():
                self.follow(topic, position(topic))
            if self._ticks % SWEEP_TICKS == 0:
                found = positions(set(self._stands))
            else:
                found = moved(self._looked_at, SLACK)
        self._looked_at = began
        for topic, there in found.items():
            stand = self._stands.get(topic)
            if stand is None:
                continue
            if there.epoch > stand.epoch:
                self._inbox.put({"is": "moved", "topic": topic, "epoch": there.epoch})
            elif there.seq > stand.seq:
                self._inbox.put({"is": "behind", "topic": topic})

    def _watch_rights(self) -> None:
        with self.app.app_context(), without_wall(), unit("read"):
            versions().refresh()
            now = tuple(versions().seen.get(name, 0) for name in RIGHTS)
        if self._seen_rights is not None and now != self._seen_rights:
            self.renew_all()
        self._seen_rights = now

    def _renew_some(self) -> None:
        renewed = 0
        while self._to_renew and renewed < RENEWED:
            topic = self._to_renew.pop()
            stand = self._stands.get(topic)
            if stand is not None:
                renewed += self.sockets.members(room_of(topic, stand.epoch))
                self._inbox.put({"is": "moved", "topic": topic, "epoch": stand.epoch + 1})

    def _hand_on(self) -> None:
        while True:
            message = self._inbox.get()
            try:
                self.handle(message)
            except SQLAlchemyError as error:
                _log.warning("the database did not answer, pages are told within a second: %s", error)
            except Exception:  # noqa: BLE001  logged, and the next is handed on
                _log.exception("a message of the bus could not be handed on")

    def _tick(self) -> None:
        while True:
            self.sockets.sleep(TICK_SECONDS)
            self.tick()

    def _listen(self) -> None:
        while True:
            try:
                for message in self.bus.listen():
                    self._inbox.put(message)
                return
            except redis.RedisError as error:
                _log.warning("Redis is away, pages are told within a second: %s", error)
                self.sockets.sleep(TICK_SECONDS)


__all__ = ["RIGHTS", "TICK_SECONDS", "Hub", "Sockets", "Stand", "room_of", "room_of_person"]
