"""Sending over a socket: what a foreign client may say, what it may not, and that nobody else is disturbed by it."""

import time
from typing import Any
from uuid import UUID

import pytest
from socketio.exceptions import TimeoutError as NoAnswer

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.db import session, unit
from plugins.chat.models import Member
from plugins.chat.services import flooding, members
from tests.plugins.chat.conftest import Office
from tests.support.sockets import Client, Served, until

pytestmark = pytest.mark.slow


@pytest.fixture
def morning() -> None:
    """A server of its own has the machine's clock."""


def _say(client: Client, room: UUID | str, text: str, key: str, **more: Any) -> Any:
    return client.ask("chat.send", room=str(room), text=text, key=key, **more)


def _code(answer: Any) -> str:
    return str(answer["error"]["code"])


def test_a_client_of_others_sends_and_is_refused_what_is_not_its_own(served: Served, office: Office) -> None:
    room, other = office.open(), office.open(roles=False)
    topic = office.view(office.owner, room).topic
    reader = served.connect(office.reader)
    reader.ask("follow", topics={topic: None})
    member = served.connect(office.member)
    before = clock.now()
    first = _say(member, room, "請\u202e求\x07書\u200b", "a")
    assert (first["seq"], first["is_new"]) == (1, True)
    assert _say(member, room, "請求書", "a") == first | {"is_new": False}
    assert _code(_say(member, room, "別の文", "a")) == "key_reused"
    for name, value in (
        ("sender", office.owner), ("sender_id", office.owner), ("seq", 99), ("created_at", "2001-01-01T00:00:00Z"),
    ):  # fmt: skip
        refused = _say(member, room, "偽り", "b", **{name: value})["error"]
        assert (refused["code"], set(refused["fields"])) == ("invalid", {name})
    for wrong, field in ((("x", "文", "b"), "room"), ((room, 5, "b"), "text"), ((room, "文", ""), "key")):
        assert set(_say(member, *wrong)["error"]["fields"]) == {field}
    for absent in (other, UUID(int=7)):
        assert _code(_say(member, absent, "よそ", "b")) == "not_found"
    assert _code(_say(reader, room, "読むだけ", "b")) == "denied"
    time.sleep(1)  # the messages of a second are counted
    assert set(_say(member, room, "長" * 10_001, "b")["error"]["fields"]) == {"text"}
    assert member.socket.call("chat.send", ["no", "object"], timeout=15)["error"]["code"] == "malformed"
    until(lambda: reader.events(topic))
    assert [event["payload"]["seq"] for event in reader.events(topic)] == [1]
    (line,) = office.page(office.owner, room).messages
    assert (line.text, line.sender_id) == ("請求書", office.member)
    assert before <= line.created_at <= clock.now()


def test_who_is_removed_a_flood_and_a_giant_disturb_nobody(served: Served, office: Office) -> None:
    room = office.open()
    view = office.view(office.owner, room)
    quiet = served.connect(office.owner)
    quiet.ask("follow", topics={view.topic: None})
    gone = served.connect(office.moderator)
    gone.ask("follow", topics={view.topic: None})
    assert _say(gone, room, "まだ居ます", "a")["seq"] == 1
    until(lambda: gone.events(view.topic))
    principal = office.named(PrincipalKind.PERSON, office.moderator)
    with office.app.app_context(), unit("read"):
        membership = session.query(Member.id).filter_by(room_id=view.id, principal_id=principal).scalar()
    office.write(members.remove, office.owner, room, membership)
    assert _code(_say(gone, room, "もう居ません", "b")) == "not_found"
    until(lambda: quiet.of("moved"))
    quiet.ask("follow", topics={view.topic: None})
    member = served.connect(office.member)
    answers = [_say(member, room, f"{number}", f"{number}") for number in range(flooding.MESSAGES + 25)]
    refused = [answer["error"] for answer in answers if "error" in answer]
    assert {error["code"] for error in refused} == {"too_many"}
    said = [answer["seq"] for answer in answers if "seq" in answer]
    giant = served.connect(office.member)
    for characters in (11_000, 170_000):
        assert _code(_say(giant, room, "長" * characters, "z")) == "too_large"
    giant.socket.emit("chat.send", {"room": str(room), "text": "長" * 170_000, "key": "z"})
    assert giant.ask("state", away=False) == {}
    with pytest.raises(NoAnswer):
        giant.socket.call("chat.send", {"room": str(room), "text": "長" * 350_000, "key": "z"}, timeout=3)
    assert not giant.socket.connected
    assert _say(quiet, room, "届きます", "a")["seq"] == said[-1] + 1
    until(lambda: quiet.events(view.topic)[-1]["payload"].get("seq") == said[-1] + 1)
    texts = office.texts(office.owner, room)
    assert "もう居ません" not in texts
    assert [seq for seq, _ in office.seqs()] == list(range(1, said[-1] + 2))
    assert [e["payload"]["seq"] for e in gone.events(view.topic) if e["kind"] == "chat.message_sent"] == [1]


def test_that_somebody_writes_reaches_the_others_by_name_and_nobody_else(
    served: Served, office: Office
) -> None:
    room = office.open()
    topic = office.view(office.owner, room).topic
    clients = {
        one: served.connect(one) for one in (office.owner, office.member, office.reader, office.outsider)
    }
    for client in clients.values():
        client.ask("follow", topics={topic: None})
    assert clients[office.member].ask("signal", topic=topic, signal="writing") == {}
    until(lambda: clients[office.owner].of("signal") and clients[office.reader].of("signal"))
    assert clients[office.owner].of("signal") == [{"topic": topic, "signal": "writing", "by": "高橋 凛"}]
    for person in (office.reader, office.outsider):
        refused = clients[person].ask("signal", topic=topic, signal="writing")
        assert refused["error"]["code"] == "not_found"
    assert clients[office.member].of("signal") == clients[office.outsider].of("signal") == []
