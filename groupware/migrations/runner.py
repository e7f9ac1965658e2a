"""Bring a database up to date, or say what is missing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from groupware import registry as plugins
from groupware.db import Base
from groupware.plugin import Plugin

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class History:
    """A linear history of versions and the tables it answers for."""

    id: str
    versions: Path
    prefix: str

    @property
    def version_table(self) -> str:
        """Where Alembic notes how far this history has come."""
        return f"{self.prefix}schema_version"

    def owns(self, table: str) -> bool:
        """Whether a table belongs to this history."""
        return table.startswith(self.prefix)


def histories(registry: plugins.Registry) -> Iterator[History]:
    """The core's history, then those of the plugins that bring one."""
    yield History("core", HERE / "versions", "core_")
    for plugin in registry:
        if not registry.is_core(plugin.id) and (found := _history(plugin)) is not None:
            yield found


def _history(plugin: Plugin) -> History | None:
    versions = plugins.folder(plugin) / "migrations"
    return History(plugin.id, versions, f"{plugin.id}_") if versions.is_dir() else None


def upgrade(engine: Engine, registry: plugins.Registry) -> list[str]:
    """Run every missing step; returns the histories that moved. One transaction for all where the database allows it."""
    moved = []
    for history in histories(registry):
        with engine.connect() as connection, _references_rest(connection), connection.begin():
            before = _revision(connection, history)
            config = _config(history, connection)
            command.upgrade(config, "head")
            if _revision(connection, history) != before:
                _check_references(connection)
                moved.append(history.id)
    return moved


@contextmanager
def _references_rest(connection: Connection) -> Iterator[None]:
    """Let no reference act for the length of the block: SQLite changes a table by making it anew, and all that refers to the old one
    would go with it. It cannot be asked for inside a transaction."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def _check_references(connection: Connection) -> None:
    """Raises RuntimeError where a row refers to one that is not there: the step is taken back."""
    if connection.dialect.name != "sqlite":
        return
    broken = {f"{row[0]} → {row[2]}" for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}
    if broken:
        raise RuntimeError(f"rows refer to what is not there: {', '.join(sorted(broken))}")


def pending(engine: Engine, registry: plugins.Registry) -> list[str]:
    """Histories that are behind the programme."""
    found = []
    with engine.connect() as connection:
        for history in histories(registry):
            head = ScriptDirectory.from_config(_config(history)).get_current_head()
            if _revision(connection, history) != head:
                found.append(history.id)
    return found


def behind(engine: Engine, registry: plugins.Registry) -> list[str]:
    """Histories of which the programme has steps that the database lacks.

    A database that is newer than the programme is not behind: while an installation is upgraded, the processes that are
    still the old ones go on.
    """
    found = []
    with engine.connect() as connection:
        for history in histories(registry):
            revision = _revision(connection, history)
            known = steps(history)
            if revision is None or (revision in known and revision != known[0]):
                found.append(history.id)
    return found


@cache
def steps(history: History) -> tuple[str, ...]:
    """Revisions of a history, newest first; they do not change while a process runs."""
    return tuple(step.revision for step in ScriptDirectory.from_config(_config(history)).walk_revisions())


def is_empty(engine: Engine) -> bool:
    """Whether the database has never been initialised."""
    with engine.connect() as connection:
        return _revision(connection, History("core", HERE / "versions", "core_")) is None


def revisions(connection: Connection, registry: plugins.Registry) -> dict[str, str]:
    """How far each history has come, those that have begun."""
    found = {history.id: _revision(connection, history) for history in histories(registry)}
    return {name: revision for name, revision in found.items() if revision is not None}


def tables(connection: Connection) -> list[str]:
    """Every table there is, whoever made it."""
    return inspect(connection).get_table_names()


def differences(engine: Engine, registry: plugins.Registry) -> list[Any]:
    """What the models say and the migrated database does not; empty when migrations are complete."""
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": _known_names(registry), "compare_type": True}
        )
        return list(compare_metadata(context, Base.metadata))


def write_revision(engine: Engine, registry: plugins.Registry, history_id: str, message: str) -> None:
    """Write the next step of a history from the difference between models and database."""
    history = next(h for h in histories(registry) if h.id == history_id)
    history.versions.mkdir(parents=True, exist_ok=True)
    with engine.connect() as connection:
        config = _config(history, connection)
        number = len(list(history.versions.glob(f"{history.id}_[0-9]*.py"))) + 1
        command.revision(
            config,
            message=message.rstrip("."),
            autogenerate=True,
            rev_id=f"{history.id}_{number:04d}",
        )


def _config(history: History, connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("version_locations", str(history.versions).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("file_template", "%%(rev)s")
    config.attributes.update(connection=connection, history=history)
    return config


def _revision(connection: Connection, history: History) -> str | None:
    return MigrationContext.configure(
        connection, opts={"version_table": history.version_table}
    ).get_current_revision()


def _known_names(registry: plugins.Registry) -> Any:
    owners = list(histories(registry))

    def include(name: str | None, kind: str, _parents: object) -> bool:
        if kind != "table" or name is None:
            return True
        return any(h.owns(name) for h in owners) and not name.endswith("schema_version")

    return include
