"""Visits to pages in this process, through WSGI, as a server would make them; and what they ask of the database."""

import io
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask
from sqlalchemy import delete, event, select
from werkzeug.test import create_environ

from groupware import clock
from groupware.actor import Actor
from groupware.auth.models import UserSession
from groupware.auth.tokens import digest
from groupware.db import db, holds_on, session, unit
from groupware.directory.enums import AppointmentKind
from groupware.directory.models import Appointment, Person, Post
from groupware.web.gate import signed_in
from groupware.zones import Zone

BARE = "/bench/bare"
TOKEN = "bench-"


class Faults(logging.Handler):
    """Keeps what the application logs as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message."""
        self.messages.append(record.getMessage())


_faults = Faults()


def add_bare_page(app: Flask) -> None:
    """A page that does nothing but know who is signed in: the measure of all others."""
    blueprint = Blueprint("bench", __name__)

    @blueprint.get(BARE)
    @signed_in
    def bare() -> str:
        return "<!doctype html><title>bare</title>"

    app.register_blueprint(blueprint)
    app.logger.addHandler(_faults)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in person: the cookie for pages, the actor for queries."""

    cookie: str
    actor: Actor


def visitors(app: Flask, people: Sequence[int]) -> list[Visitor]:
    """Sign these people in, without the sign-in page."""
    now = clock.now()
    serializer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    name = app.session_interface.get_cookie_name(app)
    with app.app_context(), unit("write"):
        session.execute(delete(UserSession).where(UserSession.user_agent == TOKEN))
        for person_id in people:
            session.add(
                UserSession(
                    token_digest=digest(f"{TOKEN}{person_id}"),
                    person_id=person_id,
                    created_at=now,
                    last_seen_at=now,
                    expires_at=now + timedelta(hours=12),
                    address="127.0.0.1",
                    user_agent=TOKEN,
                    zone=Zone.LGWAN.value,
                )
            )
    actors = _actors(app, people)
    return [
        Visitor(f"{name}={serializer.dumps({'_user_id': f'{TOKEN}{i}', '_fresh': True})}", actors[i])
        for i in people
    ]


def _actors(app: Flask, people: Sequence[int]) -> dict[int, Actor]:
    statement = (
        select(
            Person.id,
            Person.display_name,
            Appointment.id.label("appointment"),
            Appointment.unit_id,
            Post.rank,
        )
        .join(Appointment, Appointment.person_id == Person.id)
        .join(Post, Post.id == Appointment.post_id)
        .where(
            Person.id.in_(people),
            Appointment.kind == AppointmentKind.MAIN.value,
            holds_on(Appointment, clock.today()),
        )
    )
    with app.app_context(), unit("read"):
        return {
            row.id: Actor(
                person_id=row.id,
                display_name=row.display_name,
                appointment_id=row.appointment,
                unit_id=row.unit_id,
                post_rank=row.rank,
            )
            for row in session.execute(statement)
        }


def visit(app: Flask, path: str, cookie: str) -> float:
    """Seconds until the last byte of a page. Raises RuntimeError for anything but a page."""
    environ = create_environ(
        path, "http://127.0.0.1/", headers=[("Cookie", cookie)], input_stream=io.BytesIO()
    )
    status: list[str] = []

    def start_response(line: str, _headers: Any, _error: Any = None) -> Callable[[bytes], object]:
        status.append(line)
        return lambda data: data

    started = time.perf_counter()
    answer = app.wsgi_app(environ, start_response)
    size = sum(len(part) for part in answer)
    seconds = time.perf_counter() - started
    close = getattr(answer, "close", None)
    if close is not None:
        close()
    if not status[0].startswith("200") or not size:
        raise RuntimeError(f"{path} answered {status[0]}")
    if _faults.messages:
        # A page that leaves out a block that failed would be quick.
        raise RuntimeError(f"{path}: {_faults.messages[0]}")
    return seconds


@dataclass(slots=True)
class Statements:
    """What was asked of the database, transaction control aside."""

    asked: list[tuple[str, Any]] = field(default_factory=list)


@contextmanager
def listening(app: Flask) -> Iterator[Statements]:
    """Note the statements of the block."""
    found = Statements()

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "PRAGMA")):
            found.asked.append((statement, parameters))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def asked_by(app: Flask, read: Callable[[], object]) -> list[tuple[str, Any]]:
    """The statements that a read executes, caches being warm."""
    with app.app_context(), unit("read"), listening(app) as found:
        read()
    return found.asked


def at_the_database(app: Flask, statements: Sequence[tuple[str, Any]]) -> float:
    """Seconds that the statements take at the database and through its driver, rows fetched, without SQLAlchemy."""
    with app.app_context():
        connection: Any = db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        started = time.perf_counter()
        for statement, parameters in statements:
            cursor.execute(statement, parameters)
            cursor.fetchall()
        seconds = time.perf_counter() - started
        connection.rollback()
        return seconds
    finally:
        connection.close()
