"""Files of postings: chosen with and without scripts, kept by drafts, waiting for approval, gone with the posting."""

import io
import re
import uuid

import pytest
from sqlalchemy import func, select

from groupware import actor
from groupware.attachments.models import Attachment
from groupware.attachments.queries import shown_files
from groupware.attachments.services import adding
from groupware.db import session, unit
from groupware.rules.services import set_rule
from groupware.testing.signing_in import sign_in_as
from plugins.bulletin.enums import OWNER
from plugins.bulletin.models import Draft, Posting
from plugins.bulletin.queries.postings import opened
from plugins.bulletin.services import approvals, drafts, postings
from plugins.bulletin.services.content import Content
from plugins.bulletin.services.retention import purge
from tests.plugins.bulletin.conftest import Board


@pytest.fixture
def send(board: Board):
    """The uid of a file that the author has sent."""
    return lambda name, content=b"content": board.write(adding.add, board.author, name, content).uid


@pytest.fixture
def browser(board: Board):
    """A browser without scripts."""
    board.app.config["WTF_CSRF_ENABLED"] = False
    return lambda person_id=None: sign_in_as(board.app, person_id or board.author)


def status(client, file_uid):
    return client.get(f"/attachments/{file_uid}").status_code


def shown(board: Board, uid) -> list[str]:
    with board.app.app_context(), unit("read"):
        posting_id = session.scalar(select(Posting.id).where(Posting.uid == uid))
        return [file.name for file in shown_files(OWNER, [posting_id])[posting_id]]


def test_readers_open_the_files_of_a_posting_and_nobody_else_does(board, send, browser):
    file = send("日程.txt")
    uid = board.post(files=(file,))
    page = browser(board.colleague).get(f"/bulletin/{uid}").text
    assert "日程.txt" in page
    assert status(browser(board.colleague), file) == 200
    assert status(browser(board.outsider), file) == 404
    assert "添付ファイルあり" in browser(board.colleague).get("/bulletin/").text


def form(board, **more):
    return {
        "title": "節電",
        "html": "<p>本文</p>",
        "category_id": board.category_id,
        "audience": f"unit_tree:{board.welfare}",
        "classification": "1",
        "looked": "3",
        "action": "publish",
        **more,
    }


def test_files_come_with_a_form_without_scripts(board, browser):
    sent = form(board, files_new=[(io.BytesIO(b"one"), "一.txt"), (io.BytesIO(b"two"), "二.txt")])
    answer = browser().post("/bulletin/new", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 302, answer.text
    assert shown(board, uuid.UUID(answer.location.rpartition("/")[2])) == ["一.txt", "二.txt"]


def test_form_that_is_refused_keeps_its_files(board, browser):
    client = browser()
    sent = form(board, title="", files_new=[(io.BytesIO(b"one"), "一.txt")])
    answer = client.post("/bulletin/new", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 422
    [file] = re.findall(r'name="files" value="([0-9a-f-]+)" checked', answer.text)
    answer = client.post("/bulletin/new", data=form(board, files=file))
    assert shown(board, uuid.UUID(answer.location.rpartition("/")[2])) == ["一.txt"]


def test_file_that_is_refused_stops_the_posting_and_says_why(board, browser, read):
    sent = form(board, files_new=[(io.BytesIO(b"MZ" + bytes(100)), "表.xlsx")])
    answer = browser().post("/bulletin/new", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "「表.xlsx」は、名前と中身の種類が合っていません。" in answer.text
    with read():
        assert session.scalar(select(func.count()).select_from(Posting)) == 0


def test_files_are_added_and_previewed_before_posting(board, browser):
    client = browser()
    sent = form(board, action="attach", title="", files_new=[(io.BytesIO(b"one"), "一.txt")])
    page = client.post("/bulletin/new", data=sent, content_type="multipart/form-data")
    assert page.status_code == 200
    [file] = re.findall(r'name="files" value="([0-9a-f-]+)" checked', page.text)
    sent = form(board, action="preview", files=file, files_new=[(io.BytesIO(b"two"), "二.txt")])
    page = client.post("/bulletin/new", data=sent, content_type="multipart/form-data")
    assert "一.txt" in page.text
    assert "二.txt" in page.text
    assert len(re.findall(r'type="hidden" name="files"', page.text)) == 2


def test_draft_keeps_its_files_and_lets_them_go(board, send, browser, read):
    file, draft_uid = send("下書き.txt"), uuid.uuid4()
    board.write(drafts.save, board.author, draft_uid, {"title": ["案"], "files": [str(file)]})
    assert status(browser(), file) == 200
    assert status(browser(board.colleague), file) == 404
    page = browser().get(f"/bulletin/new?draft={draft_uid}")
    assert f'value="{file}" checked' in page.text
    board.write(drafts.delete_draft, board.author, draft_uid)
    with read():
        assert session.scalars(select(Attachment)).all() == []


def test_draft_that_becomes_a_posting_hands_its_files_over(board, send, browser, read):
    file, draft_uid = send("案.txt"), uuid.uuid4()
    board.write(drafts.save, board.author, draft_uid, {"title": ["案"], "files": [str(file)]})
    who = board.actor(board.author)
    with board.app.app_context(), unit("write"):
        uid = postings.post(who, "person", board.content(files=(file,)), draft_uid=draft_uid)
    assert shown(board, uid) == ["案.txt"]
    with read():
        assert session.scalars(select(Draft)).all() == []


def test_change_waits_with_its_files_for_approval(board, send, browser, write):
    old, new = send("旧.txt", b"old"), send("新.txt", b"new")
    uid = board.post(files=(old,))
    with write():
        set_rule(actor.system(), "bulletin.approval", None, "always")
    before = board.read(lambda who: Content.of(opened(who, uid).posting), board.author)
    board.write(
        postings.revise, board.author, uid, board.content(files=(new,), shown_to=before.shown_to), version=1
    )
    reader = browser(board.colleague)
    assert shown(board, uid) == ["旧.txt"]
    assert (status(reader, old), status(reader, new)) == (200, 404)
    assert status(browser(), new) == 200
    with write():
        approvals.approve(actor.system(), uid, 2)
    assert shown(board, uid) == ["新.txt"]
    assert (status(reader, old), status(reader, new)) == (404, 200)
    # What was shown before stays on record for those who look after the posting.
    assert status(browser(), old) == 200


def test_copy_of_a_posting_has_files_of_its_own(board, send, read):
    first = board.post(files=(send("様式.txt"),))
    content = board.read(lambda who: Content.of(opened(who, first).posting), board.author)
    second = board.post(files=content.files)
    assert shown(board, first) == shown(board, second) == ["様式.txt"]
    with read():
        assert len(set(session.scalars(select(Attachment.uid)))) == 2


def test_files_go_with_the_posting(board, send, read, write):
    uid = board.post(files=(send("日程.txt"),))
    with write():
        purge([session.scalar(select(Posting.id).where(Posting.uid == uid))])
    with read():
        assert session.scalars(select(Attachment)).all() == []


def test_removed_posting_hides_its_files(board, send, browser):
    file = send("日程.txt")
    uid = board.post(files=(file,))
    board.write(postings.remove, board.author, uid)
    assert status(browser(board.colleague), file) == 404
