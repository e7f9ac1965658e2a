"""What the chat tells people in their timeline."""

from collections.abc import Callable

import pytest

from groupware.db import session, unit
from groupware.jobs.models import QueuedJob
from groupware.notifications.queries import timeline
from groupware.testing.signing_in import sign_in_as
from groupware.worker import Worker
from plugins.chat.enums import Telling
from plugins.chat.services import reading, rooms
from tests.plugins.chat.conftest import Office


@pytest.fixture
def told(office: Office) -> Callable[[int], list[tuple[str, str]]]:
    """`told(person)` is what stands in the timeline of a person once the worker has been there: (kind, title)."""

    def lines(person_id: int) -> list[tuple[str, str]]:
        Worker(office.app).run_due()
        who = office.actor(person_id)
        with office.app.test_request_context(), unit("read"):
            return [(line.kind.id, line.title) for line in timeline(who).lines]

    return lines


def _jobs(office: Office) -> int:
    with office.app.app_context(), unit("read"):
        return session.query(QueuedJob).filter(QueuedJob.kind.like("notifications%")).count()


def test_a_direct_message_is_told_once_for_the_room(office: Office, told) -> None:
    room = office.write(rooms.direct, office.owner, office.outsider).uid
    for number in range(3):
        office.say(office.owner, room, f"{number}")
    assert told(office.outsider) == [("chat.direct", "佐藤 葵")]
    assert told(office.owner) == []


def test_an_answer_is_told_to_who_is_answered(office: Office, told) -> None:
    room = office.open()
    asked = office.say(office.member, room, "何時ですか").uid
    office.say(office.member, room, "自分に", reply_to=asked)
    assert told(office.member) == []
    office.say(office.owner, room, "九時です", reply_to=asked)
    assert told(office.member) == [("chat.answer", "災害対策")]
    assert told(office.reader) == []


def test_who_has_read_muted_or_left_is_told_nothing(office: Office, told) -> None:
    room = office.write(rooms.direct, office.owner, office.outsider).uid
    office.say(office.owner, room)
    office.write(reading.read_to, office.outsider, room, 1)
    assert told(office.outsider) == []
    office.write(reading.set_telling, office.outsider, room, Telling.NONE)
    office.say(office.owner, room)
    assert told(office.outsider) == []
    team = office.open()
    asked = office.say(office.member, team).uid
    office.say(office.owner, team, "はい", reply_to=asked)
    office.write(rooms.leave, office.member, team)
    assert told(office.member) == []


def test_what_is_said_in_a_room_leaves_no_job(office: Office) -> None:
    room = office.open()
    before = _jobs(office)
    office.say(office.owner, room)
    assert _jobs(office) == before


def test_who_chose_it_is_told_of_everything(office: Office, told) -> None:
    room = office.open()
    for person in (office.member, office.reader, office.owner):
        office.write(reading.set_telling, person, room, Telling.ALL)
    office.say(office.owner, room)
    office.write(reading.read_to, office.reader, room, 1)
    assert told(office.member) == [("chat.message", "災害対策")]
    assert told(office.moderator) == told(office.reader) == told(office.owner) == []
    asked = office.say(office.member, room, "いつですか").uid
    office.say(office.owner, room, "今日です", reply_to=asked)
    assert len(told(office.member)) == len(told(office.reader)) == 1
    office.write(reading.read_to, office.reader, room, 3)
    office.write(rooms.leave, office.member, room)
    office.write(reading.set_telling, office.moderator, room, Telling.ALL)
    office.write(reading.set_telling, office.reader, room, Telling.MENTIONS)
    office.say(office.owner, room)
    assert told(office.moderator) == [("chat.message", "災害対策")]
    assert len(told(office.reader)) == 1


def test_opening_the_room_reads_the_line(office: Office, told) -> None:
    room = office.write(rooms.direct, office.owner, office.outsider).uid
    office.say(office.owner, room)
    assert len(told(office.outsider)) == 1
    client = sign_in_as(office.app, office.outsider)
    with client.get(f"/chat/{room}") as page:
        assert page.status_code == 200
    who = office.actor(office.outsider)
    with office.app.test_request_context(), unit("read"):
        assert [line.is_unread for line in timeline(who).lines] == [False]
