"""The chat in the search: what was said is found by those who may read all of its room, and by nobody else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.access.principals import rebuild
from groupware.db import session, unit
from groupware.directory.models import Appointment
from groupware.search.models import Document
from groupware.search.services import Wanted, search
from plugins.chat.enums import Role
from plugins.chat.services import members, messages, retention, rooms
from tests.plugins.chat.conftest import MORNING, Office


@pytest.fixture
def found(office: Office) -> Callable[[int, str], list[tuple[str, str]]]:
    """`found(person, text)` is the room and the text of the messages that a person finds."""

    def ask(person_id: int, text: str) -> list[tuple[str, str]]:
        who = office.actor(person_id)
        with office.app.test_request_context(), unit("read"):
            hits = search(who, Wanted(text=text, kinds=("chat.message",))).hits
            return [(hit.about.title, hit.about.text) for hit in hits]

    return ask


def test_only_those_who_read_the_room_find_what_stands_in_it(office: Office, found) -> None:
    room = office.open()
    uid = office.say(office.member, room, "避難所を開設しました").uid
    for who in (office.owner, office.moderator, office.member, office.reader):
        assert found(who, "避難所") == [("災害対策", "避難所を開設しました")]
    assert found(office.outsider, "避難所") == []
    assert found(office.member, "災害対策") == []
    office.write(messages.edit, office.member, room, uid, "避難先を開設しました")
    assert (len(found(office.owner, "避難所")), len(found(office.owner, "避難先"))) == (0, 1)
    office.write(rooms.archive, office.owner, room)
    assert len(found(office.owner, "避難先")) == 1
    office.write(rooms.reopen, office.owner, room)
    office.write(rooms.leave, office.reader, room)
    assert found(office.reader, "避難先") == []
    office.write(messages.delete, office.owner, room, uid)
    assert found(office.owner, "避難先") == []


def test_who_came_late_finds_what_was_said_since_where_the_past_is_not_shown(office: Office, found) -> None:
    room = office.open(shows_past=False)
    office.say(office.owner, room, "内示の件")
    office.write(members.add, office.owner, room, office.people(office.outsider))
    office.say(office.owner, room, "内示の続き")
    assert len(found(office.member, "内示")) == 2
    assert found(office.outsider, "内示") == [("災害対策", "内示の続き")]


def test_who_comes_into_a_section_finds_what_was_said_since_that_day(office: Office, found) -> None:
    section = office.named(PrincipalKind.UNIT, office.waste)
    room = office.open(roles=False, shows_past=False, members=[(section, Role.MEMBER)])
    office.say(office.outsider, room, "監査の件")
    with office.app.app_context(), unit("write"):
        tomorrow = clock.today() + timedelta(days=1)
        session.query(Appointment).filter_by(person_id=office.member).update(
            {"unit_id": office.waste, "valid_from": tomorrow}
        )
        rebuild([office.member])
    with clock.frozen(MORNING + timedelta(days=1)):
        assert found(office.member, "監査") == []
        office.say(office.outsider, room, "監査の資料")
        assert found(office.member, "監査") == [("災害対策", "監査の資料")]
        assert len(found(office.outsider, "監査")) == 2


def test_a_direct_room_is_called_like_the_other_person(office: Office, found) -> None:
    room = office.write(rooms.direct, office.owner, office.outsider).uid
    office.say(office.owner, room, "昼食に行きますか")
    assert found(office.owner, "昼食") == [("伊藤 杏", "昼食に行きますか")]
    assert found(office.outsider, "昼食") == [("佐藤 葵", "昼食に行きますか")]
    assert found(office.member, "昼食") == []


def test_nothing_is_left_of_an_erased_room(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "CHUNK", 2)
    monkeypatch.setattr(retention, "_messages", retention._messages.limit(2))
    room = office.open()
    for number in range(5):
        office.say(office.owner, room, f"議題 {number}")
    key = office.view(office.owner, room).id
    office.write(lambda _: retention.purge([key]), office.owner)
    assert office.seqs() == []
    with office.app.app_context(), unit("read"):
        assert (
            session.scalar(select(func.count()).select_from(Document).where(Document.kind == "chat.message"))
            == 0
        )
