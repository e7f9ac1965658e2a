"""The chat for programs: what they may do is what the person may, and a message is said once for each key."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from groupware.api.services import issue
from groupware.attachments.services import adding
from groupware.db import unit
from plugins.chat.queries import own_rooms
from tests.plugins.chat.conftest import Office

Call = Callable[..., Any]


@pytest.fixture
def program(office: Office, client: FlaskClient) -> Callable[[int], Call]:
    """`program(person)` calls with a token of that person."""

    def enter(person: int, scopes: tuple[str, ...] = ("chat:read", "chat:write")) -> Call:
        who = office.actor(person)
        with office.app.app_context(), unit("write"):
            secret = issue(who, "試し", list(scopes), 9).secret

        def call(method: str, path: str, **more: Any) -> Any:
            headers = {"Authorization": f"Bearer {secret}", **more.pop("headers", {})}
            return client.open(f"/api/v1/chat/rooms{path}", method=method, headers=headers, **more)

        return call

    return enter


def _said(call: Call, room: UUID, **arguments: Any) -> list[str]:
    answer = call("GET", f"/{room}/messages", query_string=arguments)
    return [one["text"] for one in answer.json["messages"]]


def test_a_program_opens_a_room_speaks_and_reads(office: Office, program) -> None:
    call = program(office.owner)
    body = {
        "name": "連携",
        "unit": office.shelter,
        "members": [f"person:{office.member}"],
    }
    made = call("POST", "", json=body, headers={"Idempotency-Key": "a"})
    assert (made.status_code, made.json["role"], made.json["may_send"]) == (201, "owner", True)
    room = made.json["uid"]
    for _ in range(2):
        sent = call("POST", f"/{room}/messages", json={"text": "開始", "key": "1"})
        assert (sent.status_code, sent.json["last_seq"]) == (200, 1)
    other = call("POST", f"/{room}/messages", json={"text": "別", "key": "1"})
    assert (other.status_code, other.json["code"]) == (409, "key_reused")
    theirs = program(office.member)
    assert _said(theirs, room) == ["開始"]
    assert [one["unread"] for one in theirs("GET", "").json["items"]] == [1]
    assert theirs("POST", f"/{room}/read", json={"seq": 1}).json["unread"] == 0
    (message,) = call("GET", f"/{room}/messages").json["messages"]
    assert (message["readers"], message["sender_name"]) == (1, "佐藤 葵")


def test_a_message_is_sent_and_fetched_with_its_files(office: Office, program) -> None:
    room, other = office.open(), office.open(roles=False)
    uid = office.write(adding.add, office.owner, "配置図.txt", b"plan").uid
    call = program(office.owner)
    for _ in range(2):
        sent = call("POST", f"/{room}/messages", json={"key": "1", "files": [f"{uid}"]})
        assert (sent.status_code, sent.json["last_seq"]) == (200, 1)
    (message,) = program(office.member)("GET", f"/{room}/messages").json["messages"]
    assert message["text"] == ""
    assert message["files"] == [
        {
            "uid": f"{uid}",
            "name": "配置図.txt",
            "size": 4,
            "media_type": "text/plain",
            "url": f"/attachments/{uid}",
            "is_withheld": False,
        }
    ]
    # What the person sees elsewhere is handed on; what they do not see is not there.
    assert call("POST", f"/{other}/messages", json={"key": "2", "files": [f"{uid}"]}).status_code == 200
    theirs = office.write(adding.add, office.outsider, "他.txt", b"x").uid
    for files, code in ([f"{theirs}"], "file_gone"), ([f"{uuid4()}"] * 2, "file_gone"):
        refused = call("POST", f"/{room}/messages", json={"key": "3", "files": files})
        assert (refused.status_code, refused.json["code"]) == (422, code)
    assert call("POST", f"/{room}/messages", json={"key": "4"}).status_code == 422
    assert call("POST", f"/{room}/messages", json={"key": "5", "files": ["x"] * 11}).status_code == 422


def test_pages_of_messages_go_on_from_a_number(office: Office, program) -> None:
    room = office.open()
    for number in range(1, 6):
        office.say(office.owner, room, f"{number}")
    call = program(office.member)
    assert _said(call, room, limit=2) == ["4", "5"]
    assert _said(call, room, limit=2, before=4) == ["2", "3"]
    assert _said(call, room, limit=2, after=1) == ["2", "3"]
    assert call("GET", f"/{room}/messages", query_string={"limit": 201}).status_code == 422


def test_lists_of_rooms_go_on_after_the_last_one(office: Office, program) -> None:
    names = {"い", "ろ", "は"}
    for name in names:
        office.say(office.owner, office.open(name=name))
    call, path, found = program(office.member), "?limit=2", []
    while path is not None:
        page = call("GET", path).json
        found += [one["title"] for one in page["items"]]
        path = page["next"].removeprefix("/api/v1/chat/rooms") if page["next"] else None
    assert len(found) == 3
    assert set(found) == names
    assert call("GET", "?cursor=WzFd").status_code == 422


@pytest.mark.parametrize(
    ("method", "tail", "body"),
    [
        ("GET", "", None),
        ("GET", "/messages", None),
        ("POST", "/messages", {"text": "x", "key": "x"}),
        ("POST", "/read", {"seq": 1}),
        ("POST", "/archive", None),
        ("POST", "/reopen", None),
    ],
)
def test_a_room_of_others_is_one_that_is_not_there(office: Office, program, method, tail, body) -> None:
    call = program(office.outsider)
    answers = [call(method, f"/{uid}{tail}", json=body) for uid in (office.open(), uuid4())]
    assert [one.status_code for one in answers] == [404, 404]
    hidden, absent = ({**one.json, "request_id": ""} for one in answers)
    assert hidden == absent


def test_readers_are_refused_and_so_is_a_token_that_only_reads(office: Office, program) -> None:
    room = office.open()
    body = {"text": "x", "key": "x"}
    assert program(office.reader)("POST", f"/{room}/messages", json=body).status_code == 403
    assert program(office.owner, ("chat:read",))("POST", f"/{room}/messages", json=body).status_code == 403
    assert office.seqs() == []
    assert office.read(own_rooms.mine, office.owner)[0].unread == 0


def test_a_program_sends_later_and_says_how_loudly(office: Office, program) -> None:
    room, call = office.open(), program(office.member)
    later = {
        "text": "九時です。",
        "key": "1",
        "scheduled_at": "2026-11-25T09:00:00+09:00",
        "loudness": "silent",
    }
    for _ in range(2):
        kept = call("POST", f"/{room}/messages", json=later)
        assert (kept.status_code, kept.json["last_seq"]) == (200, 0)
    past = call(
        "POST", f"/{room}/messages", json=later | {"key": "2", "scheduled_at": "2020-01-01T00:00:00Z"}
    )
    assert (past.status_code, past.json["errors"][0]["pointer"]) == (422, "#/scheduled_at")
    urgent = call("POST", f"/{room}/messages", json={"text": "至急", "key": "3", "loudness": "urgent"})
    assert (urgent.status_code, urgent.json["code"]) == (422, "urgent")
    assert _said(call, room) == []
