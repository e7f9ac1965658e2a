"""Rooms in requests for disclosure: found by the day, copied as a whole day, kept as long as the request needs them."""

from datetime import date, timedelta

import pytest

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.db import session, unit
from groupware.disclosure import services as cases
from groupware.disclosure.models import Document
from groupware.disclosure.permissions import MANAGE
from groupware.errors import NotFound
from groupware.records.queries import candidates, held_among, kinds
from groupware.text.folding import fold
from plugins.chat.models import Message
from plugins.chat.services import exhibits, messages, rooms
from tests.plugins.chat.conftest import MORNING, Office

TODAY = clock.local(MORNING).date()


def find(office: Office, text: str, units=None, since=None, until=None, limit=10):
    """(title, unit) of what is found, newest first."""
    with office.app.app_context(), unit("read"):
        found = exhibits.find(fold(text).split(), since, until, units, limit)
        return [(one.title, one.unit_id) for one in found]


def test_a_day_of_a_room_is_found_by_what_was_said_on_it(office: Office) -> None:
    room, other = office.open(), office.open(name="ごみ", unit_id=office.waste)
    office.say(office.owner, room, "雨漏りの見積りです。")
    office.say(office.member, room, "雨漏りは2か所です。")
    talk = office.write(rooms.direct, office.owner, office.outsider).uid
    with clock.frozen(MORNING + timedelta(days=1)):
        office.say(office.owner, other, "ここも雨漏りします。")
        office.say(office.owner, talk, "雨漏りの件は内密に。")
        office.say(office.owner, room, "なおりました。")
    first, second = f"災害対策 {TODAY}", TODAY + timedelta(days=1)
    talk_name = f"佐藤 葵・伊藤 杏 {second}"
    assert find(office, "雨漏り") == [
        (talk_name, None),
        (f"ごみ {second}", office.waste),
        (first, office.shelter),
    ]
    assert find(office, "雨漏り", units=frozenset({office.shelter})) == [(first, office.shelter)]
    assert find(office, "雨漏り", since=second, until=second)[-1] == (f"ごみ {second}", office.waste)
    assert find(office, "雨漏り 2か所") == [(first, office.shelter)]
    assert find(office, "災害対策 ナオリ") == [(f"災害対策 {second}", office.shelter)]
    assert find(office, "雨漏り", limit=1) == [(talk_name, None)]
    assert find(office, "雨漏り 消防") == []


def test_what_was_taken_back_is_found_by_its_earlier_wording(office: Office) -> None:
    room = office.open(purpose="避難所の運営")
    edited = office.say(office.member, room, "毛布は百枚です。")
    deleted = office.say(office.member, room, "発注は不要です。")
    office.write(messages.edit, office.member, room, edited.uid, "毛布は千枚です。")
    office.write(messages.delete, office.moderator, room, deleted.uid)
    title = [(f"災害対策 {TODAY}", office.shelter)]
    assert find(office, "百枚") == find(office, "千枚") == find(office, "発注") == title
    with office.app.app_context(), unit("read"):
        shown = exhibits.exhibit(edited.id)
    assert dict(shown.facts).get("目的") == "避難所の運営"
    assert "佐藤 葵、鈴木 蓮、高橋 凛、田中 湊" in dict(shown.facts).values()
    for words in ("毛布は千枚です。", "毛布は百枚です。", "発注は不要です。", "高橋 凛(保護課)", "鈴木 蓮"):
        assert words in shown.text


def test_a_request_copies_the_day_and_holds_the_room(office: Office) -> None:
    """The hold stands on the room, so that it is not proposed for disposal while the request goes on."""
    factory, officer = office.factory, office.outsider
    factory.grant(PrincipalKind.PERSON, officer, MANAGE, scope="subtree", unit_id=office.welfare)
    room, foreign = office.open(), office.open(name="ごみ", unit_id=office.waste)
    said = office.say(office.owner, room, "雨漏りの見積りです。")
    office.say(office.member, room, "承知しました。")
    outside = office.say(office.owner, foreign, "雨漏り")
    with clock.frozen(MORNING + timedelta(days=1)):
        office.say(office.owner, room, "別の日です。")
    case = office.write(
        cases.open_case, officer, office.welfare, requester="other", subject="雨漏り", received_on=TODAY
    ).uid
    assert office.write(cases.choose, officer, case, [("chat.room", said.uid)]) == 1
    assert office.write(cases.choose, officer, case, [("chat.room", said.uid)]) == 0
    with pytest.raises(NotFound):
        office.write(cases.choose, officer, case, [("chat.room", outside.uid)])
    office.write(rooms.archive, office.owner, room)
    with office.app.app_context(), unit("read"):
        copy = session.query(Document).one()
        assert "雨漏りの見積りです。" in copy.text
        assert "承知しました。" in copy.text
        assert "別の日です。" not in copy.text
        assert held_among("chat.room", [room, foreign]) == {room}
        assert list(candidates(kinds()["chat.room"], date(2040, 4, 1))) == []


def test_the_first_message_stands_for_its_day(office: Office) -> None:
    """However a day is found, it is the same record: chosen twice it is copied once."""
    room = office.open()
    first = office.say(office.owner, room, "一つ目")
    office.say(office.owner, room, "二つ目")
    with office.app.app_context(), unit("read"):
        found = [exhibits.find([fold(text)], None, None, None, 5)[0] for text in ("一つ目", "二つ目")]
        assert [(one.id, one.uid) for one in found] == [(first.id, first.uid)] * 2
        assert exhibits.room_of(session.get_one(Message, first.id)).uid == room
