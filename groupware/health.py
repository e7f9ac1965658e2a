"""Whether a process can do its work: asked by nginx, systemd, and whoever watches over the machine.

A part that fails says so by a fixed word, never by an error's own text: that could hold names of hosts and accounts.
"""

import shutil
import threading
from dataclasses import dataclass

import redis
from flask import Flask
from sqlalchemy import literal, select
from sqlalchemy.exc import SQLAlchemyError

from groupware.config import Settings
from groupware.db import db
from groupware.migrations import runner

LEAST_FREE = 256 * 1024 * 1024
"""Bytes on the disk of the instance below which a process takes no more work: SQLite's log and uploads need room."""

REDIS_SECONDS = 2.0

stopping = threading.Event()
"""Set when the process has been told to end: it finishes what it has and should be given nothing new."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what a process needs; `fault` is empty while it is well."""

    name: str
    fault: str = ""


def parts(app: Flask) -> list[Part]:
    """Every part that this installation uses, the first fault first in time to mend. Never raises."""
    settings: Settings = app.extensions["groupware_settings"]
    found = [Part("process", "stopping" if stopping.is_set() else "")]
    with app.app_context():
        database = _database()
        found += [database, Part("migrations", "unknown" if database.fault else _migrations(app))]
    found.append(Part("disk", _disk(settings)))
    if settings.redis_url:
        found.append(Part("redis", _redis(settings.redis_url)))
    return found


def free_bytes(settings: Settings) -> int:
    """Room on the disk of the instance."""
    return shutil.disk_usage(settings.instance).free


def _database() -> Part:
    try:
        with db.engine.connect() as connection:
            connection.execute(select(literal(1)))
    except SQLAlchemyError:
        return Part("database", "unreachable")
    return Part("database")


def _migrations(app: Flask) -> str:
    try:
        behind = runner.behind(db.engine, app.extensions["groupware_registry"])
    except SQLAlchemyError:
        return "unknown"
    return "behind" if behind else ""


def _disk(settings: Settings) -> str:
    try:
        return "full" if free_bytes(settings) < LEAST_FREE else ""
    except OSError:
        return "unreachable"


def _redis(url: str) -> str:
    try:
        with redis.Redis.from_url(
            url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
        ) as client:
            client.ping()
    except (redis.RedisError, OSError):
        return "unreachable"
    return ""


__all__ = ["LEAST_FREE", "Part", "free_bytes", "parts", "stopping"]
