"""Databases for tests, on SQLite or (GROUPWARE_TEST_DATABASE=postgresql) on PostgreSQL, with one interface.

The migrations run once per run and database kind; every test database is a copy, with tables and nothing in them, or with what an
instance begins with.
"""

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from groupware.app import create_app
from groupware.config import Settings
from groupware.db import db, unit
from groupware.migrations import runner
from groupware.setup import initialise
from tests.support import postgres
from tests.support.requirements import is_required

KIND = os.environ.get("GROUPWARE_TEST_DATABASE") or "sqlite"
TEMPLATE, BEGUN = "migrated", "begun"
_SERVER = pytest.StashKey[postgres.PostgresServer]()
_FOLDER = pytest.StashKey[Path]()

DatabaseFactory = Callable[..., AbstractContextManager[str]]


def is_worker(config: pytest.Config) -> bool:
    """Whether this process is one of xdist's workers; the controller prepares what they share."""
    return hasattr(config, "workerinput")


def run_folder(config: pytest.Config) -> Path:
    """A folder that all processes of this run share, removed at its end."""
    return config.stash[_FOLDER]


def pytest_configure(config: pytest.Config) -> None:
    """Prepare what the processes of the run share, in the controller; take it over in a worker."""
    if KIND not in {"sqlite", "postgresql"}:
        raise pytest.UsageError(f"GROUPWARE_TEST_DATABASE must be sqlite or postgresql, not {KIND!r}")
    if is_worker(config):
        config.stash[_FOLDER] = Path(config.workerinput["run_folder"])  # type: ignore[attr-defined]  # xdist's
        return
    config.stash[_FOLDER] = Path(tempfile.mkdtemp(prefix="groupware-test-"))
    if KIND == "postgresql" and not config.option.collectonly:
        try:
            server = postgres.PostgresServer()
        except (postgres.PostgresUnavailableError, KeyError, OSError) as error:
            reason = f"PostgreSQL cannot run here: {error}"
            if is_required("postgres"):
                raise pytest.UsageError(reason) from error
            pytest.exit(f"{reason}\nThe suite did not run on PostgreSQL.", returncode=0)
        config.stash[_SERVER] = server
        (run_folder(config) / "postgres").symlink_to(server.socket_folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and remove what the run shared."""
    if is_worker(config) or _FOLDER not in config.stash:
        return
    if _SERVER in config.stash:
        config.stash[_SERVER].stop()
    shutil.rmtree(run_folder(config), ignore_errors=True)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell one of xdist's workers where the run's shared folder is."""
    node.workerinput["run_folder"] = str(run_folder(node.config))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests of the other database kind, and browser stories on PostgreSQL."""
    other = {"sqlite": ("postgres_only",), "postgresql": ("sqlite_only", "browser")}[KIND]
    out = [item for item in items if any(item.get_closest_marker(name) for name in other)]
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]


def command_environment(**settings: str) -> dict[str, str]:
    """The environment for a `groupware` command: none of this run's own settings, only those named."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GROUPWARE_")}
    return inherited | {f"GROUPWARE_{name.upper()}": value for name, value in settings.items()}


def run_command(instance: Path, *words: str, **settings: str) -> str:
    """Run `groupware --instance … words` to its end and return what it printed; fails the test when it fails."""
    done = subprocess.run(
        [Path(sys.executable).with_name("groupware"), "--instance", instance, *words],
        env=command_environment(**settings), capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    if done.returncode:
        pytest.fail(
            f"groupware {' '.join(words)} failed:\n{done.stdout[-3000:]}{done.stderr[-6000:]}", pytrace=False
        )
    return done.stdout


@contextmanager
def once(folder: Path, name: str) -> Iterator[bool]:
    """A block that one process of the run executes while the others wait; true for the one that has to do it."""
    done = folder / f"{name}.done"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        first = not done.exists()
        yield first
        if first:
            done.touch()


def migrate(folder: Path, url: str) -> None:
    """Make the tables of everything that ships."""
    app = create_app(Settings(instance=folder / "template", database_url=url, secret_key="for the template"))
    with app.app_context():
        runner.upgrade(db.engine, app.extensions["groupware_registry"])
        db.engine.dispose()


def begin(folder: Path, url: str) -> None:
    """Add what a new instance begins with."""
    app = create_app(Settings(instance=folder / "template", database_url=url, secret_key="for the template"))
    with app.app_context():
        with unit("write"):
            initialise()
        db.engine.dispose()


def _sqlite_databases(folder: Path) -> DatabaseFactory:
    def template(name: str) -> Path:
        """The database that others are copies of, made if it is not there."""
        file = folder / f"{name}.sqlite3"
        with once(folder, name) as first:
            if first and name == TEMPLATE:
                migrate(folder, f"sqlite:///{file}")
            elif first:
                copy(template(TEMPLATE), file)
                begin(folder, f"sqlite:///{file}")
        return file

    def copy(old: Path, new: Path) -> None:
        # Copied through SQLite, which also takes over what is still in the write-ahead log.
        with closing(sqlite3.connect(old)) as source, closing(sqlite3.connect(new)) as target:
            source.backup(target)

    @contextmanager
    def database(*, migrated: bool = True, begun: bool = False) -> Iterator[str]:
        with tempfile.TemporaryDirectory(prefix="db-", dir=folder) as work:
            file = Path(work) / "test.sqlite3"
            if migrated:
                copy(template(BEGUN if begun else TEMPLATE), file)
            yield f"sqlite:///{file}"

    return database


def _postgres_databases(folder: Path) -> DatabaseFactory:
    socket_folder = (folder / "postgres").resolve()

    def template(name: str) -> str:
        """The database that others are copies of, made if it is not there."""
        with once(folder, name) as first:
            if first and name == TEMPLATE:
                postgres.create(socket_folder, name=name)
                migrate(folder, postgres.url(socket_folder, name))
            elif first:
                postgres.create(socket_folder, template(TEMPLATE), name=name)
                begin(folder, postgres.url(socket_folder, name))
        return name

    @contextmanager
    def database(*, migrated: bool = True, begun: bool = False) -> Iterator[str]:
        name = postgres.create(socket_folder, template(BEGUN if begun else TEMPLATE) if migrated else None)
        try:
            yield postgres.url(socket_folder, name)
        finally:
            postgres.drop(socket_folder, name)

    return database


@pytest.fixture(scope="session")
def new_database(request: pytest.FixtureRequest) -> DatabaseFactory:
    """`with new_database() as url`: a database with the migrated schema, an empty one with migrated=False, with begun=True one
    with what an instance begins with."""
    folder = run_folder(request.config)
    return _sqlite_databases(folder) if KIND == "sqlite" else _postgres_databases(folder)


@pytest.fixture(scope="module")
def database_url(new_database: DatabaseFactory) -> Iterator[str]:
    """The URL of a database with the migrated schema, the same for all tests of a module."""
    with new_database() as url:
        yield url


@pytest.fixture
def fresh_database_url(request: pytest.FixtureRequest, new_database: DatabaseFactory) -> Iterator[str]:
    """The URL of a database with the migrated schema for one test alone; with what an instance begins with, where that is `begun`."""
    with new_database(begun="begun" in request.fixturenames) as url:
        yield url


@pytest.fixture
def empty_database_url(new_database: DatabaseFactory) -> Iterator[str]:
    """The URL of a database without any table."""
    with new_database(migrated=False) as url:
        yield url
