"""Files come in pieces: acknowledged only when they lie on the disk, resumed where they were, refused without a trace."""

import errno
import hashlib
import os
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from groupware import actor
from groupware.attachments.models import Attachment, StoredFile, Upload
from groupware.attachments.services.uploads import PIECE
from groupware.attachments.storage import keeping
from groupware.db import session
from groupware.rules.services import set_rule

SMALL = "会議の記録です。\n".encode()


def large(pieces: float) -> bytes:
    """Content of which no piece equals another."""
    unit = hashlib.sha256(b"large").digest()
    return b"".join(
        hashlib.sha256(unit + n.to_bytes(4, "big")).digest() * 2048
        for n in range(int(pieces * PIECE) // 65536)
    )


def parts(app):
    return sorted(file.name for file in app.extensions["groupware_files"].parts.glob("*"))


def test_small_file_becomes_an_attachment_stored_by_its_digest(app, sender, read):
    uid = sender().send("議事録.txt", SMALL)
    digest = hashlib.sha256(SMALL).hexdigest()
    with read():
        made = session.scalars(select(Attachment)).one()
        stored = session.scalars(select(StoredFile)).one()
        assert (str(made.uid), made.name, made.owner_type) == (uid, "議事録.txt", "")
        assert (stored.digest, stored.size, stored.media_type) == (digest, len(SMALL), "text/plain")
        assert session.scalar(select(func.count()).select_from(Upload)) == 0
    file = app.extensions["groupware_files"].folder / digest[:2] / digest[2:4] / digest
    assert file.read_bytes() == SMALL
    assert parts(app) == []


def test_large_file_comes_in_pieces_and_equal_contents_are_stored_once(app, sender, read):
    content = large(2.5)
    mine = sender()
    first, second = mine.send("図面.bin", content), mine.send("図面の写し.bin", content)
    assert first != second
    assert mine.client.get(f"/attachments/{second}").data == content
    with read():
        assert session.scalars(select(StoredFile.digest)).all() == [hashlib.sha256(content).hexdigest()]


def test_interrupted_upload_goes_on_where_it_was(sender):
    content = large(2.5)
    mine = sender()
    begun = mine.begin("図面.bin", len(content), fingerprint="f" * 64).json
    assert mine.put(begun["url"], 0, content[:PIECE]).headers["Upload-Offset"] == str(PIECE)
    # The page was loaded again, the same file chosen again.
    again = mine.begin("図面.bin", len(content), fingerprint="f" * 64).json
    assert (again["uid"], again["offset"]) == (begun["uid"], PIECE)
    head = mine.client.head(begun["url"])
    assert (head.headers["Upload-Offset"], head.headers["Upload-Length"]) == (str(PIECE), str(len(content)))
    assert mine.client.get("/attachments/uploads").json["uploads"][0]["offset"] == PIECE
    for offset in range(PIECE, len(content), PIECE):
        assert mine.put(begun["url"], offset, content[offset : offset + PIECE]).status_code == 204
    uid = mine.finish(begun["url"]).json["uid"]
    assert mine.client.get(f"/attachments/{uid}").data == content


@pytest.mark.parametrize(
    ("offset", "length", "checksum", "status", "code"),
    [
        (0, PIECE, None, 409, "offset"),
        (2 * PIECE, 100, None, 409, "offset"),
        (PIECE, 100, None, 422, "length"),
        (PIECE, 0, None, 422, "length"),
        (PIECE, PIECE, "sha-256=:AAAA:", 422, "checksum"),
        (PIECE, PIECE, "", 422, "checksum"),
        (PIECE, PIECE, "md5=:AAAA:", 422, "checksum"),
    ],
)
def test_piece_that_is_not_the_next_one_changes_nothing(sender, offset, length, checksum, status, code):
    content = large(2.5)
    mine = sender()
    url = mine.begin("図面.bin", len(content)).json["url"]
    mine.put(url, 0, content[:PIECE])
    answer = mine.put(url, offset, content[offset : offset + length], checksum)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert mine.client.head(url).headers["Upload-Offset"] == str(PIECE)
    for at in range(PIECE, len(content), PIECE):
        assert mine.put(url, at, content[at : at + PIECE]).status_code == 204
    uid = mine.finish(url).json["uid"]
    assert mine.client.get(f"/attachments/{uid}").data == content


def test_file_that_is_not_whole_is_not_finished(sender):
    mine = sender()
    url = mine.begin("図面.bin", PIECE + 1).json["url"]
    mine.put(url, 0, bytes(PIECE))
    assert (mine.finish(url).status_code, mine.finish(url).json["code"]) == (409, "offset")


def test_finishing_twice_gives_the_same_file(sender):
    mine = sender()
    url = mine.begin("a.txt", len(SMALL)).json["url"]
    mine.put(url, 0, SMALL)
    first, second = mine.finish(url), mine.finish(url)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json["uid"] == second.json["uid"]


def test_cancelled_upload_leaves_nothing(app, sender, read):
    mine = sender()
    url = mine.begin("a.txt", len(SMALL)).json["url"]
    mine.put(url, 0, SMALL)
    assert len(parts(app)) == 1
    assert mine.client.delete(url).status_code == 204
    assert mine.client.head(url).status_code == 404
    assert parts(app) == []


def test_upload_of_somebody_else_does_not_exist(house, sender):
    mine, other = sender(), sender(house.stranger)
    url = mine.begin("a.txt", len(SMALL)).json["url"]
    assert other.put(url, 0, SMALL).status_code == 404
    assert other.client.head(url).status_code == 404
    assert other.finish(url).status_code == 404
    other.client.delete(url)
    assert mine.put(url, 0, SMALL).status_code == 204


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        {},
        {"name": "a"},
        {"name": 1, "size": 1},
        {"name": "a", "size": "1"},
        {"name": "a", "size": True},
    ],
)
def test_malformed_announcement_is_refused(sender, told):
    answer = sender().client.post("/attachments/uploads", json=told, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (422, "malformed")


def test_size_is_refused_before_anything_is_sent(app, house, sender, write):
    mine = sender()
    with write():
        set_rule(actor.system(), "attachments.largest_mb", None, 1)
    for size, code in ((0, "empty"), (-1, "empty"), (1024 * 1024 + 1, "too_large")):
        answer = mine.client.post(
            "/attachments/uploads",
            json={"name": "a.txt", "size": size},
            headers={"Accept": "application/json"},
        )
        assert (answer.status_code, answer.json["code"]) == (422, code)


def test_full_disk_is_said_and_what_came_before_stands(app, sender, monkeypatch):
    content = large(2)
    mine = sender()
    url = mine.begin("図面.bin", len(content)).json["url"]
    mine.put(url, 0, content[:PIECE])

    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(keeping.os, "fsync", full)
    answer = mine.put(url, PIECE, content[PIECE:])
    assert (answer.status_code, answer.json["code"]) == (507, "no_room")
    part = app.extensions["groupware_files"].parts / parts(app)[0]
    assert [file.stat().st_size for file in part.iterdir()] == [PIECE]
    monkeypatch.undo()
    assert mine.put(url, PIECE, content[PIECE:]).status_code == 204
    uid = mine.finish(url).json["uid"]
    assert mine.client.get(f"/attachments/{uid}").data == content


def test_announcement_of_more_than_the_disk_holds_is_refused(app, sender, monkeypatch):
    monkeypatch.setattr(type(app.extensions["groupware_files"]), "free", lambda _self: 10)
    answer = sender().client.post(
        "/attachments/uploads", json={"name": "a.txt", "size": 11}, headers={"Accept": "application/json"}
    )
    assert (answer.status_code, answer.json["code"]) == (507, "no_room")


def test_same_piece_sent_by_many_at_once_is_taken_once(app, house, sender):
    content = large(2)
    senders = [sender() for _ in range(6)]
    url = senders[0].begin("図面.bin", len(content)).json["url"]
    with ThreadPoolExecutor(len(senders)) as pool:
        for offset in (0, PIECE):
            piece = content[offset : offset + PIECE]
            codes = list(
                pool.map(lambda one, at=offset, sent=piece: one.put(url, at, sent).status_code, senders)
            )
            assert codes.count(204) == 1
            assert set(codes) == {204, 409}
    uid = senders[0].finish(url).json["uid"]
    assert senders[0].client.get(f"/attachments/{uid}").data == content


def test_piece_that_a_killed_server_did_not_acknowledge_is_replaced(app, sender):
    content = large(2)
    mine = sender()
    url = mine.begin("図面.bin", len(content)).json["url"]
    mine.put(url, 0, content[:PIECE])
    part = app.extensions["groupware_files"].parts / parts(app)[0]
    (part / ".000000004194304-abcd").write_bytes(os.urandom(777))
    (part / "000000004194304").write_bytes(os.urandom(777))
    mine.put(url, PIECE, content[PIECE:])
    uid = mine.finish(url).json["uid"]
    assert mine.client.get(f"/attachments/{uid}").data == content


@pytest.mark.parametrize("rule", ["attachments.person_quota_mb", "attachments.unit_quota_mb"])
def test_quota_counts_what_was_added_and_is_given_back(house, sender, write, rule):
    with write():
        set_rule(actor.system(), rule, None, 1)
    mine = sender()
    uid = mine.send("半分.bin", bytes(600 * 1024))
    answer = mine.client.post(
        "/attachments/uploads",
        json={"name": "もう半分.bin", "size": 600 * 1024},
        headers={"Accept": "application/json"},
    )
    assert (answer.status_code, answer.json["code"]) == (422, "quota")
    assert sender(house.stranger).begin("よその課.bin", 600 * 1024).status_code == 201
    assert mine.client.delete(f"/attachments/{uid}").status_code == 204
    assert mine.begin("もう半分.bin", 600 * 1024).status_code == 201


def test_file_that_belongs_to_something_is_not_taken_back(house, leaves, sender):
    leaves.managers[1] = {house.author}
    mine = sender()
    [uid] = house.attach(1, uuid.UUID(mine.send("a.txt", SMALL)))
    mine.client.delete(f"/attachments/{uid}")
    assert mine.client.get(f"/attachments/{uid}").data == SMALL


def test_refused_content_leaves_nothing(app, sender, read):
    mine = sender()
    url = mine.begin("表.xlsx", 300).json["url"]
    mine.put(url, 0, b"MZ" + bytes(298))
    answer = mine.finish(url)
    assert (answer.status_code, answer.json["code"]) == (422, "lying_type")
    assert mine.client.head(url).status_code == 404
    assert parts(app) == []
    with read():
        assert session.scalars(select(StoredFile)).all() == []
