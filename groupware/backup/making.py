"""Make a backup."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from groupware import __version__, clock
from groupware.backup import databases
from groupware.backup.archive import ATTACHMENTS, FORMAT, INSTANCE, BackupError, Manifest, Writer, written
from groupware.config import Settings
from groupware.crypto import Key, read_key
from groupware.db import db
from groupware.errors import ConfigurationError
from groupware.migrations import runner

SUFFIX = ".backup"
UPLOADS = "parts"
"""Folder of attachments that are still being sent: they begin again."""
DATABASE_FILES = ("", "-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made."""

    file: Path
    entries: int
    size: int
    """Bytes of what is in it."""


def key_of(settings: Settings) -> Key:
    """The key of backups. ConfigurationError if none is named or if it lies where it would be stolen with the data."""
    if not settings.backup_key_file:
        raise ConfigurationError(
            "backup_key_file: no key is named. Make one with `groupware new-key FILE`, outside of the instance, "
            "and keep a copy of it elsewhere."
        )
    file = Path(settings.backup_key_file).resolve()
    if file.is_relative_to(settings.instance):
        raise ConfigurationError(
            f"backup_key_file: {file} lies in the instance; who takes the data would have it."
        )
    return read_key(file)


def make(app: Flask, target: Path, *, with_files: bool = True) -> Made:
    """Write a backup to `target`, or into it if it is a folder, under the time of its making.

    The file appears when it is complete. Raises BackupError, ConfigurationError, OSError.
    """
    settings: Settings = app.extensions["groupware_settings"]
    key = key_of(settings)
    now = clock.now()
    file = (
        target / f"groupware-{clock.local(now, settings.zone):%Y%m%d-%H%M%S}{SUFFIX}"
        if target.is_dir()
        else target
    )
    if file.exists():
        raise BackupError(f"{file} exists already.")
    if file.resolve().is_relative_to(settings.instance):
        raise BackupError("A backup in the folder of the instance would be lost together with it.")
    with db.engine.connect() as connection:
        histories = runner.revisions(connection, app.extensions["groupware_registry"])
    manifest = Manifest(
        format=FORMAT,
        made_at=now.isoformat(timespec="seconds"),
        programme=__version__,
        municipality=settings.municipality,
        database=databases.kind(settings),
        histories=histories,
        has_files=with_files,
    )
    half = file.with_name(f".{file.name}.part")
    try:
        with half.open("xb") as handle:
            os.fchmod(handle.fileno(), 0o600)
            with written(handle, key, manifest) as writer:
                databases.dump(settings, writer)
                if with_files:
                    _add_files(settings, writer)
            handle.flush()
            os.fsync(handle.fileno())
        half.rename(file)
    except FileExistsError:
        raise BackupError(
            f"{half} exists already: another backup is being made, or one was broken off."
        ) from None
    except BaseException:
        half.unlink(missing_ok=True)
        raise
    return Made(file, writer.total.entries, writer.total.size)


def _add_files(settings: Settings, writer: Writer) -> None:
    for name, file in files(settings):
        try:
            handle = file.open("rb")
        except FileNotFoundError:
            continue  # erased meanwhile: nothing names it any more
        with handle:
            writer.add(name, handle, os.fstat(handle.fileno()).st_size)


def attachments(settings: Settings) -> Path:
    """Folder of the attachments."""
    return Path(settings.files_folder or settings.instance / "files")


def files(settings: Settings) -> Iterator[tuple[str, Path]]:
    """Everything that belongs into a backup beside the database, each under its name there."""
    is_sqlite = databases.kind(settings) == "sqlite"
    database = databases.sqlite_file(settings) if is_sqlite else settings.instance / "groupware.sqlite3"
    left_out = {database.with_name(database.name + ending) for ending in DATABASE_FILES}
    stored = attachments(settings)
    for file in _below(settings.instance, stored):
        if file not in left_out:
            yield INSTANCE + file.relative_to(settings.instance).as_posix(), file
    for file in _below(stored, stored / UPLOADS):
        yield ATTACHMENTS + file.relative_to(stored).as_posix(), file


def _below(root: Path, left_out: Path) -> Iterator[Path]:
    """Files below a folder, without one that has its own place, what is half-made, and links."""
    for folder, below, names in os.walk(root):
        below[:] = sorted(
            name for name in below if not name.startswith(".") and Path(folder, name) != left_out
        )
        for name in sorted(names):
            file = Path(folder, name)
            if not name.startswith(".") and file.is_file() and not file.is_symlink():
                yield file
