"""未読: all rooms with something unread on one page."""

import pytest

from groupware.db import unit
from groupware.testing.signing_in import csrf_token, sign_in_as
from plugins.chat.enums import Telling
from plugins.chat.queries.unread import unread
from plugins.chat.services import messages, reading, rooms
from tests.plugins.chat.conftest import Office


def test_rooms_with_something_unread_and_how_each_begins(office: Office, count_queries) -> None:
    read, loud, late = office.open(name="既読"), office.open(name="賑やか"), office.open(name="静か")
    office.say(office.owner, read)
    for number in range(7):
        office.say(office.owner, loud, f"{number}件目")
    gone = office.say(office.owner, late, "取り消す").uid
    office.write(messages.delete, office.owner, late, gone)
    office.write(reading.read_to, office.member, read, 1)
    office.write(reading.read_to, office.member, loud, 1)
    office.write(reading.set_telling, office.member, late, Telling.NONE)
    found, has_more = office.read(unread, office.member)
    assert not has_more
    assert [(one.title, one.unread, one.further, one.is_muted) for one in found] == [
        ("静か", 1, 0, True),
        ("賑やか", 6, 1, False),
    ]
    assert [line.text for line in found[1].lines] == [f"{number}件目" for number in range(1, 6)]
    assert found[0].lines[0].is_deleted
    assert found[0].lines[0].text == ""
    assert office.read(unread, office.outsider) == ([], False)
    who = office.actor(office.member)
    with office.app.app_context(), unit("read"):
        unread(who)
        with count_queries() as statements:
            unread(who)
    assert len([one for one in statements.texts if "core_cache_versions" not in one]) == 1


def test_what_was_said_before_somebody_came_is_not_shown(office: Office) -> None:
    room = office.open(is_open=True, shows_past=False)
    office.say(office.owner, room, "昔の話")
    office.write(rooms.join, office.outsider, room)
    assert office.read(unread, office.outsider) == ([], False)
    office.say(office.owner, room, "今の話")
    ((one,), _) = office.read(unread, office.outsider)
    assert [line.text for line in one.lines] == ["今の話"]


def test_the_page_marks_a_room_as_read_and_stays(office: Office) -> None:
    room = office.open(name="議会対応")
    office.say(office.owner, room, "資料を置きました。")
    client = sign_in_as(office.app, office.member)
    page = client.get("/chat/unread").text
    assert "議会対応" in page
    assert "資料を置きました。" in page
    form = {"csrf_token": csrf_token(client, "/chat/direct"), "seq": "1", "back": "unread"}
    answer = client.post(f"/chat/{room}/read", data=form)
    assert answer.location.endswith("/chat/unread")
    assert "未読のメッセージはありません。" in client.get("/chat/unread").text


@pytest.mark.parametrize("chosen", ["", "sometimes"])
def test_only_what_is_offered_can_be_chosen(office: Office, chosen: str) -> None:
    room = office.open()
    client = sign_in_as(office.app, office.member)
    form = {"csrf_token": csrf_token(client, "/chat/direct"), "telling": chosen}
    assert client.post(f"/chat/{room}/telling", data=form).status_code == 422
    assert office.view(office.member, room).telling is Telling.MENTIONS
    assert client.post(f"/chat/{room}/telling", data=form | {"telling": "all"}).status_code == 302
    assert office.view(office.member, room).telling is Telling.ALL
