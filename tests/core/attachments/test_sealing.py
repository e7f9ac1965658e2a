"""Contents at rest: nothing readable lies on the disk, every range opens, and keys can be changed."""

import hashlib
import uuid

import pytest
from flask import Flask

from groupware.attachments.queries import files
from groupware.attachments.storage.keeping import Vault
from groupware.attachments.storage.local import LocalBackend
from groupware.crypto import Damaged, new_key
from groupware.db import unit

FRAME = 64 * 1024
CONTENT = b"".join(hashlib.sha256(b"%d" % n).digest() for n in range(3 * FRAME // 32)) + b"the end"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "files"


@pytest.fixture
def keys(tmp_path):
    return [new_key(tmp_path / f"{n}.key") for n in range(2)]


def filled(folder, keys):
    vault = Vault(folder, keys, LocalBackend(folder))
    vault.add("part", 0, CONTENT[:FRAME])
    vault.add("part", FRAME, CONTENT[FRAME:])
    assert vault.assemble("part", len(CONTENT)) == DIGEST
    return vault, vault.keep("part", DIGEST)


def on_disk(folder):
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_nothing_readable_lies_on_the_disk(folder, keys):
    _vault, address = filled(folder, keys)
    lying = on_disk(folder)
    assert CONTENT[:32] not in lying
    assert b"the end" not in lying
    assert address != DIGEST


@pytest.mark.parametrize("start", [0, 1, FRAME - 1, FRAME, 2 * FRAME + 5, len(CONTENT) - 3, len(CONTENT)])
def test_every_range_opens(folder, keys, start):
    vault, address = filled(folder, keys)
    with vault.open(address, DIGEST) as content:
        content.seek(start)
        assert content.read(100_000) == CONTENT[start : start + 100_000]


def test_former_key_opens_what_it_sealed_and_a_lost_one_nothing(folder, keys):
    _, address = filled(folder, [keys[1]])
    with Vault(folder, keys, LocalBackend(folder)).open(address, DIGEST) as content:
        assert content.read() == CONTENT
    with pytest.raises(Damaged):
        Vault(folder, [keys[0]], LocalBackend(folder)).open(address, DIGEST)


def test_content_in_the_place_of_another_does_not_open(folder, keys):
    vault, address = filled(folder, keys)
    with pytest.raises(Damaged):
        vault.open(address, "00" * 32)


def test_changed_byte_is_noticed(folder, keys):
    vault, address = filled(folder, keys)
    file = vault.backend.path(address)
    changed = bytearray(file.read_bytes())
    changed[FRAME + 100] ^= 1
    file.write_bytes(bytes(changed))
    with vault.open(address, DIGEST) as content:
        content.seek(FRAME + 50)
        with pytest.raises(Damaged):
            content.read(10)


def test_sealed_upload_and_download_over_the_web(app: Flask, house, sender, keys):
    vault = app.extensions["groupware_files"]
    vault.keys = keys
    mine = sender()
    uid = mine.send("秘密.txt", "戸籍の写し\n".encode() * 10_000)
    part = mine.client.get(f"/attachments/{uid}", headers={"Range": "bytes=70000-70009"})
    assert part.data == ("戸籍の写し\n".encode() * 10_000)[70000:70010]
    assert "戸籍".encode() not in on_disk(vault.folder)
    with vault.as_path(*_where(app, uid)) as path:
        assert path.read_bytes() == "戸籍の写し\n".encode() * 10_000
        assert path.stat().st_mode & 0o077 == 0 or path.parent.stat().st_mode & 0o077 == 0
    assert not path.exists()


def _where(app, uid):
    with app.app_context(), unit("read"):
        [file] = files([uuid.UUID(uid)])
        return file.address, file.digest, file.size
