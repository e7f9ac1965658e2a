"""What ends: the right to follow a room, and the time for which it is kept."""

from datetime import date, timedelta

import pytest

from groupware import clock
from groupware.audit.models import AuditRecord
from groupware.db import session, unit
from groupware.realtime.queries import position
from plugins.chat.queries import directory
from plugins.chat.services import members, messages, retention, rooms
from tests.plugins.chat.conftest import MORNING, Office


def _epoch(office: Office, topic: str) -> int:
    with office.app.app_context(), unit("read"):
        return position(topic).epoch


@pytest.mark.parametrize("how", ["leave", "remove", "withdraw"])
def test_nothing_reaches_who_does_not_belong_any_more(office: Office, how: str) -> None:
    """The epoch of the topic ends with the membership, so that sockets ask again; a new member ends none."""
    room = office.open()
    view = office.view(office.owner, room)
    before = _epoch(office, view.topic)
    office.write(members.add, office.owner, room, office.people(office.outsider))
    assert _epoch(office, view.topic) == before
    if how == "leave":
        office.write(rooms.leave, office.member, room)
    elif how == "remove":
        with office.app.app_context(), unit("read"):
            lines = directory.members(view)
        lost = next(line.id for line in lines if line.person_id == office.reader)
        office.write(members.remove, office.moderator, room, lost)
    else:
        office.write(rooms.withdraw, office.owner, view.id)
    assert _epoch(office, view.topic) == before + 1


def test_rooms_run_out_when_they_are_archived_and_talks_of_two_when_they_fall_silent(office: Office) -> None:
    live, archived = office.open(name="続く"), office.open(name="終わる")
    office.say(office.owner, live)
    talk = office.write(rooms.direct, office.owner, office.outsider).uid
    office.say(office.owner, talk)
    silent = office.write(rooms.direct, office.owner, office.member).uid
    office.write(rooms.archive, office.owner, archived)

    def names(day: date) -> set[str]:
        with office.app.app_context(), unit("read"):
            return {row.title for row in session.execute(retention.expired(day))}

    today = clock.local(MORNING).date()
    assert office.view(office.owner, silent).last_at is None
    assert names(today + timedelta(days=3 * 366)) == set()
    assert names(date(2030, 4, 1)) == {"終わる", "佐藤 葵・伊藤 杏"}


def test_the_audit_holds_what_was_done_to_rooms_and_nothing_that_was_said(office: Office) -> None:
    room = office.open()
    own, other = office.say(office.member, room).uid, office.say(office.member, room, "失言").uid
    office.write(messages.delete, office.member, room, own)
    office.write(messages.delete, office.moderator, room, other)
    office.write(rooms.leave, office.reader, room)
    office.write(rooms.archive, office.owner, room)
    with office.app.app_context(), unit("read"):
        kept = (
            session.query(AuditRecord)
            .filter(AuditRecord.action.like("chat.%"))
            .order_by(AuditRecord.id)
            .all()
        )
    assert [one.action for one in kept] == [
        "chat.room_opened",
        "chat.message_deleted",
        "chat.member_left",
        "chat.room_archived",
    ]
    assert "失言" not in str([one.details for one in kept])
