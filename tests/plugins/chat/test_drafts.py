"""What somebody is writing: kept for them on every computer, gone when it is sent, never brought back by a page that reports late."""

from uuid import uuid4

import pytest

from groupware.errors import Denied, Invalid, NotFound
from groupware.testing.signing_in import csrf_token, sign_in_as
from plugins.chat.queries import own_rooms
from plugins.chat.services import drafts
from tests.plugins.chat.conftest import Office


def _keep(office: Office, person: int, room, text: str, key: str = "d1", reply_to=None) -> None:
    office.write(drafts.save, person, room, text, key=key, reply_to=reply_to)


def _kept(office: Office, person: int, room) -> tuple[str, str]:
    found = office.view(person, room)
    return found.draft, found.draft_key


def test_a_draft_is_there_on_another_computer_and_for_nobody_else(office: Office) -> None:
    room = office.open()
    first = office.say(office.owner, room, "いつですか。").uid
    _keep(office, office.member, room, "明日の", reply_to=first)
    _keep(office, office.member, room, "明日の朝", reply_to=first)
    assert _kept(office, office.member, room) == ("明日の朝", "d1")
    assert _kept(office, office.owner, room) == ("", "")
    assert [one.has_draft for one in office.read(own_rooms.mine, office.member)] == [True]
    page = sign_in_as(office.app, office.member).get(f"/chat/{room}").text
    assert ">明日の朝</textarea>" in page
    assert 'name="key" value="d1"' in page
    assert f'name="reply_to" value="{first}"' in page
    assert "明日の朝" not in sign_in_as(office.app, office.owner).get(f"/chat/{room}").text


def test_what_was_sent_is_no_draft_even_if_a_page_reports_late(office: Office) -> None:
    room = office.open()
    _keep(office, office.member, room, "承知", key="a")
    office.say(office.member, room, "承知しました。", key="a")
    assert _kept(office, office.member, room) == ("", "")
    _keep(office, office.member, room, "承知", key="a")
    assert _kept(office, office.member, room) == ("", "")


def test_sending_something_else_keeps_the_draft(office: Office) -> None:
    room = office.open()
    _keep(office, office.member, room, "長い報告", key="a")
    office.say(office.member, room, "先に一言", key="b")
    assert _kept(office, office.member, room) == ("長い報告", "a")
    _keep(office, office.member, room, "", key="a")
    assert _kept(office, office.member, room) == ("", "")


def test_what_cannot_be_kept_is_said_and_keeps_what_was_there(office: Office) -> None:
    room = office.open()
    _keep(office, office.member, room, "残る")
    office.set_rule("guards.individual_numbers", "refuse")
    for person, text, key, error in (
        (office.member, "あ" * 20_001, "d1", Invalid),
        (office.member, "1234 5678 9018", "d1", Invalid),
        (office.member, "鍵なし", "", Invalid),
        (office.member, "鍵", "x" * 81, Invalid),
        (office.reader, "閲覧者", "d1", Denied),
        (office.outsider, "部外者", "d1", NotFound),
    ):
        with pytest.raises(error):
            _keep(office, person, room, text, key)
    assert _kept(office, office.member, room) == ("残る", "d1")


def test_pages_save_it_while_somebody_types(office: Office) -> None:
    room = office.open()
    client = sign_in_as(office.app, office.member)
    form = {
        "csrf_token": csrf_token(client, "/chat/direct"),
        "text": "途中\x00です",
        "key": "k",
        "reply_to": "",
    }
    assert client.post(f"/chat/{room}/draft", data=form).json == {"saved": True}
    assert _kept(office, office.member, room) == ("途中です", "k")
    headers = {"X-Requested-With": "fetch", "Accept": "application/json"}
    answer = client.post(f"/chat/{room}/draft", data=form | {"text": "あ" * 20_001}, headers=headers)
    assert answer.status_code == 422
    assert answer.json["message"] == "本文が長すぎるため、下書きに保存できません。"
    assert client.post(f"/chat/{uuid4()}/draft", data=form).status_code == 404


def test_the_key_that_sends_is_asked_once(office: Office) -> None:
    room = office.open()
    client = sign_in_as(office.app, office.member)
    asked = client.get(f"/chat/{room}").text
    assert 'data-chosen=""' in asked
    assert "Ctrl+Enterで送信、Enterで改行します。" in asked
    form = {"csrf_token": csrf_token(client, "/chat/direct")}
    assert client.post("/chat/sending-key", data=form | {"sending_key": "enter"}).status_code == 302
    page = client.get(f"/chat/{room}").text
    assert 'data-chosen="enter" hidden' in page
    assert client.post("/chat/sending-key", data=form | {"sending_key": "space"}).status_code == 422
    assert 'data-chosen="enter" hidden' in client.get(f"/chat/{room}").text
    assert 'data-chosen=""' in sign_in_as(office.app, office.owner).get(f"/chat/{room}").text
