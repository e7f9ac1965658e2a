"""Comments and reactions: who may give them, and take them away."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from groupware import clock
from groupware.db import session
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.events.models import Event
from plugins.bulletin.enums import ReactionKind
from plugins.bulletin.models import Comment, Posting, Reaction
from plugins.bulletin.queries import talk
from plugins.bulletin.queries.postings import opened
from plugins.bulletin.services import talk as talking


def test_comment_stands_with_name_and_section_and_is_told(board, read):
    uid = board.post(has_comments=True)
    board.write(talking.add_comment, board.colleague, uid, " 承知しました。\r\n以上 ", key="k")
    board.write(talking.add_comment, board.colleague, uid, " 承知しました。\r\n以上 ", key="k")
    with read():
        [comment], has_older = talk.comments(session.scalars(select(Posting.id)).one())
        assert (comment.person_name, comment.unit_name, comment.text) == (
            "鈴木 蓮",
            "保護課",
            "承知しました。\n以上",
        )
        assert not has_older
        assert "bulletin.comment_added" in session.scalars(select(Event.kind)).all()


def test_comment_that_is_empty_too_long_or_not_wanted_is_refused(board):
    uid, silent = board.post(has_comments=True), board.post()
    for text in ("  ", "あ" * 2001):
        with pytest.raises(Invalid):
            board.write(talking.add_comment, board.colleague, uid, text)
    with pytest.raises(Conflict):
        board.write(talking.add_comment, board.colleague, silent, "はい")
    with pytest.raises(NotFound):
        board.write(talking.add_comment, board.outsider, uid, "はい")
    with clock.frozen(clock.now() + timedelta(days=20)), pytest.raises(Conflict):
        board.write(talking.add_comment, board.colleague, uid, "はい")


def test_comment_is_deleted_by_its_author_or_who_manages_the_posting(board, read):
    third = board.factory.person("山本 陽", board.shelter, board.clerk_post)
    uid = board.post(has_comments=True)
    for text in ("一", "二"):
        board.write(talking.add_comment, board.colleague, uid, text)
    with read():
        first, second = session.scalars(select(Comment.uid).order_by(Comment.id)).all()
    with pytest.raises(Denied):
        board.write(talking.remove_comment, third, uid, first)
    board.write(talking.remove_comment, board.colleague, uid, first)
    board.write(talking.remove_comment, board.author, uid, second)
    with read():
        assert [(c.text, c.deleted_by) for c in session.scalars(select(Comment).order_by(Comment.id))] == [
            ("", board.colleague),
            ("", board.author),
        ]
    with pytest.raises(NotFound):
        board.write(talking.remove_comment, board.colleague, uid, first)


def test_reaction_is_set_once_and_taken_back(board, read):
    uid = board.post(has_reactions=True)
    for _ in range(2):
        board.write(talking.react, board.colleague, uid, ReactionKind.THANKS, is_set=True)
    counts = board.read(lambda a: talk.reactions(a, opened(a, uid).posting.id), board.colleague)
    assert [(one.kind, one.number, one.is_mine) for one in counts if one.number] == [
        (ReactionKind.THANKS, 1, True)
    ]
    board.write(talking.react, board.colleague, uid, ReactionKind.THANKS, is_set=False)
    with read():
        assert session.scalar(select(func.count()).select_from(Reaction)) == 0
        assert session.scalars(select(Event.kind)).all().count("bulletin.reaction_changed") == 2
    with pytest.raises(Conflict):
        board.write(talking.react, board.colleague, board.post(), ReactionKind.LIKE, is_set=True)
