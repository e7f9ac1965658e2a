"""Drafts keep what was typed, for their writer only."""

import uuid

import pytest
from sqlalchemy import func, select

from groupware.db import session
from groupware.errors import Invalid, NotFound
from plugins.bulletin.models import Draft
from plugins.bulletin.queries.postings import drafts as my_drafts
from plugins.bulletin.services import drafts, postings
from tests.plugins.bulletin.test_pages import send


def test_draft_is_kept_as_typed_and_seen_by_its_writer_only(board):
    uid = uuid.uuid4()
    fields = {
        "title": ["  書きかけ "],
        "html": ["<p>まだ<script>"],
        "audience": ["everyone:0"],
        "csrf_token": ["x"],
    }
    board.write(drafts.save, board.author, uid, fields)
    board.write(drafts.save, board.author, uid, fields | {"title": ["二度目"]})
    [(title, kept)] = board.read(lambda a: [(d.title, d.fields) for d in my_drafts(a)], board.author)
    assert title == "二度目"
    assert kept == {"title": ["二度目"], "html": ["<p>まだ<script>"], "audience": ["everyone:0"]}
    assert board.read(my_drafts, board.colleague) == []
    with pytest.raises(NotFound):
        board.write(drafts.delete_draft, board.colleague, uid)
    with pytest.raises(Invalid):
        board.write(drafts.save, board.colleague, uid, fields)


def test_draft_vanishes_when_it_is_posted(board, read):
    uid = uuid.uuid4()
    board.write(drafts.save, board.author, uid, {"title": ["x"]})
    board.write(postings.post, board.author, "person", board.content(), draft_uid=uid)
    with read():
        assert session.scalar(select(func.count()).select_from(Draft)) == 0


def test_one_draft_too_many_is_refused_and_none_is_lost(board, monkeypatch, sign_in):
    monkeypatch.setattr(drafts, "MOST", 2)
    first = uuid.uuid4()
    for uid in (first, uuid.uuid4()):
        board.write(drafts.save, board.author, uid, {"title": ["古い"]})
    with pytest.raises(Invalid) as refusal:
        board.write(drafts.save, board.author, uuid.uuid4(), {"title": ["新しい"]})
    assert refusal.value.code == "too_many"
    board.write(drafts.save, board.author, first, {"title": ["続き"]})
    titles = [one.title for one in board.read(my_drafts, board.author)]
    assert sorted(titles) == ["古い", "続き"]
    browser = sign_in(board.author)
    answer = send(browser, "/bulletin/new", {"action": "draft", "title": "残る件名"})
    assert answer.status_code == 422
    assert "残る件名" in answer.text
    assert "下書きがすでに2件あります" in answer.text


def test_draft_that_is_too_large_is_refused(board):
    with pytest.raises(Invalid):
        board.write(drafts.save, board.author, uuid.uuid4(), {"html": ["あ" * 2_000_001]})
