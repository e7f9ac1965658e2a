"""メッセージを検索: in one room and in all of one's own, by words, people, days and sorts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.attachments.services import adding
from groupware.db import unit
from groupware.testing.signing_in import sign_in_as
from plugins.chat import searching
from plugins.chat.expressions import Stamp
from plugins.chat.permissions import MANAGE_DESK
from plugins.chat.searching import Sought, look_for
from plugins.chat.services import desks, enquiries, members, messages
from tests.plugins.chat.conftest import MORNING, Office


@pytest.fixture
def page(office: Office) -> Callable[..., TestResponse]:
    """`page(person, room, …)`: the page as a browser opens it."""
    browsers: dict[int, FlaskClient] = {}

    def opened(who: int, room: UUID | None = None, **asked: str) -> TestResponse:
        if who not in browsers:
            browsers[who] = sign_in_as(office.app, who)
        address = "/chat/search" if room is None else f"/chat/{room}/search"
        return browsers[who].get(address, query_string=asked)

    return opened


def found(office: Office, person: int, room: Any = None, **asked: Any) -> list[str]:
    """The texts that somebody finds in a room, or in all of theirs."""
    view = office.view(person, room) if room is not None else None
    with office.app.test_request_context():
        return [one.about.text for one in office.read(look_for, person, Sought(**asked), view).hits]


def test_in_a_room_and_in_all_rooms(office: Office, page) -> None:
    first, second = office.open(), office.open(name="避難所運営")
    office.say(office.owner, first, "発電機は3台です")
    office.say(office.member, second, "ﾊﾂﾃﾞﾝｷを点検しました")
    office.say(office.member, second, "受付は9時からです")
    assert found(office, office.reader, text="発電機") == ["発電機は3台です"]
    shown = page(office.reader, first, q="発電機")
    assert shown.status_code == 200
    assert "<mark>発電機</mark>は3台です" in shown.text
    assert f"/chat/{first}?around=1#m1" in shown.text
    assert "<mark>ﾊﾂﾃﾞﾝｷ</mark>を点検しました" in page(office.reader, q="はつでんき").text
    assert found(office, office.reader, first, text="受付") == []
    assert found(office, office.reader, second, text="受付") == ["受付は9時からです"]
    assert found(office, office.outsider, text="受付") == []
    assert page(office.outsider, second, q="受付").status_code == 404
    assert "2文字以上入力してください" in page(office.reader, q="a").text
    assert "別の言葉や短い言葉" in page(office.reader, q="存在しません").text


def test_who_when_and_which_sort(office: Office, page) -> None:
    room = office.open()
    asked = office.say(office.owner, room, "会場を予約しますか").uid
    with clock.frozen(MORNING + timedelta(days=1)):
        office.say(office.member, room, "会場を予約しました https://example.jp/", reply_to=asked)
    with clock.frozen(MORNING + timedelta(days=2)):
        office.say(office.moderator, room, "", stamp=Stamp.BOW)
        gone = office.say(office.member, room, "会場は取り消します").uid
        office.write(messages.delete, office.member, room, gone)
    day = (MORNING + timedelta(days=1, hours=9)).date()
    for where, text in ((room, "会場"), (None, "会場"), (room, "")):
        narrowed = {"text": text, "person_id": office.member}
        assert found(office, office.owner, where, **narrowed) == ["会場を予約しました https://example.jp/"]
    for narrowed in ({"since": day, "until": day}, {"sort": "answer"}, {"sort": "link"}):
        for text in ("会場", ""):
            assert found(office, office.owner, room, text=text, **narrowed) == [
                "会場を予約しました https://example.jp/"
            ]
    assert len(found(office, office.owner, room, sort="stamp")) == 1
    assert len(found(office, office.owner, room, since=day)) == 2
    assert found(office, office.owner, room) == found(office, office.owner, sort="stamp") == []
    assert "探す言葉も入力してください" in page(office.owner, sort="stamp").text
    for typed in ("R8.11.25", "令和8年11月25日", "2026-11-25"):
        assert "会場</mark>を予約しました" in page(office.owner, room, q="会場", since=typed).text
    wrong = page(office.owner, room, q="会場", since="きのう")
    assert "のように入力してください" in wrong.text
    assert "<mark>" not in wrong.text


def test_messages_with_files_and_what_their_files_are_called(office: Office, page) -> None:
    room = office.open()
    office.say(office.owner, room, "避難所の写真を送ってください")
    photo = office.write(adding.add, office.member, "避難所の案内.txt", b"east gate").uid
    office.say(office.member, room, "どうぞ", files=[photo])
    for narrowed in ({"sort": "file"}, {"sort": "file", "text": "どうぞ"}):
        assert found(office, office.reader, room, **narrowed) == ["どうぞ"]
    shown = page(office.reader, room, q="案内")
    assert "<mark>案内</mark>.txt" in shown.text
    assert f"/chat/{room}?around=2#m2" in shown.text


def test_pages_go_on_by_a_key_with_and_without_words(
    office: Office, page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "LISTED", 2)
    monkeypatch.setattr(searching, "STRETCH", 4)
    room = office.open()
    for number in range(1, 8):
        with clock.frozen(MORNING + timedelta(minutes=number)):
            office.say(office.owner if number == 1 else office.member, room, f"点検{number}回目")
    view = office.view(office.reader, room)

    def walk(sought: Sought) -> list[list[str]]:
        pages, cursor = [], ""
        while True:
            with office.app.test_request_context():
                some = office.read(look_for, office.reader, sought, view, cursor)
            pages.append([one.about.text[2] for one in some.hits])
            if some.cursor is None:
                return pages
            cursor = some.cursor

    assert walk(Sought(text="点検")) == [["7", "6"], ["5", "4"], ["3", "2"], ["1"]]
    assert walk(Sought(person_id=office.member)) == [["7", "6"], ["5", "4"], ["3", "2"]]
    assert walk(Sought(person_id=office.owner)) == [[], ["1"]]
    assert page(office.reader, room, q="点検", after="x").status_code == 422
    assert page(office.reader, room, person=f"person:{office.member}", after="９").status_code == 422


def test_who_came_late_finds_from_where_they_came_in(office: Office) -> None:
    room = office.open(shows_past=False)
    office.say(office.owner, room, "内示の件")
    office.write(members.add, office.owner, room, office.people(office.outsider))
    office.say(office.owner, room, "内示の続き")
    for narrowed in ({"text": "内示"}, {"person_id": office.owner}, {"text": "内示", "until": clock.today()}):
        assert found(office, office.outsider, room, **narrowed) == ["内示の続き"]
    assert found(office, office.outsider, text="内示") == ["内示の続き"]
    assert len(found(office, office.member, room, text="内示")) == 2


def test_it_costs_the_same_whatever_there_is(office: Office, count_queries) -> None:
    room, other = office.open(), office.open(shows_past=False)
    for number in range(25):
        office.say(office.owner, room, f"点検{number}回目")
    office.say(office.member, other, "点検の件")
    view = office.view(office.reader, room)
    for where, sought, most in (
        (None, Sought(text="点検"), 4),  # rooms, index, what was found, ways into rooms that hide their past
        (view, Sought(text="点検"), 2),
        (view, Sought(person_id=office.owner), 2),
        (view, Sought(person_id=office.owner, until=clock.today(), since=clock.today()), 3),
    ):
        who = office.actor(office.reader)
        with office.app.test_request_context(), unit("read"):
            look_for(who, sought, where)
            with count_queries() as statements:
                look_for(who, sought, where)
        asked = [one for one in statements.texts if "core_cache_versions" not in one]
        assert len(asked) == most, asked


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE chat_messages; --", "\x00\ud800"[:1], "%_*", "あ" * 500, "(((", '"']
)
def test_hostile_words_find_nothing_and_break_nothing(office: Office, page, text: str) -> None:
    room = office.open()
    office.say(office.owner, room)
    for where in (None, room):
        answer = page(
            office.owner,
            where,
            q=text,
            person="person:999",
            since="9999-99-99",
            until="0000",
            sort=text,
        )
        assert answer.status_code == 200


def test_a_search_by_person_never_tells_who_answered_for_a_section(office: Office, page) -> None:
    office.factory.grant(
        PrincipalKind.PERSON, office.owner, MANAGE_DESK, scope="subtree", unit_id=office.shelter
    )
    desk = office.write(desks.open_desk, office.owner, office.shelter, "").uid
    room = office.write(enquiries.ask, office.outsider, desk, "様式", "どの様式ですか", key="a")
    office.say(office.member, room, "様式3です")
    for person in (office.outsider, office.moderator):
        assert len(found(office, person, room, text="様式")) == 2
        for narrowed in ({"text": "様式"}, {}):
            assert found(office, person, room, person_id=office.member, **narrowed) == []
            assert found(office, person, room, person_id=office.outsider, **narrowed) == ["どの様式ですか"]
    shown = page(office.outsider, room, q="様式3").text
    assert "高橋 凛" not in shown
    assert 'name="person"' not in shown
