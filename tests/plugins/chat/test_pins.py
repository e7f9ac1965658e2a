"""Pins: everybody in the room finds them, the rule says who sets them, and nothing is told that somebody may not see."""

from datetime import timedelta
from uuid import uuid4

import pytest

from groupware import clock
from groupware.audit.models import AuditRecord
from groupware.db import session, unit
from groupware.errors import Conflict, Denied, NotFound
from groupware.events.models import Event
from groupware.testing.signing_in import sign_in_as
from plugins.chat.enums import Pinning, Role
from plugins.chat.queries import pins as found
from plugins.chat.queries import rooms as seen
from plugins.chat.queries.pins import Pinned
from plugins.chat.rules import PINNING
from plugins.chat.services import members, messages, rooms
from plugins.chat.services import pins as services
from plugins.chat.services.pins import pin, unpin
from tests.plugins.chat.conftest import MORNING, Office
from tests.plugins.chat.test_pages import FRAGMENT, send


def pinned(office: Office, person: int, room: object) -> list[Pinned]:
    """What somebody finds pinned."""
    return office.read(lambda actor: found.pinned(actor, seen.one(actor, room)), person)


def test_the_newest_pin_stands_first(office: Office) -> None:
    room = office.open()
    first, second = office.say(office.owner, room, "一つ"), office.say(office.member, room, "二つ")
    for minutes, message in enumerate((second, first, second)):
        with clock.frozen(MORNING + timedelta(minutes=minutes)):
            office.write(pin, office.member, room, message.uid)
    assert [(one.seq, one.text, one.by) for one in pinned(office, office.reader, room)] == [
        (1, "一つ", "高橋 凛"),
        (2, "二つ", "高橋 凛"),
    ]
    newest = office.read(lambda actor: found.newest(seen.one(actor, room)), office.reader)
    assert newest is not None
    assert (newest.seq, newest.text, newest.number) == (1, "一つ", 2)
    office.write(unpin, office.member, room, first.uid)
    office.write(messages.delete, office.member, room, second.uid)
    assert pinned(office, office.reader, room) == []
    with office.app.app_context(), unit("read"):
        told = [row.payload for row in session.query(Event).order_by(Event.seq) if row.kind == "chat.pinned"]
    assert [(one["seq"], one["number"], one["is_pinned"]) for one in told] == [
        (2, 1, True),
        (1, 2, True),
        (1, 1, False),
        (2, 0, False),
    ]


def test_the_rule_says_who_may_pin(office: Office) -> None:
    room = office.open()
    message = office.say(office.owner, room)
    with pytest.raises(Denied):
        office.write(pin, office.reader, room, message.uid)
    office.set_rule(PINNING, Pinning.MODERATORS.value)
    with pytest.raises(Denied):
        office.write(pin, office.member, room, message.uid)
    office.write(pin, office.moderator, room, message.uid)
    # Nobody moderates a conversation of two: both may.
    talk = office.write(rooms.direct, office.member, office.owner).uid
    office.write(pin, office.owner, talk, office.say(office.member, talk).uid)
    assert len(pinned(office, office.member, talk)) == 1


def test_a_pin_of_somebody_else_is_taken_away_by_moderators_and_noted(office: Office) -> None:
    room = office.open()
    message = office.say(office.member, room)
    office.write(pin, office.owner, room, message.uid)
    with pytest.raises(Denied):
        office.write(unpin, office.member, room, message.uid)
    office.write(unpin, office.moderator, room, message.uid)
    office.write(unpin, office.moderator, room, message.uid)
    with office.app.app_context(), unit("read"):
        entries = session.query(AuditRecord).filter_by(action=services.UNPINNED).all()
        assert [(one.object_type, one.details) for one in entries] == [("chat.room", {"seq": 1})]


def test_what_cannot_be_pinned(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    room, other = office.open(), office.open(name="別のルーム")
    message, gone = office.say(office.owner, room), office.say(office.owner, room)
    office.write(messages.delete, office.owner, room, gone.uid)
    for person, where, uid in (
        (office.outsider, room, message.uid),
        (office.owner, room, gone.uid),
        (office.owner, room, uuid4()),
        (office.owner, other, message.uid),
    ):
        with pytest.raises(NotFound):
            office.write(pin, person, where, uid)
    monkeypatch.setattr(services, "MOST", 1)
    office.write(pin, office.owner, room, message.uid)
    with pytest.raises(Conflict) as refused:
        office.write(pin, office.owner, room, office.say(office.owner, room).uid)
    assert refused.value.code == "limit"
    office.write(rooms.archive, office.owner, room)
    for turn in (pin, unpin):
        with pytest.raises(Conflict):
            office.write(turn, office.owner, room, message.uid)


def test_what_was_said_before_somebody_came_is_not_pinned_for_them(office: Office) -> None:
    room = office.open(shows_past=False)
    early = office.say(office.owner, room, "以前の話")
    office.write(pin, office.owner, room, early.uid)
    office.write(members.add, office.owner, room, office.people(office.outsider), Role.MODERATOR)
    assert pinned(office, office.outsider, room) == []
    client = sign_in_as(office.app, office.outsider)
    for address in ("", "/pins", "/pins/newest"):
        assert "以前の話" not in client.get(f"/chat/{room}{address}").text
    for turn in (pin, unpin):
        with pytest.raises(NotFound):
            office.write(turn, office.outsider, room, early.uid)


def test_it_works_without_a_script_and_for_programs(office: Office) -> None:
    room = office.open()
    message = office.say(office.owner, room, "**集合は9時**")
    client = sign_in_as(office.app, office.member)
    address = f"/chat/{room}/messages/{message.uid}/pin"
    assert 'name="set" value="1"' in client.get(address).text
    assert "ピン留めしたメッセージはありません" in client.get(f"/chat/{room}/pins").text
    assert send(client, address, set="1").location.endswith(f"/chat/{room}?around=1#m1")
    page = client.get(f"/chat/{room}").text
    assert 'class="chat-pinned"' in page
    assert 'data-chat-mark="0"' in page
    assert "<strong>集合は9時</strong>" in client.get(f"/chat/{room}/pins").text
    assert "</span> 集合は9時</span>" in client.get(f"/chat/{room}/pins/newest").text
    assert send(client, address, set="0", back="pins").location.endswith(f"/chat/{room}/pins")
    assert send(client, address, FRAGMENT, set="1").status_code == 204
    # Somebody who only reads finds it and is offered nothing.
    reader = sign_in_as(office.app, office.reader)
    assert reader.get(address).status_code == 404
    assert f"{message.uid}/pin" not in reader.get(f"/chat/{room}").text
    assert send(reader, address, set="0").status_code == 403
