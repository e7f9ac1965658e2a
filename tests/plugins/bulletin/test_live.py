"""The board on open pages: over the wire, with clients that nobody here wrote, served both ways."""

import time
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import expect
from socketio.exceptions import ConnectionError as Refused

from groupware import clock
from groupware.auth.services.sessions import end_all_sessions
from groupware.db import session, unit
from plugins.bulletin.models import Posting
from plugins.bulletin.services import postings, talk
from tests.plugins.bulletin.conftest import Board
from tests.support.browser import NewPage
from tests.support.sockets import Served, until

pytestmark = pytest.mark.slow


def _topic(board: Board, uid: UUID) -> str:
    with board.app.app_context(), unit("read"):
        return f"bulletin.posting.{session.query(Posting.id).filter_by(uid=uid).scalar()}"


def _say(board: Board, uid: UUID, text: str) -> None:
    board.write(talk.add_comment, board.colleague, uid, text)


def test_what_another_process_writes_reaches_an_open_page_within_two_seconds(
    served: Served, board: Board
) -> None:
    uid = board.post(has_comments=True)
    topic = _topic(board, uid)
    page = served.connect(board.author)
    stand = page.ask("follow", topics={topic: None})["topics"][topic]
    began = time.monotonic()
    _say(board, uid, "承知しました。")
    until(lambda: page.events(topic), 2)
    assert time.monotonic() - began < 2
    (event,) = page.events(topic)
    assert event["kind"] == "bulletin.comment_added"
    assert event["seq"] == stand["seq"] + 1
    assert "承知" not in str(page.received), "payloads hold ids only"


def test_a_killed_server_loses_no_event_and_sends_none_twice(served: Served, board: Board) -> None:
    uid = board.post(has_comments=True)
    topic = _topic(board, uid)
    cookie = served.cookie(board.author)
    page = served.connect(cookie=cookie)
    seq = page.ask("follow", topics={topic: None})["topics"][topic]["seq"]
    for number in range(5):
        _say(board, uid, f"一 {number}")
    until(lambda: len(page.events(topic)) == 5)
    served.stop(kill=True)
    for number in range(5):
        _say(board, uid, f"二 {number}")
    served.start()
    again = served.connect(cookie=cookie)
    stand = again.ask("follow", topics={topic: None})["topics"][topic]
    known = page.events(topic)[-1]["seq"]
    status, missed = served.fetch(f"/realtime/events?topic={topic}&since={known}", cookie)
    assert status == 200
    for number in range(5):
        _say(board, uid, f"三 {number}")
    until(lambda: again.events(topic) and again.events(topic)[-1]["seq"] == seq + 15)
    seen = [event["seq"] for event in page.events(topic) + missed["events"] + again.events(topic)]
    assert seen == list(range(seq + 1, seq + 16))
    assert stand["seq"] == seq + 10


def test_whom_a_posting_does_not_address_follows_nothing(served: Served, board: Board) -> None:
    uid = board.post(has_comments=True)
    topic = _topic(board, uid)
    cookie = served.cookie(board.outsider)
    stranger = served.connect(cookie=cookie)
    names = [topic, "bulletin.posting.999999", "nothing.at.all", "bulletin.posting.x", "person.1"]
    assert stranger.ask("follow", topics=dict.fromkeys(names)) == {"topics": dict.fromkeys(names)}
    assert [served.fetch(f"/realtime/events?topic={name}&since=0", cookie)[0] for name in names] == [404] * 5
    reader = served.connect(board.author)
    reader.ask("follow", topics={topic: None})
    _say(board, uid, "届きません")
    until(lambda: reader.events(topic))
    assert not stranger.of("events")


def test_who_loses_the_right_receives_nothing_later_and_the_others_everything(
    served: Served, board: Board
) -> None:
    uid = board.post(
        has_comments=True,
    )
    topic = _topic(board, uid)
    leaving, staying = served.connect(board.colleague), served.connect(board.author)
    for page in (leaving, staying):
        assert page.ask("follow", topics={topic: None})["topics"][topic] is not None
    board.write(postings.remove, board.author, uid)
    until(lambda: leaving.of("moved"), 3)
    assert leaving.ask("follow", topics={topic: None}) == {"topics": {topic: None}}
    assert not [event for event in leaving.events(topic) if event["kind"] == "bulletin.posting_withdrawn"]


