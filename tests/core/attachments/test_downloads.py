"""Who may have a file, decided by its owner alone; and how it leaves: named, in ranges, never run by a browser."""

import uuid
from urllib.parse import unquote

import pytest
from sqlalchemy import func, select, update

from groupware import actor
from groupware.attachments.enums import ContentState
from groupware.attachments.models import Attachment, StoredFile
from groupware.attachments.names import cleaned, disposition, numbered
from groupware.audit.models import AuditRecord
from groupware.db import session
from groupware.errors import Invalid
from groupware.guards.rules import NO_EXPORT
from groupware.rules.services import set_rule
from tests.core.attachments.conftest import DRAFT

TEXT = "庁内報\n".encode() * 1000


@pytest.fixture
def leaf(house, leaves, sender):
    """A leaf that the reader may read, with a file that is shown."""
    leaves.readers[1] = {house.reader}
    leaves.managers[1] = {house.author}
    [uid] = house.attach(1, uuid.UUID(sender().send("庁内報 第3号.txt", TEXT)))
    return uid


def status(sender, person, uid):
    return sender(person).client.get(f"/attachments/{uid}").status_code


def test_file_is_for_those_who_may_read_its_owner(house, sender, leaf):
    assert sender(house.reader).client.get(f"/attachments/{leaf}").data == TEXT
    assert status(sender, house.author, leaf) == 200


def test_hidden_and_missing_answer_the_same(house, sender, leaf):
    hidden = sender(house.stranger).client.get(f"/attachments/{leaf}")
    missing = sender(house.stranger).client.get(f"/attachments/{uuid.uuid4()}")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert hidden.text.partition("<body>")[2] == missing.text.partition("<body>")[2] != ""


def test_file_vanishes_with_the_right_to_read_its_owner(house, leaves, sender, leaf):
    leaves.readers[1] = set()
    assert status(sender, house.reader, leaf) == 404


def test_file_that_belongs_to_nothing_is_its_senders_alone(house, sender):
    uid = sender().send("下書き.txt", TEXT)
    assert status(sender, house.author, uid) == 200
    assert status(sender, house.reader, uid) == 404


def test_proposed_and_former_files_are_for_those_who_manage(house, sender, leaf):
    other = uuid.UUID(sender().send("新しい版.txt", TEXT + b"2"))
    house.attach(1, other)
    assert (status(sender, house.reader, leaf), status(sender, house.author, leaf)) == (404, 200)
    assert status(sender, house.reader, other) == 200


def test_file_of_a_function_that_is_switched_off_does_not_exist(house, sender, leaf, write):
    with write():
        set_rule(actor.system(), "tea.enabled", None, False)
    assert status(sender, house.reader, leaf) == 404


def test_file_of_another_owner_is_copied_and_that_of_a_draft_moves(house, leaves, sender, leaf, read):
    leaves.readers[2] = leaves.managers[3] = {house.author}
    [copy] = house.attach(2, leaf)
    assert copy != leaf
    mine = uuid.UUID(sender().send("下書き.txt", b"draft"))
    [kept] = house.attach(3, mine, owner=DRAFT)
    [copy_again, moved] = house.attach(2, copy, kept)
    assert (copy_again, moved) == (copy, mine)
    with read():
        assert session.scalar(select(Attachment.owner_type).where(Attachment.uid == mine)) == "tea.leaf"
        assert session.scalar(select(func.count()).select_from(StoredFile)) == 2


def test_file_that_one_may_not_see_cannot_be_attached(house, leaves, leaf):
    leaves.managers[9] = {house.stranger}
    for uid in (leaf, uuid.uuid4()):
        with pytest.raises(Invalid) as refused:
            house.attach(9, uid, by=house.stranger)
        assert refused.value.code == "file_gone"


def test_number_of_files_is_the_bureaus_to_decide(house, sender, write):
    with write():
        set_rule(actor.system(), "attachments.number", None, 1)
    uids = [uuid.UUID(sender().send(f"{n}.txt", b"%d" % n)) for n in range(2)]
    with pytest.raises(Invalid) as refused:
        house.attach(1, *uids)
    assert refused.value.code == "too_many_files"


@pytest.mark.parametrize(("state", "code"), [(ContentState.WAITING, 409), (ContentState.REFUSED, 403)])
def test_file_that_is_not_free_stays(house, sender, leaf, write, state, code):
    with write():
        session.execute(update(StoredFile).values(state=state.value))
    assert status(sender, house.reader, leaf) == code


# ---- How it leaves ----


def test_no_browser_runs_what_leaves(house, sender, leaves):
    leaves.readers[1] = {house.reader}
    page = b"<!doctype html><script>alert(1)</script>"
    [uid] = house.attach(1, uuid.UUID(sender().send("page.txt", page)))
    headers = sender(house.reader).client.get(f"/attachments/{uid}").headers
    assert headers["Content-Disposition"].startswith("attachment;")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_japanese_name_arrives_whole(house, sender, leaf):
    value = sender(house.reader).client.get(f"/attachments/{leaf}").headers["Content-Disposition"]
    assert unquote(value.partition("UTF-8''")[2]) == "庁内報 第3号.txt"
    assert value.isascii()


