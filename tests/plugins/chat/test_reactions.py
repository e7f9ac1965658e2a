"""Reactions and stamps: one of each kind from a person, told to open pages, refused to those who may not write."""

from uuid import uuid4

import pytest

from groupware.db import session, unit
from groupware.errors import Conflict, Denied, NotFound
from groupware.events.models import Event
from groupware.testing.signing_in import sign_in_as
from plugins.chat.expressions import ReactionKind, Stamp
from plugins.chat.queries import messages as said
from plugins.chat.queries import reactions as found
from plugins.chat.queries import rooms as seen
from plugins.chat.services import messages, rooms
from plugins.chat.services.reactions import react
from tests.plugins.chat.conftest import Office
from tests.plugins.chat.test_pages import FRAGMENT, send

GOOD, THANKS = ReactionKind.GOOD, ReactionKind.THANKS


def counted(office: Office, person: int, message: int) -> list[tuple[str, int, bool]]:
    """The reactions to a message as somebody sees them."""
    reacted = office.read(found.reactions_to, person, [message]).get(message, [])
    return [(one.kind.value, one.number, one.is_mine) for one in reacted]


def test_a_reaction_is_one_for_each_person_and_kind(office: Office) -> None:
    room = office.open()
    message = office.say(office.owner, room)
    for _ in range(2):
        office.write(react, office.member, room, message.uid, GOOD, is_set=True)
    office.write(react, office.moderator, room, message.uid, GOOD, is_set=True)
    office.write(react, office.member, room, message.uid, THANKS)
    assert counted(office, office.member, message.id) == [("thanks", 1, True), ("good", 2, True)]
    assert counted(office, office.owner, message.id) == [("thanks", 1, False), ("good", 2, False)]
    names = office.read(
        lambda actor: found.reactors(
            actor, shown := seen.one(actor, room), said.one(actor, shown, message.uid)
        ),
        office.owner,
    )
    assert [(one.kind, one.people) for one in names] == [
        (THANKS, [("高橋 凛", "保護課")]),
        (GOOD, [("鈴木 蓮", "保護課"), ("高橋 凛", "保護課")]),
    ]
    office.write(react, office.member, room, message.uid, GOOD)
    office.write(react, office.member, room, message.uid, THANKS, is_set=False)
    office.write(react, office.member, room, message.uid, THANKS, is_set=False)
    assert counted(office, office.member, message.id) == [("good", 1, False)]
    with office.app.app_context(), unit("read"):
        told = [row.payload for row in session.query(Event).order_by(Event.seq) if row.kind == "chat.reacted"]
    assert [(one["reaction"], one["number"], one["is_set"]) for one in told] == [
        ("good", 1, True),
        ("good", 2, True),
        ("thanks", 1, True),
        ("good", 1, False),
        ("thanks", 0, False),
    ]


def test_who_may_react(office: Office) -> None:
    room = office.open()
    message = office.say(office.owner, room)
    with pytest.raises(Denied):
        office.write(react, office.reader, room, message.uid, GOOD)
    for person, uid in ((office.outsider, message.uid), (office.member, uuid4())):
        with pytest.raises(NotFound):
            office.write(react, person, room, uid, GOOD)
    other = office.open(name="別のルーム")
    with pytest.raises(NotFound):
        office.write(react, office.member, other, message.uid, GOOD)
    gone = office.say(office.owner, room)
    office.write(messages.delete, office.owner, room, gone.uid)
    with pytest.raises(NotFound):
        office.write(react, office.member, room, gone.uid, GOOD)
    office.write(rooms.archive, office.owner, room)
    with pytest.raises(Conflict):
        office.write(react, office.member, room, message.uid, GOOD)
    assert counted(office, office.owner, message.id) == []


def test_buttons_work_without_a_script(office: Office) -> None:
    room = office.open()
    message = office.say(office.owner, room)
    client = sign_in_as(office.app, office.member)
    address = f"/chat/{room}/messages/{message.uid}/reactions"
    assert send(client, address, kind="good").status_code == 302
    assert "高橋 凛" in client.get(address).text
    page = client.get(f"/chat/{room}").text
    assert 'name="kind" value="good" aria-pressed="true"' in page
    assert send(client, address, FRAGMENT, kind="good", set="0").status_code == 204
    assert send(client, address, FRAGMENT, kind="cheer").status_code == 422
    assert counted(office, office.member, message.id) == []


def test_a_stamp_is_a_message_with_its_words(office: Office) -> None:
    room = office.open()
    office.say(office.member, room, "", stamp=Stamp.TEA)
    client = sign_in_as(office.app, office.member)
    answer = send(client, f"/chat/{room}/messages", FRAGMENT, text="", key="s", stamp="bow")
    assert answer.status_code == 201
    assert "#bow" in answer.text
    assert send(client, f"/chat/{room}/messages", FRAGMENT, key="t", stamp="x").status_code == 422
    lines = office.page(office.owner, room).messages
    assert [(one.stamp, one.text) for one in lines] == [
        ("tea", "お疲れさまです。"),
        ("bow", "ありがとうございます。"),
    ]
