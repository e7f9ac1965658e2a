"""Prove a backup, and make an installation of it."""

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sqlalchemy import create_engine

from groupware.backup import databases
from groupware.backup.archive import (
    ATTACHMENTS,
    DATABASE,
    INSTANCE,
    PIECE,
    BackupError,
    Entry,
    Manifest,
    manifest_of,
    read,
)
from groupware.backup.making import attachments
from groupware.config import Settings
from groupware.crypto import Damaged, Key, WrongKey
from groupware.migrations import runner
from groupware.registry import Registry

CONFIG = "config.toml"


@dataclass(frozen=True, slots=True)
class Proven:
    """What a sound backup holds."""

    manifest: Manifest
    entries: int
    size: int


def verify(settings: Settings, file: Path, key: Key) -> Proven:
    """Read all of it. BackupError if it is not what was written, or sealed with another key."""
    manifest, count, size, has_database = None, 0, 0, False
    try:
        with file.open("rb") as source:
            for entry in read(source, key):
                if manifest is None:
                    manifest = manifest_of(entry)
                _place(settings, entry)
                has_database |= entry.name.startswith(DATABASE)
                count, size = count + 1, size + entry.size
    except WrongKey as error:
        raise BackupError(f"{file} does not open: it is {error}.") from error
    except Damaged as error:
        raise BackupError(f"{file} is damaged: {error}.") from error
    if manifest is None or not has_database:
        raise BackupError(f"{file} holds no database.")
    return Proven(manifest, count, size)


def restore(settings: Settings, registry: Registry, file: Path, key: Key) -> Proven:
    """Make an installation of a backup: files first, the database last and in one step.

    BackupError, with nothing written, if there is an installation, if the backup is not sound, or if it does not fit the
    programme. What was broken off can be done again. The tables are those of the backup: upgrade them next.
    """
    _require_empty(settings)
    proven = verify(settings, file, key)
    _require_fitting(settings, registry, proven.manifest)
    with file.open("rb") as source:
        for entry in read(source, key):
            if (target := _place(settings, entry)) is not None:
                _restore_file(target, entry)
    with file.open("rb") as source:
        databases.restore(settings, _database_of(read(source, key)))
    return proven


def _database_of(entries: Iterator[Entry]) -> Iterator[bytes]:
    for entry in entries:
        if entry.name.startswith(DATABASE):
            yield from entry.pieces()


def _require_empty(settings: Settings) -> None:
    if databases.kind(settings) == "sqlite":
        if databases.sqlite_file(settings).exists():
            raise BackupError(
                f"There is a database already: {databases.sqlite_file(settings)}. Nothing is written over."
            )
        return
    engine = create_engine(settings.url)
    try:
        with engine.connect() as connection:
            tables = runner.tables(connection)
    finally:
        engine.dispose()
    if tables:
        raise BackupError(
            "The database holds tables already. Make a new, empty one: nothing is written over."
        )


def _require_fitting(settings: Settings, registry: Registry, manifest: Manifest) -> None:
    if manifest.database != databases.kind(settings):
        raise BackupError(
            f"The backup was made of {manifest.database}, the settings name {databases.kind(settings)}."
        )
    known = {history.id: runner.steps(history) for history in runner.histories(registry)}
    for name, revision in manifest.histories.items():
        if name in known and revision not in known[name]:
            raise BackupError(
                f"The backup was made by a later version of the programme ({revision}). Install that one first."
            )


def _place(settings: Settings, entry: Entry) -> Path | None:
    """Where a file of the backup belongs on this machine. Damaged if that would be outside of its folder."""
    for start, root in ((INSTANCE, settings.instance), (ATTACHMENTS, attachments(settings))):
        if entry.name.startswith(start):
            place = PurePosixPath(entry.name.removeprefix(start))
            if place.is_absolute() or ".." in place.parts or not place.parts:
                raise Damaged(f"{entry.name} would lie outside of its folder")
            return root / place
    return None


def _restore_file(target: Path, entry: Entry) -> None:
    if target.name == CONFIG and target.exists():
        # The operator has written one for this machine; the former one is there to compare.
        target = target.with_name(CONFIG + ".restored")
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    half = target.with_name(f".{target.name}.restoring")
    try:
        with half.open("wb") as handle:
            os.fchmod(handle.fileno(), 0o600)
            handle.writelines(entry.pieces())
            handle.flush()
            os.fsync(handle.fileno())
        if target.exists() and not _is_same(half, target):
            raise BackupError(f"There is another {target} already. Nothing is written over.")
        half.rename(target)
    finally:
        half.unlink(missing_ok=True)


def _is_same(one: Path, other: Path) -> bool:
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as first, other.open("rb") as second:
        return all(
            a == b
            for a, b in itertools.zip_longest(
                iter(lambda: first.read(PIECE), b""), iter(lambda: second.read(PIECE), b"")
            )
        )
