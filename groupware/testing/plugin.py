"""Fixtures of an application. A plugin author loads them with `pytest_plugins = ["groupware.testing.plugin"]`."""

import functools
import gc
import secrets
import sqlite3
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from groupware.app import create_app
from groupware.config import Settings
from groupware.db import db, in_unit, unit
from groupware.setup import initialise
from groupware.testing.factories import Factory
from groupware.testing.signing_in import sign_in_as

AppFactory = Callable[..., Flask]


@event.listens_for(Engine, "connect")
def _do_not_wait_for_the_disk(connection: Any, _record: object) -> None:
    """A test's database need not survive a power cut."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF").close()


_compile = Rule.compile
_compiled: dict[Hashable, tuple[Any, ...]] = {}


def _compile_once(self: Rule) -> None:
    """What a route is matched with and its addresses are built with, worked out once a process and not once an application of
    700 routes. Nothing of it changes afterwards, and the functions that build get their rule as an argument."""
    converters = tuple(self.map.converters.items())
    key = (self.rule, repr(self.defaults), self.merge_slashes, self.subdomain, self.host, converters)
    if key not in _compiled:
        _compile(self)
        methods: Any = (self._build, self._build_unknown)
        builders = [method.__func__ for method in methods]
        _compiled[key] = self._parts, self._trace, self._converters, frozenset(self.arguments), *builders
        return
    self._parts, self._trace, self._converters, arguments, build, build_unknown = _compiled[key]
    self.arguments = self.arguments | arguments
    self._build, self._build_unknown = build.__get__(self), build_unknown.__get__(self)


Rule.compile = _compile_once  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Compiled templates for all applications of the run: every test builds one, and compiling costs most of a page."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@functools.cache
def _keep_out_of_collections() -> None:
    """Let the garbage collector leave alone what was there with the first application: to go through all that was imported
    took a quarter of a second each time."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def make_app(
    tmp_path: Path, fresh_database_url: str, compiled_templates: FileSystemBytecodeCache
) -> Iterator[AppFactory]:
    """`make_app(chosen=[…], **settings)` builds an application on the test's own migrated database."""
    made: list[Flask] = []

    def build(chosen: Any = None, **changes: Any) -> Flask:
        settings = Settings(
            instance=tmp_path, database_url=fresh_database_url, secret_key=secrets.token_hex(), **changes
        )
        app = create_app(settings, chosen, poll_seconds=0)
        _keep_out_of_collections()
        app.testing = True
        app.jinja_env.bytecode_cache = compiled_templates
        made.append(app)
        return app

    yield build
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def begun() -> None:
    """Asked for by an `app` with all shipped plugins: its database may hold what a new instance begins with already."""


@pytest.fixture
def app(begun: None, make_app: AppFactory) -> Flask:  # noqa: ARG001  says so to whoever provides the database
    """An application with all shipped plugins and what a new instance begins with."""
    built = make_app()
    with built.app_context(), unit("write"):
        initialise()
    return built


@pytest.fixture
def write(app: Flask) -> Callable[[], AbstractContextManager[Session]]:
    """`with write() as session:` an app context with a write unit."""

    @contextmanager
    def open_unit() -> Iterator[Session]:
        with app.app_context(), unit("write") as session:
            yield session

    return open_unit


@pytest.fixture
def read(app: Flask) -> Callable[[], AbstractContextManager[Session]]:
    """`with read() as session:` an app context with a read unit."""

    @contextmanager
    def open_unit() -> Iterator[Session]:
        with app.app_context(), unit("read") as session:
            yield session

    return open_unit


@pytest.fixture
def factory(app: Flask) -> Factory:
    """Makes units, posts, people with accounts, grants; each call is a write unit of its own."""
    return Factory(app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without scripts; nobody is signed in."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., FlaskClient]:
    """`sign_in(person_id, elevated=False)` is a client in which that person is signed in."""

    def enter(person_id: int, *, elevated: bool = False) -> FlaskClient:
        return sign_in_as(app, person_id, elevated=elevated)

    return enter


@dataclass
class Statements:
    """SQL statements that were executed inside a `count_queries` block, transaction control aside."""

    texts: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.texts)


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], AbstractContextManager[Statements]]:
    """`with count_queries() as statements: …; assert len(statements) == 5`. The cache poll counts as one."""

    @contextmanager
    def counting() -> Iterator[Statements]:
        statements = Statements()

        def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "PRAGMA")):
                statements.texts.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return counting


@pytest.fixture(autouse=True)
def no_unit_left_open() -> Iterator[None]:
    """Fail a test that leaves a unit of work open."""
    yield
    assert in_unit() is None