def test_an_ended_session_is_told_and_hears_nothing_more(served: Served, board: Board) -> None:
    uid = board.post(has_comments=True)
    topic = _topic(board, uid)
    cookie = served.cookie(board.author)
    page = served.connect(cookie=cookie)
    page.ask("follow", topics={topic: None})
    with board.app.app_context(), unit("write"):
        end_all_sessions(board.author, clock.now())
    until(lambda: not page.socket.connected, 5)
    assert page.of("end")
    _say(board, uid, "もう見えません")
    time.sleep(1.5)
    assert not page.events(topic)
    with pytest.raises(Refused):
        served.connect(cookie=cookie)


def test_bad_and_oversized_messages_are_answered_giants_end_the_connection_and_strangers_have_none(
    served: Served, board: Board
) -> None:
    page = served.connect(board.author)
    wrong: list[Any] = [
        {"topics": "x"}, {"topics": ["x"]}, {"topics": {"x": -1}}, {"topics": {"x": "1"}}, {"topics": [1]}, {"topics": {str(n): None for n in range(1000)}}, {}, {"topics": None},
    ]  # fmt: skip
    for message in wrong:
        answer = page.socket.call("follow", message, timeout=15)
        assert answer["error"]["code"] == "malformed", message
    assert page.socket.call("follow", "just a word", timeout=15)["error"]["code"] == "malformed"
    assert page.socket.call("look", {"people": ["1"]}, timeout=15)["error"]["code"] == "malformed"
    assert page.socket.connected
    answers: list[Any] = []
    for _ in range(60):
        page.socket.emit("follow", {"topics": {}}, callback=answers.append)
    until(lambda: len(answers) == 60)
    assert any(answer.get("error", {}).get("code") == "too_many" for answer in answers)
    time.sleep(1.1)
    assert page.ask("follow", topics={}) == {"topics": {}}
    assert page.ask("follow", topics={"x" * 100_000: None})["error"]["code"] == "too_large"
    page.socket.emit("follow", {"topics": {"x" * 3_000_000: None}})
    until(lambda: not page.socket.connected)
    assert served.connect(board.author).ask("follow", topics={}) == {"topics": {}}, "the others are served on"
    for cookie in ("groupware=nonsense", "other=1"):
        with pytest.raises(Refused):
            served.connect(cookie=cookie)


def test_somebody_writing_is_told_to_the_other_readers_only(served: Served, board: Board) -> None:
    uid = board.post(has_comments=True)
    topic = _topic(board, uid)
    writer, reader, stranger = (served.connect(p) for p in (board.colleague, board.author, board.outsider))
    for page in (writer, reader, stranger):
        page.ask("follow", topics={topic: None})
    assert writer.ask("signal", topic=topic, signal="writing") == {}
    (told,) = until(lambda: reader.of("signal"))
    assert told["signal"] == "writing"
    assert told["topic"] == topic
    assert told["by"]
    assert stranger.ask("signal", topic=topic, signal="writing")["error"]["code"] == "not_found"
    assert writer.ask("signal", topic=topic, signal="shouting")["error"]["code"] == "not_found"
    assert not writer.of("signal")
    assert not stranger.of("signal")


@pytest.mark.browser
@pytest.mark.parametrize("mode", ["eventlet"], indirect=True)
def test_an_open_page_survives_the_death_of_the_server(
    served: Served, board: Board, new_page: NewPage
) -> None:
    uid = board.post(has_comments=True)
    name, _, value = served.cookie(board.author).partition("=")
    page = new_page(base_url=served.url, expected="ERR_CONNECTION_REFUSED")
    page.context.add_cookies([{"name": name, "value": value, "url": served.url}])
    page.goto(f"/bulletin/{uid}")
    page.get_by_label("コメント").last.fill("書きかけ")
    _say(board, uid, "停止の前")
    expect(page.locator("#talk")).to_contain_text("停止の前", timeout=15_000)
    served.stop(kill=True)
    _say(board, uid, "停止の間")
    served.start()
    expect(page.locator("#talk")).to_contain_text("停止の間", timeout=30_000)
    _say(board, uid, "停止の後")
    expect(page.locator("#talk")).to_contain_text("停止の後", timeout=15_000)
    assert page.locator("#talk .comment").count() == 3
    expect(page.get_by_label("コメント").last).to_have_value("書きかけ")
