"""What the board tells people in their timeline."""

from datetime import timedelta

import pytest

from groupware import clock
from groupware.db import unit
from groupware.notifications.queries import timeline
from groupware.worker import Worker
from plugins.bulletin.services import nudges, postings, reading, talk


@pytest.fixture
def told(board):
    """`told(person)` is what stands in the timeline of a person once the worker has been there: (kind, title)."""

    def lines(person_id):
        Worker(board.app).run_due()
        who = board.actor(person_id)
        with board.app.test_request_context(), unit("read"):
            page = timeline(who)
        return [(line.kind.id.partition(".")[2], line.title) for line in page.lines]

    return lines


TITLE = "夏季の節電について"


def test_posting_is_told_to_those_whom_it_addresses(board, told):
    board.post()
    assert told(board.colleague) == [("published", TITLE)]
    assert told(board.outsider) == []
    assert told(board.author) == []


def test_posting_for_later_is_told_when_its_display_begins(board, told):
    board.post(shown_from=clock.now() + timedelta(days=2))
    assert told(board.colleague) == []
    with clock.frozen(clock.now() + timedelta(days=2, minutes=1)):
        assert told(board.colleague) == [("published", TITLE)]


def test_change_is_told_unless_it_was_silent(board, told):
    uid = board.post()
    told(board.colleague)
    board.write(
        postings.revise, board.author, uid, board.content(title="節電(訂正)"), version=1, is_silent=True
    )
    assert [kind for kind, _ in told(board.colleague)] == ["published"]
    board.write(postings.revise, board.author, uid, board.content(title="節電(再訂正)"), version=2)
    assert told(board.colleague)[0] == ("changed", "節電(再訂正)")


def test_nudge_is_told_to_those_who_have_not_confirmed(board, told):
    uid = board.post(confirm_by=clock.today() + timedelta(days=3))
    board.write(nudges.nudge, board.author, uid)
    assert ("nudged", TITLE) in told(board.colleague)


def test_nudge_is_not_told_to_who_has_confirmed(board, told):
    uid = board.post(confirm_by=clock.today() + timedelta(days=3))
    third = board.factory.person("渡辺 蓮", board.shelter, board.clerk_post)
    board.write(reading.confirm, board.colleague, uid, 1)
    board.write(nudges.nudge, board.author, uid)
    assert [kind for kind, _ in told(board.colleague)] == ["published"]
    assert ("nudged", TITLE) in told(third)


def test_comment_is_told_to_the_author(board, told):
    uid = board.post(has_comments=True)
    board.write(talk.add_comment, board.colleague, uid, "承知しました。")
    assert told(board.author) == [("commented", TITLE)]


def test_withdrawn_posting_vanishes_from_the_timeline(board, told):
    uid = board.post()
    told(board.colleague)
    board.write(postings.remove, board.author, uid)
    assert told(board.colleague) == []


def test_posting_that_is_put_off_silently_is_told_at_its_new_time(board, told):
    begins = clock.now() + timedelta(days=2)
    uid = board.post(shown_from=begins)
    told(board.colleague)
    later = board.content(shown_from=begins + timedelta(days=1))
    board.write(postings.revise, board.author, uid, later, version=1, is_silent=True)
    with clock.frozen(begins + timedelta(minutes=1)):
        assert told(board.colleague) == []
    with clock.frozen(begins + timedelta(days=1, minutes=1)):
        assert told(board.colleague) == [("published", TITLE)]
