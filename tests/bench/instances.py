"""A `kobe` instance on each database, made by `groupware demo` as a newcomer would.

The SQLite one is kept in .cache/bench and used again while the code that made it is the same and it is not too old;
PostgreSQL lives as long as the run.
"""

import gc
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flask import Flask

from groupware import clock
from groupware.app import create_app
from groupware.config import Settings
from groupware.db import db
from tests.support import postgres

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "bench"
MARKER = "bench.json"
SOURCES = (
    "groupware/access",
    "groupware/demo",
    "groupware/directory",
    "groupware/migrations/versions",
    "plugins/*/migrations",
    "plugins/*/seed",
)
OLDEST_DAYS = 3


@dataclass(frozen=True, slots=True)
class Instance:
    """A generated municipality. `demo_seconds` is what its generation took; `is_cached` if that was in an earlier run."""

    database: str
    app: Flask
    folder: Path
    url: str
    demo_seconds: float
    is_cached: bool

    @property
    def environment(self) -> dict[str, str]:
        """The environment for commands on this instance."""
        return environment(self.url)


def environment(url: str) -> dict[str, str]:
    """Only the settings named here, none of the caller's."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GROUPWARE_")}
    return inherited | {"GROUPWARE_DATABASE_URL": url}


def command(folder: Path, url: str, *words: str) -> float:
    """Run `groupware --instance folder words…`; returns its seconds. Raises CalledProcessError with its own words."""
    started = time.perf_counter()
    program = Path(sys.executable).with_name("groupware")
    subprocess.run(
        [program, "--instance", folder, *words], env=environment(url), stdin=subprocess.DEVNULL, check=True
    )
    return time.perf_counter() - started


@contextmanager
def prepared(database: str, size: str, *, is_fresh: bool) -> Iterator[Instance]:
    """The instance of a database kind, for the length of the block."""
    if database == "sqlite":
        folder = CACHE / f"{size}-sqlite"
        url = f"sqlite:///{folder / 'groupware.sqlite3'}"
        seconds = None if is_fresh else _known(folder)
        is_cached = seconds is not None
        if seconds is None:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            seconds = command(folder, url, "demo", "--size", size)
            _remember(folder, seconds)
        yield from _opened(database, folder, url, seconds, is_cached=is_cached)
        return
    server = postgres.PostgresServer()
    folder = CACHE / f"{size}-postgresql"
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        url = postgres.url(server.socket_folder, postgres.create(server.socket_folder))
        seconds = command(folder, url, "demo", "--size", size)
        yield from _opened(database, folder, url, seconds, is_cached=False)
    finally:
        server.stop()


def empty_database(instance: Instance, folder: Path) -> str:
    """The address of a new database beside that of the instance, of the same kind."""
    if instance.database == "sqlite":
        return f"sqlite:///{folder / 'groupware.sqlite3'}"
    socket_folder = Path(instance.url.partition("?host=")[2])
    return postgres.url(socket_folder, postgres.create(socket_folder))


def _opened(database: str, folder: Path, url: str, seconds: float, *, is_cached: bool) -> Iterator[Instance]:
    app = create_app(Settings(instance=folder, database_url=url, demo=True))
    gc.freeze()  # as every process that stays does
    try:
        yield Instance(database, app, folder, url, seconds, is_cached)
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _digest() -> str:
    found = hashlib.sha256()
    folders = [folder for source in SOURCES for folder in sorted(ROOT.glob(source))]
    for file in sorted(file for folder in folders for file in folder.rglob("*")):
        if file.suffix in (".py", ".toml", ".txt"):
            found.update(file.relative_to(ROOT).as_posix().encode() + file.read_bytes())
    return found.hexdigest()


def _known(folder: Path) -> float | None:
    try:
        marker = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    age = (clock.today() - date.fromisoformat(marker["built_on"])).days
    return float(marker["seconds"]) if marker["digest"] == _digest() and 0 <= age <= OLDEST_DAYS else None


def _remember(folder: Path, seconds: float) -> None:
    marker = {"digest": _digest(), "built_on": clock.today().isoformat(), "seconds": seconds}
    (folder / MARKER).write_text(json.dumps(marker), encoding="utf-8")
