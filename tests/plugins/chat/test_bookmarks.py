"""Bookmarks: private, across rooms, gone with the room and back with it."""

from typing import Any

import pytest

from groupware.access.enums import PrincipalKind
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.testing.signing_in import sign_in_as
from plugins.chat.enums import Role
from plugins.chat.permissions import READ
from plugins.chat.queries.bookmarks import PAGE, bookmarks
from plugins.chat.queries.directory import members as members_of
from plugins.chat.services import bookmarks as services
from plugins.chat.services import members, messages
from plugins.chat.services.bookmarks import bookmark, let_go
from tests.plugins.chat.conftest import Office
from tests.plugins.chat.test_pages import FRAGMENT, send


def kept(office: Office, person: int) -> list[tuple[str, str, str]]:
    """Room, text and note of what somebody has bookmarked."""
    lines, _ = office.read(bookmarks, person)
    return [(one.room_title, one.text, one.note) for one in lines]


def test_the_newest_bookmark_stands_first_and_is_nobody_elses(office: Office) -> None:
    first, second = office.open(), office.open(name="別のルーム")
    one, two = office.say(office.owner, first, "一つ"), office.say(office.owner, second, "二つ")
    office.write(bookmark, office.member, first, one.uid)
    office.write(bookmark, office.reader, second, two.uid, "読むだけの人も")
    office.write(bookmark, office.member, second, two.uid, "会議で\u202e確認")
    assert kept(office, office.member) == [
        ("別のルーム", "二つ", "会議で確認"),
        ("災害対策", "一つ", ""),
    ]
    office.write(bookmark, office.member, first, one.uid, "期限に注意")
    assert [note for _, _, note in kept(office, office.member)] == ["会議で確認", "期限に注意"]
    for _ in range(2):
        office.write(let_go, office.member, second, two.uid)
    assert [text for _, text, _ in kept(office, office.member)] == ["一つ"]
    assert [text for _, text, _ in kept(office, office.reader)] == ["二つ"]
    office.write(messages.delete, office.owner, first, one.uid)
    assert kept(office, office.member) == [("災害対策", "", "期限に注意")]


def test_who_loses_the_room_loses_its_bookmarks_until_they_return(office: Office) -> None:
    room = office.open()
    message = office.say(office.owner, room, "一つ")
    office.write(bookmark, office.member, room, message.uid, "メモ")
    view = office.view(office.owner, room)
    (member_id,) = [
        one.id
        for one in office.read(lambda _: members_of(view), office.owner)
        if one.label.startswith("高橋 凛")
    ]
    office.write(members.remove, office.owner, room, member_id)
    assert kept(office, office.member) == []
    client = sign_in_as(office.app, office.member)
    assert "メモ" not in client.get("/chat/bookmarks").text
    assert client.get(f"/chat/{room}/messages/{message.uid}/bookmark").status_code == 404
    for act in (bookmark, let_go):
        with pytest.raises(NotFound):
            office.write(act, office.member, room, message.uid)
    office.write(members.add, office.owner, room, office.people(office.member), Role.MEMBER)
    assert kept(office, office.member) == [("災害対策", "一つ", "メモ")]


def test_who_returns_to_a_room_that_hides_its_past_finds_nothing_of_it(office: Office) -> None:
    room = office.open(shows_past=False)
    message = office.say(office.owner, room, "以前の話")
    office.write(bookmark, office.member, room, message.uid)
    view = office.view(office.owner, room)
    (member_id,) = [
        one.id
        for one in office.read(lambda _: members_of(view), office.owner)
        if one.label.startswith("高橋 凛")
    ]
    office.write(members.remove, office.owner, room, member_id)
    office.write(members.add, office.owner, room, office.people(office.member), Role.MEMBER)
    assert kept(office, office.member) == []


def test_what_is_refused(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    room, other = office.open(), office.open(name="別のルーム")
    message, gone = office.say(office.owner, room), office.say(office.owner, room)
    office.write(messages.delete, office.owner, room, gone.uid)
    for person, where, uid in (
        (office.outsider, room, message.uid),
        (office.member, other, message.uid),
        (office.member, room, gone.uid),
    ):
        with pytest.raises(NotFound):
            office.write(bookmark, person, where, uid)
    for note in ("あ" * 501, "1234 5678 9018"):
        with pytest.raises(Invalid) as refused:
            office.write(bookmark, office.member, room, message.uid, note)
        assert "note" in refused.value.fields
    office.factory.grant(PrincipalKind.PERSON, office.outsider, READ)
    with pytest.raises(Denied):
        office.write(bookmark, office.outsider, room, message.uid)
    monkeypatch.setattr(services, "MOST", 1)
    office.write(bookmark, office.member, room, message.uid)
    office.write(bookmark, office.member, room, message.uid, "同じもの")
    with pytest.raises(Conflict):
        office.write(bookmark, office.member, room, office.say(office.owner, room).uid)


def test_it_works_without_a_script(office: Office) -> None:
    room = office.open()
    message = office.say(office.owner, room, "**集合は9時**")
    client = sign_in_as(office.app, office.member)
    address = f"/chat/{room}/messages/{message.uid}/bookmark"
    assert "ブックマークはありません" in client.get("/chat/bookmarks").text
    assert 'data-chat-mark="1"' in client.get(f"/chat/{room}").text
    assert send(client, address, set="1", note="<b>持ち物</b>").location.endswith(f"/chat/{room}?around=1#m1")
    page = client.get("/chat/bookmarks").text
    assert "<strong>集合は9時</strong>" in page
    assert "&lt;b&gt;持ち物&lt;/b&gt;" in page
    assert "&lt;b&gt;持ち物" in client.get(address).text
    refused = send(client, address, set="1", note="あ" * 501)
    assert refused.status_code == 422
    assert "501" in refused.text
    assert send(client, address, FRAGMENT, set="0").status_code == 204
    assert send(client, address, FRAGMENT, set="1").status_code == 204
    assert "持ち物" not in client.get(address).text
    assert send(client, address, set="0", back="bookmarks").location.endswith("/chat/bookmarks")


@pytest.mark.parametrize("number", [1, PAGE + 2])
def test_the_list_goes_on_and_costs_the_same(office: Office, count_queries: Any, number: int) -> None:
    room = office.open()
    for n in range(number):
        office.write(
            bookmark,
            office.member,
            room,
            office.say((office.owner, office.moderator)[n % 2], room, f"{n}").uid,
        )
    lines, before = office.read(bookmarks, office.member)
    assert len(lines) == min(number, PAGE)
    if before is not None:
        rest, end = office.read(bookmarks, office.member, before)
        assert ([one.text for one in rest], end) == (["1", "0"], None)
    office.app.extensions["groupware_versions"].poll_seconds = 3600
    client = sign_in_as(office.app, office.member)
    client.get("/chat/bookmarks")
    with count_queries() as statements:
        assert client.get("/chat/bookmarks").status_code == 200
    # The session with its person, grants, the number at 「ルーム」, the bookmarks.
    assert len(statements) == 5
