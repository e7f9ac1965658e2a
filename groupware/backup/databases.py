"""The database's part of a backup: SQLite by its online copy, PostgreSQL by pg_dump and pg_restore.

Both see one moment of the database while everybody goes on working. The tools of PostgreSQL have to be at least as new as the server; the
setting `postgres_tools` names their folder where the ones on the PATH are not.
"""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

from sqlalchemy import make_url

from groupware.backup.archive import DATABASE, PIECE, BackupError, Writer
from groupware.config import Settings

PART = 8 * PIECE
"""Bytes of a dump that make one entry: how much there will be is not known before its end."""


def kind(settings: Settings) -> str:
    """sqlite or postgresql."""
    return make_url(settings.url).get_backend_name()


def sqlite_file(settings: Settings) -> Path:
    """The file of a SQLite database."""
    return Path(str(make_url(settings.url).database))


def dump(settings: Settings, writer: Writer) -> None:
    """Add the database to a backup. BackupError."""
    parts = _dump_sqlite(settings) if kind(settings) == "sqlite" else _dump_postgresql(settings)
    for number, part in enumerate(parts):
        writer.add_bytes(f"{DATABASE}{number:06d}", part)


def restore(settings: Settings, parts: Iterable[bytes]) -> None:
    """Make the database, which must be empty, of the pieces of a dump: whole or not at all. BackupError."""
    if kind(settings) == "sqlite":
        _restore_sqlite(settings, parts)
    else:
        _restore_postgresql(settings, parts)


def _pieces(source: IO[bytes]) -> Iterator[bytes]:
    while piece := source.read(PART):
        yield piece


def _dump_sqlite(settings: Settings) -> Iterator[bytes]:
    file = sqlite_file(settings)
    if shutil.disk_usage(file.parent).free < file.stat().st_size:
        raise BackupError(f"There is no room beside {file} for a copy of it.")
    descriptor, name = tempfile.mkstemp(prefix=".backup-", dir=file.parent)
    os.close(descriptor)
    try:
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(name)) as copy:
            source.backup(copy)
            # A copy of a database in WAL mode would want its log beside it.
            copy.execute("PRAGMA journal_mode = DELETE").close()
        with Path(name).open("rb") as handle:
            yield from _pieces(handle)
    finally:
        Path(name).unlink()


def _restore_sqlite(settings: Settings, parts: Iterable[bytes]) -> None:
    file = sqlite_file(settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(file.name + ".restoring")
    try:
        with half.open("wb") as handle:
            handle.writelines(parts)
            handle.flush()
            os.fsync(handle.fileno())
        with closing(sqlite3.connect(half)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            raise BackupError(f"The database of the backup is damaged: {found}")
        half.rename(file)
    finally:
        half.unlink(missing_ok=True)


def _dump_postgresql(settings: Settings) -> Iterator[bytes]:
    command = [
        _tool(settings, "pg_dump"),
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        *_target(settings),
    ]
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(  # noqa: S603  the tool of the database, without a shell
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints, env=_environment(settings)
        )  # fmt: skip
        assert process.stdout is not None
        with process.stdout:
            yield from _pieces(process.stdout)
        _require_success(process, complaints)


def _restore_postgresql(settings: Settings, parts: Iterable[bytes]) -> None:
    command = [
        _tool(settings, "pg_restore"), "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges",
        *_target(settings),
    ]  # fmt: skip
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(  # noqa: S603  the tool of the database, without a shell
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=complaints, env=_environment(settings)
        )  # fmt: skip
        assert process.stdin is not None
        try:
            with process.stdin:
                for part in parts:
                    process.stdin.write(part)
        except BrokenPipeError:
            pass  # its complaint says why it stopped reading
        except BaseException:
            process.kill()
            process.wait()
            raise
        _require_success(process, complaints)


def _require_success(process: subprocess.Popen[bytes], complaints: IO[bytes]) -> None:
    if process.wait() == 0:
        return
    complaints.seek(0)
    words = complaints.read()[-1000:].decode(errors="replace").strip()
    raise BackupError(f"{Path(str(process.args[0])).name} failed: {words}")  # type: ignore[index]  # a list of ours


def _tool(settings: Settings, name: str) -> str:
    found = shutil.which(name, path=settings.postgres_tools or None)
    if found is None:
        raise BackupError(
            f"{name} was not found. Install PostgreSQL's client, or name its folder: postgres_tools."
        )
    return found


def _target(settings: Settings) -> list[str]:
    """Where to connect, without the password, which everybody on the machine could see."""
    url = make_url(settings.url)
    named = {"host": url.host, "port": url.port, "username": url.username, "dbname": url.database}
    options = [f"--{name}={value}" for name, value in named.items() if value]
    if isinstance(folder := url.query.get("host"), str):
        options.append(f"--host={folder}")
    return options


def _environment(settings: Settings) -> dict[str, str]:
    url = make_url(settings.url)
    known = {
        "sslmode": "PGSSLMODE",
        "sslrootcert": "PGSSLROOTCERT",
        "sslcert": "PGSSLCERT",
        "sslkey": "PGSSLKEY",
    }
    chosen = {known[name]: str(value) for name, value in url.query.items() if name in known}
    if url.password:
        chosen["PGPASSWORD"] = str(url.password)
    return os.environ | chosen