@pytest.mark.parametrize(
    ("asked", "code", "body", "content_range"),
    [
        ("bytes=0-9", 206, TEXT[:10], f"bytes 0-9/{len(TEXT)}"),
        ("bytes=10-", 206, TEXT[10:], f"bytes 10-{len(TEXT) - 1}/{len(TEXT)}"),
        ("bytes=-5", 206, TEXT[-5:], f"bytes {len(TEXT) - 5}-{len(TEXT) - 1}/{len(TEXT)}"),
        (f"bytes={len(TEXT)}-", 416, b"", f"bytes */{len(TEXT)}"),
        ("bytes=0-1,4-5", 200, TEXT, None),
        ("pages=1-2", 200, TEXT, None),
        ("nonsense", 200, TEXT, None),
    ],
)
def test_range_is_answered_as_the_standard_says(house, sender, leaf, asked, code, body, content_range):
    answer = sender(house.reader).client.get(f"/attachments/{leaf}", headers={"Range": asked})
    assert (answer.status_code, answer.data) == (code, body)
    assert answer.headers.get("Content-Range") == content_range
    if code != 416:
        assert answer.content_length == len(body)


def test_download_goes_on_only_with_the_same_content(house, sender, leaf):
    client = sender(house.reader).client
    tag = client.get(f"/attachments/{leaf}").headers["ETag"]
    same = client.get(f"/attachments/{leaf}", headers={"Range": "bytes=5-", "If-Range": tag})
    other = client.get(f"/attachments/{leaf}", headers={"Range": "bytes=5-", "If-Range": '"other"'})
    assert (same.status_code, other.status_code) == (206, 200)
    assert client.get(f"/attachments/{leaf}", headers={"If-None-Match": tag}).status_code == 304


def test_head_says_all_and_sends_nothing(house, sender, leaf):
    answer = sender(house.reader).client.head(f"/attachments/{leaf}")
    assert (answer.content_length, answer.headers["Accept-Ranges"], answer.data) == (len(TEXT), "bytes", b"")


@pytest.mark.parametrize(
    ("label", "rule", "recorded"),
    [("1", "2", 0), ("2", "2", 1), ("3", "2", 1), ("1", "1", 1), ("3", "never", 0)],
)
def test_download_is_recorded_where_the_label_asks_for_it(
    house, leaves, sender, leaf, write, read, label, rule, recorded
):
    leaves.labels[1] = label
    with write():
        set_rule(actor.system(), "attachments.recorded_from", None, rule)
        set_rule(actor.system(), NO_EXPORT, None, ())
    client = sender(house.reader).client
    client.get(f"/attachments/{leaf}").close()
    client.get(f"/attachments/{leaf}", headers={"Range": "bytes=5-"}).close()
    client.head(f"/attachments/{leaf}").close()
    with read():
        found = session.scalars(
            select(AuditRecord).where(AuditRecord.action == "attachment.downloaded")
        ).all()
        assert [(one.person_id, one.object_type, one.object_id) for one in found] == [
            (house.reader, "tea.leaf", 1)
        ] * recorded


def test_nginx_sends_it_where_it_is_told_to(make_app, house, sender, leaf, app):
    settings = app.extensions["groupware_settings"]
    object.__setattr__(settings, "files_accel", "/files-of-groupware/")
    answer = sender(house.reader).client.get(f"/attachments/{leaf}")
    inside = answer.headers["X-Accel-Redirect"].removeprefix("/files-of-groupware/")
    assert (app.extensions["groupware_files"].folder / inside).read_bytes() == TEXT
    assert answer.data == b""
    assert status(sender, house.stranger, leaf) == 404


# ---- Names ----


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("報告書.docx", "報告書.docx"),
        ("C:\\Users\\sato\\報告書.docx", "報告書.docx"),
        ("../../etc/passwd", "passwd"),
        ("か\u3099く.txt", "がく.txt"),
        ("cod\u202etxt.exe", "codtxt.exe"),
        ('a<b>:"c|d?.txt', "a_b___c_d_.txt"),
        ("名前\r\nSet-Cookie: a=b.txt", "名前__Set-Cookie_ a=b.txt"),
        ("...", "file"),
        ("", "file"),
        ("長" * 300 + ".xlsx", "長" * 195 + ".xlsx"),
    ],
)
def test_name_is_kept_without_what_could_mislead(given, kept):
    assert cleaned(given) == kept


def test_header_of_a_name_cannot_be_broken_out_of():
    value = disposition('a";x="b\\.txt')
    assert value.count('"') == 2
    assert "\\" not in value


def test_equal_names_in_an_archive_are_numbered():
    assert numbered(["a.txt", "A.txt", "b", "a.txt", "b"]) == [
        "a.txt",
        "A (2).txt",
        "b",
        "a (3).txt",
        "b (2)",
    ]
