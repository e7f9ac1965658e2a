"""Pages of the chat: what forms send, what an outsider is answered, what a page costs."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from groupware import clock
from groupware.db import unit
from groupware.testing.signing_in import csrf_token, sign_in_as
from plugins.chat.enums import Role
from plugins.chat.services import messages, reading
from tests.plugins.chat.conftest import MORNING, Office

FRAGMENT = {"X-Requested-With": "fetch", "Accept": "application/json"}
INDIVIDUAL_NUMBER = "1234 5678 9018"


def send(client: Any, address: str, headers: Any = None, **form: Any) -> Any:
    """Send a form with the token of a page."""
    return client.post(
        address, data={"csrf_token": csrf_token(client, "/chat/direct"), **form}, headers=headers
    )


def addresses(office: Office, room: UUID, message: UUID) -> list[tuple[str, str]]:
    """(method, address) of everything that is about a room."""
    found = []
    adapter = office.app.url_map.bind("localhost")
    for rule in office.app.url_map.iter_rules():
        if rule.endpoint.startswith("chat.") and "uid" in rule.arguments:
            values: dict[str, Any] = {
                "uid": room,
                "message_uid": message,
                "seq": 1,
                "member_id": 1,
                "guest_uid": message,
                "note_uid": message,
                "file_uid": message,
                "task_uid": message,
                "webhook_uid": message,
                "format": "csv",
            }
            address = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})
            found.extend((method, address) for method in rule.methods - {"HEAD", "OPTIONS"})
    return sorted(found)


def test_for_an_outsider_a_room_is_what_does_not_exist(office: Office) -> None:
    room = office.open()
    message = office.say(office.member, room).uid
    client = sign_in_as(office.app, office.outsider)
    token = csrf_token(client, "/chat/direct")
    everything = addresses(office, room, message)
    assert len(everything) > 20
    for (method, address), (_, absent) in zip(everything, addresses(office, uuid4(), uuid4()), strict=True):
        form = {
            "csrf_token": token,
            "text": "x",
            "key": "k",
            "seq": "1",
            "role": "2",
            "kind": "good",
            "name": "x",
            "members": f"person:{office.outsider}",
        }
        answers = [client.open(path, method=method, data=form) for path in (address, absent)]
        assert [one.status_code for one in answers] == [404, 404], (method, address)
        assert "災害対策" not in answers[0].text


def test_a_form_sends_once_and_comes_back_to_the_message(office: Office) -> None:
    room = office.open()
    client = sign_in_as(office.app, office.member)
    for _ in range(2):
        answer = send(client, f"/chat/{room}/messages", text="着手しました。", key="a")
        assert answer.status_code == 302
        assert answer.location.endswith(f"/chat/{room}?latest=1#m1")
    assert office.texts(office.owner, room) == ["着手しました。"]


def test_a_script_gets_the_message_as_it_stands_in_the_log(office: Office) -> None:
    room = office.open()
    first = office.say(office.owner, room, "<b>どうですか。</b>")
    client = sign_in_as(office.app, office.member)
    form = {"text": "順調です。", "key": "b", "reply_to": str(first.uid)}
    answer = send(client, f"/chat/{room}/messages", FRAGMENT, **form)
    assert answer.status_code == 201
    assert 'data-seq="2"' in answer.text
    assert 'data-seq="1"' not in answer.text
    assert "&lt;b&gt;どうですか。&lt;/b&gt;" in answer.text


@pytest.mark.parametrize(
    ("text", "words"), [(" \n", "メッセージを入力してください。"), (INDIVIDUAL_NUMBER, "個人番号")]
)
def test_what_was_refused_stays_in_the_field(office: Office, text: str, words: str) -> None:
    room = office.open()
    client = sign_in_as(office.app, office.member)
    page = send(client, f"/chat/{room}/messages", text=text, key="c")
    assert page.status_code == 422
    assert words in page.text
    assert f"{text}</textarea>" in page.text
    answer = send(client, f"/chat/{room}/messages", FRAGMENT, text=text, key="c")
    assert answer.status_code == 422
    assert words in answer.json["message"] + "".join(answer.json["fields"].values())
    assert office.seqs() == []


def test_a_flood_is_answered_with_when_to_go_on(office: Office) -> None:
    room = office.open()
    client = sign_in_as(office.app, office.member)
    answers = [send(client, f"/chat/{room}/messages", FRAGMENT, text=f"{n}", key=f"f{n}") for n in range(40)]
    refused = [one for one in answers if one.status_code == 429]
    assert refused
    assert "秒" in refused[0].json["message"]
    assert len(office.seqs()) == len(answers) - len(refused)


def test_room_opens_at_the_first_unread_message(office: Office) -> None:
    room = office.open()
    who = replace(office.actor(office.owner), via="import")  # nobody types so fast
    with office.app.app_context(), unit("write"):
        for n in range(1, 131):
            messages.send(who, room, f"{n}件目", key=f"n{n}")
    office.write(reading.read_to, office.member, room, 60)
    page = sign_in_as(office.app, office.member).get(f"/chat/{room}").text
    line = page.index("data-unread-line")
    assert page.index("60件目") < line < page.index("61件目")
    assert "前のメッセージ" in page
    assert "130件目" not in page.split("data-chat-messages")[1]


def test_what_a_role_cannot_do_is_not_offered(office: Office) -> None:
    room = office.open()
    office.say(office.member, room)
    offered = {}
    for who in ("owner", "moderator", "member", "reader"):
        client = sign_in_as(office.app, getattr(office, who))
        page = client.get(f"/chat/{room}").text + client.get(f"/chat/{room}/members").text
        offered[who] = [
            word in page
            for word in ('id="composer"', '/edit"', '/archive"', "メンバーを追加", '/role"', '/delete"')
        ]
    assert offered == {
        "owner": [True, True, True, True, True, True],
        "moderator": [True, True, False, True, False, True],
        "member": [True, True, False, False, False, True],
        "reader": [False, False, False, False, False, False],
    }


def test_forms_open_a_room_and_choose_its_members(office: Office) -> None:
    client = sign_in_as(office.app, office.owner)
    form = {"name": "窓口", "is_open": "open", "shows_past": "y", "members": [f"unit_tree:{office.waste}"]}
    answer = send(client, "/chat/new", **form)
    assert answer.status_code == 302
    room = UUID(answer.location.rsplit("/", 1)[1])
    assert office.view(office.reader, room).role == Role.MEMBER
    send(client, f"/chat/{room}/members", members=[f"person:{office.member}"], role="1")
    assert office.view(office.member, room).role == Role.READER
    assert "窓口" in sign_in_as(office.app, office.outsider).get("/chat/directory").text
    assert send(client, "/chat/new", name="").status_code == 422


def test_talk_of_two_is_one_room(office: Office) -> None:
    client = sign_in_as(office.app, office.owner)
    first = send(client, "/chat/direct", person=f"person:{office.member}").location
    other = sign_in_as(office.app, office.member)
    assert send(other, "/chat/direct", person=f"person:{office.owner}").location == first
    assert sign_in_as(office.app, office.outsider).get(first).status_code == 404
    mine = send(client, "/chat/own").location
    assert mine != first
    assert other.get(mine).status_code == 404


@pytest.mark.parametrize("number", [1, 30])
def test_pages_cost_the_same_however_much_was_said(office: Office, count_queries: Any, number: int) -> None:
    room = office.open()
    for n in range(number):
        office.say((office.owner, office.moderator)[n % 2], room, f"{n}")
    office.app.extensions["groupware_versions"].poll_seconds = 3600
    others = [office.open(name=f"{n}") for n in range(number // 10)]
    client = sign_in_as(office.app, office.member)
    costs = []
    for address in ("/chat/", f"/chat/{room}", f"/chat/{room}/news?after=0"):
        client.get(address)
        with count_queries() as statements:
            assert client.get(address).status_code == 200
        costs.append(len(statements))
    assert len(others) == number // 10
    # The session with its person, grants, the number at 「ルーム」; then what each is about.
    assert costs == [5, 13, 9]


def test_a_day_is_gone_to_by_its_first_message(office: Office) -> None:
    room = office.open()
    who = replace(office.actor(office.owner), via="import")
    for day, texts in ((0, range(80)), (1, range(80, 160))):
        at = MORNING + timedelta(days=day)
        with clock.frozen(at), office.app.app_context(), unit("write"):
            for n in texts:
                messages.send(replace(who, now=at, today=clock.today()), room, f"{n}番目", key=f"n{n}")
    with clock.frozen(MORNING + timedelta(days=3)):
        client = sign_in_as(office.app, office.member)
        log = {
            day: client.get(f"/chat/{room}?on={day}").text for day in ("2026-11-24", "2026-11-25", "no day")
        }
        late = client.get(f"/chat/{room}?on=2026-12-01&latest=1").text
    assert ">0番目<" in log["2026-11-24"]
    assert ">80番目<" in log["2026-11-25"]
    assert ">0番目<" not in log["2026-11-25"]
    assert ">0番目<" in log["no day"]
    assert ">159番目<" in late.split("data-chat-messages")[1]
