"""`groupware files`: what is missing or damaged is found, and a new key takes over without losing anything."""

import uuid

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from groupware.attachments.models import StoredFile
from groupware.commands import cli, group
from groupware.crypto import new_key
from groupware.db import session


@pytest.fixture
def run(app, monkeypatch):
    """Runs a command on the application of the test."""
    monkeypatch.setattr(group, "create_app", lambda *_args, **_values: app)
    monkeypatch.setattr("groupware.commands.group.runner.pending", lambda *_: [])
    return lambda *words: CliRunner().invoke(cli, ["--instance", app.instance_path, "files", *words])


@pytest.fixture
def sent(house, sender):
    """Two files of the author."""
    mine = sender()
    return [uuid.UUID(mine.send(f"{n}.txt", b"file %d" % n)) for n in range(2)]


def test_whole_files_pass_and_faults_are_named(app, sent, run, read):
    done = run("verify")
    assert (done.exit_code, done.output) == (0, "2 files, 0 of them missing or damaged.\n")
    backend = app.extensions["groupware_files"].backend
    with read():
        first, second = session.scalars(select(StoredFile.address).order_by(StoredFile.id)).all()
    backend.path(first).write_bytes(b"file 9")
    backend.remove(second)
    done = run("verify")
    assert done.exit_code == 1
    assert f"{first}: is not what was written" in done.output
    assert f"{second}: is missing" in done.output


def test_new_key_takes_over(app, house, sender, sent, run, tmp_path):
    vault = app.extensions["groupware_files"]
    first, second = new_key(tmp_path / "1"), new_key(tmp_path / "2")
    for keys, number in (([first], 2), ([first], 0), ([second, first], 2)):
        vault.keys = keys
        assert f"{number} files were written anew." in run("reseal").output
    vault.keys = [second]
    assert run("verify").exit_code == 0
    assert len(list(vault.backend.addresses())) == 2
    assert sender().client.get(f"/attachments/{sent[1]}").data == b"file 1"
