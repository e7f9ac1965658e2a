"""The bus: what was committed here is made known to every process that holds sockets.

A message on the bus is a hint. The rows are in the database, and whoever holds sockets finds within a second what the bus
has lost; so publishing never waits long, never fails, and nothing depends on Redis but speed.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import redis
from flask import current_app

from groupware import clock
from groupware.config import Settings

Message = Mapping[str, Any]
Receiver = Callable[[Message], None]

REDIS_SECONDS = 0.25
"""Longest wait for Redis when publishing."""
REST_SECONDS = 1.0
"""After a failure Redis is left alone for so long."""
LISTEN_SECONDS = 5.0
"""Longest wait for the next message: so often it is checked that Redis is still there."""

_log = logging.getLogger("groupware.realtime")


class Bus(Protocol):
    """Carries messages to all receivers of the installation."""

    def publish(self, messages: Sequence[Message]) -> None:
        """Make known. Never raises."""

    def attach(self, receiver: Receiver) -> None:
        """From now on hand every message of this process to `receiver`."""

    def listen(self) -> Iterator[Message]:
        """Messages of other processes; ends, or raises `redis.RedisError`, when the connection is lost."""


class LocalBus:
    """For an installation whose web process holds the sockets itself."""

    def __init__(self) -> None:
        self._receiver: Receiver | None = None

    def attach(self, receiver: Receiver) -> None:
        """From now on hand every message to `receiver`."""
        self._receiver = receiver

    def publish(self, messages: Sequence[Message]) -> None:
        """Hand them over."""
        if self._receiver is not None:
            for message in messages:
                self._receiver(message)

    def listen(self) -> Iterator[Message]:
        """There is no other process."""
        return iter(())


class RedisBus:
    """For many processes: Redis publishes to all of them. Where Redis is away, this process at least is told."""

    def __init__(self, url: str, channel: str) -> None:
        self._channel = channel
        self._publisher = redis.Redis.from_url(
            url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
        )
        self._subscriber = redis.Redis.from_url(url, socket_connect_timeout=LISTEN_SECONDS)
        self._receiver: Receiver | None = None
        self._rests_until = 0.0

    def attach(self, receiver: Receiver) -> None:
        """From now on hand messages to `receiver` that Redis does not take."""
        self._receiver = receiver

    def publish(self, messages: Sequence[Message]) -> None:
        """Publish to all processes, this one included."""
        if clock.monotonic() >= self._rests_until:
            try:
                with self._publisher.pipeline(transaction=False) as pipe:
                    for message in messages:
                        pipe.publish(self._channel, json.dumps(message, separators=(",", ":")))
                    pipe.execute()
            except redis.RedisError as error:
                self._rests_until = clock.monotonic() + REST_SECONDS
                _log.warning("Redis took no message; pages are told within a second: %s", error)
            else:
                return
        if self._receiver is not None:
            for message in messages:
                self._receiver(message)

    def listen(self) -> Iterator[Message]:
        """What all processes publish. Raises `redis.RedisError` when Redis is lost."""
        with self._subscriber.pubsub(ignore_subscribe_messages=True) as pubsub:  # type: ignore[no-untyped-call]
            pubsub.subscribe(self._channel)
            while True:
                received = pubsub.get_message(timeout=LISTEN_SECONDS)
                if received is None:
                    pubsub.ping()
                elif received["type"] == "message":
                    yield json.loads(received["data"])


def of_settings(settings: Settings, secret: str) -> Bus:
    """The bus that an installation has. Two installations on one Redis do not hear each other."""
    if not settings.redis_url:
        return LocalBus()
    return RedisBus(settings.redis_url, f"groupware:{hashlib.sha256(secret.encode()).hexdigest()[:16]}")


def bus() -> Bus:
    """The bus of the current app."""
    found: Bus = current_app.extensions["groupware_bus"]
    return found


def publish(messages: Sequence[Message]) -> None:
    """Make known what the unit of work has committed; only after its commit."""
    if messages:
        bus().publish(messages)
