"""Guests: they work in their room like staff, and outside of it nothing exists for them, whatever they ask."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, Rule

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.access.principals import rebuild
from groupware.auth.services import Origin
from groupware.db import session, unit
from groupware.directory.people_index import reindex
from groupware.directory.queries.roll import roll
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.guests.models import Guest
from groupware.guests.services import Invitation, Let, begin, is_at_home, sign_in
from groupware.realtime.sockets import Realtime
from groupware.testing.signing_in import csrf_token, sign_in_as
from groupware.web.gate import declaration
from groupware.zones import Zone
from plugins.chat import forms_tasks
from plugins.chat.enums import Inviting, Role
from plugins.chat.expressions import ReactionKind
from plugins.chat.permissions import MANAGE_GUESTS
from plugins.chat.queries import guests as listed
from plugins.chat.queries import rooms as seen
from plugins.chat.queries.mentions import addressed_to
from plugins.chat.rules import GUESTS
from plugins.chat.services import guests, members, messages
from plugins.chat.services.reactions import react
from tests.plugins.chat.conftest import MORNING, Office

ABSENT = {"IntegerConverter": 999_999_999, "UUIDConverter": uuid.UUID(int=0)}
PASSWORD = "kusuri to mizu to hikari"
DOCTOR = "石川 渚"


@pytest.fixture
def room(office: Office) -> uuid.UUID:
    """A room into which its owner may invite guests."""
    office.set_rule(GUESTS, Inviting.OWNERS.value)
    return office.open()


def _plan(**changes: Any) -> Invitation:
    values: dict[str, Any] = {
        "name": DOCTOR,
        "body": "みなと病院",
        "ends_at": clock.now() + timedelta(days=7),
    }
    return Invitation(**(values | changes))


def _invited(office: Office, room: uuid.UUID, **changes: Any) -> tuple[uuid.UUID, str]:
    made = office.write(guests.invite, office.owner, room, _plan(**changes))
    return made.guest.uid, made.code


def _come(office: Office, code: str, **origin: str) -> Let:
    with office.app.app_context():
        return begin(_settings(office), code, PASSWORD, Origin(**({"zone": Zone.LGWAN.value} | origin)))


def _settings(office: Office) -> Any:
    return office.app.extensions["groupware_settings"]


def _browser(office: Office, code: str) -> FlaskClient:
    """The browser of a guest who has used the code."""
    client = office.app.test_client()
    token = csrf_token(client, "/guests/begin")
    form = {"csrf_token": token, "code": code, "new_password": PASSWORD, "repeated_password": PASSWORD}
    assert client.post("/guests/begin", data=form).status_code == 303
    return client


def test_a_guest_works_in_the_room_like_staff(office: Office, room: uuid.UUID) -> None:
    asked = office.say(office.owner, room, "診療は何時までですか。").uid
    _, code = _invited(office, room)
    client = _browser(office, code)
    page = client.get(f"/chat/{room}")
    assert page.status_code == 200
    assert "診療は何時までですか。" in page.text
    assert page.text.count("庁外の参加者が1人います") == 2
    assert "chat-rooms" not in page.text
    token = csrf_token(client, f"/chat/{room}")
    form = {"csrf_token": token, "text": "18時までです。", "key": "g", "reply_to": str(asked)}
    for _ in range(2):
        assert client.post(f"/chat/{room}/messages", data=form).status_code == 302
    assert client.post(f"/chat/{room}/read", data={"csrf_token": token, "seq": 2}).status_code == 302
    said = office.page(office.owner, room).messages[-1]
    assert (said.sender_name, said.sender_unit, said.quote.seq) == (DOCTOR, "みなと病院", 1)
    mine = f"/chat/{room}/messages/{said.uid}"
    assert client.post(f"{mine}/edit", data={"csrf_token": token, "text": "19時です。"}).status_code == 302
    assert client.post(f"{mine}/delete", data={"csrf_token": token}).status_code == 302
    assert "石川 渚" in client.get(f"/chat/{room}/readers/1").text


def test_a_guest_searches_the_own_room_and_chooses_among_who_spoke(office: Office, room: uuid.UUID) -> None:
    other = office.open()
    for where in (room, other):
        office.say(office.owner, where, "診療は何時までですか。")
        office.say(office.member, where, "診療所の地図です。")
    client = _browser(office, _invited(office, room)[1])
    found = client.get(f"/chat/{room}/search?q=診療")
    assert found.text.count("<mark>診療</mark>") == 2
    assert "data-picker" not in found.text
    assert f'<option value="person:{office.member}">高橋 凛</option>' in found.text
    narrowed = client.get(f"/chat/{room}/search?q=診療&person=person:{office.member}")
    assert (narrowed.text.count("<mark>"), "地図" in narrowed.text) == (1, True)
    assert client.get(f"/chat/{other}/search?q=診療").status_code == 404
    assert client.get("/chat/search?q=診療").status_code == 404


def test_the_page_of_a_guest_learns_by_numbers_what_others_changed(
    office: Office, room: uuid.UUID, count_queries
) -> None:
    said = [office.say(office.owner, room, f"{number}番の窓口です。").uid for number in (1, 2, 3)]
    client = _browser(office, _invited(office, room)[1])
    page = client.get(f"/chat/{room}").text
    assert f'data-happened-url="/chat/{room}/happened"' in page
    start = office.view(office.owner, room).topic_seq
    assert f'data-topic-seq="{start}"' in page

    def asked(since: int | str) -> dict[str, Any]:
        answer = client.get(f"/chat/{room}/happened?since={since}")
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.get_json()

    quiet = {"is_sent": False, "messages": [], "is_room_changed": False, "is_reset": False}
    assert asked(start) == asked("x") == {"seq": start, **quiet}
    office.write(messages.edit, office.owner, room, said[0], "4番の窓口です。")
    office.write(messages.delete, office.owner, room, said[2])
    office.write(react, office.member, room, said[1], ReactionKind.GOOD)
    assert asked(start) == {"seq": start + 3, **quiet, "messages": [1, 2, 3]}
    assert asked(start + 2) == {"seq": start + 3, **quiet, "messages": [2]}
    office.say(office.member, room)
    assert asked(start + 3) == {"seq": start + 4, **quiet, "is_sent": True}
    for since in (start + 99, -5):
        assert asked(since)["seq"] == start + 4
    assert asked(start + 99)["is_reset"]
    with count_queries() as nothing:
        asked(start + 4)
    with count_queries() as something:
        asked(start)
    assert len(something) == len(nothing) + 2
    renewed = client.get(f"/chat/{room}/news?after=0&most=1", headers={"X-Requested-With": "fetch"})
    assert "4番の窓口です。" in renewed.text
    office.write(
        messages.edit, office.member, other := office.open(), office.say(office.member, other).uid, "別"
    )
    assert client.get(f"/chat/{other}/happened?since=0").status_code == 404


def test_a_guest_addresses_people_of_the_room_and_nobody_else(office: Office, room: uuid.UUID) -> None:
    with office.app.app_context(), unit("write"):
        reindex()
    client = _browser(office, _invited(office, room)[1])
    offered = client.get(f"/chat/{room}/mentionable?q=高橋").text
    assert f'data-value="person:{office.member}"' in offered
    assert client.get(f"/chat/{room}/mentionable?q=伊藤").text.strip() == ""
    token = csrf_token(client, f"/chat/{room}")
    form = {"csrf_token": token, "text": "@高橋 凛 資料をお願いします。", "key": "g"}
    sent = client.post(f"/chat/{room}/messages", data=form | {"mention": f"person:{office.member}"})
    assert sent.status_code == 302
    (line,), _ = office.read(addressed_to, office.member, None)
    assert (line.sender_name, line.room_uid) == (DOCTOR, room)
    assert "unit_tree" not in client.get(f"/chat/{room}/mentionable?q=保護").text
    section = form | {"text": "@保護課 どうぞ", "key": "s", "mention": f"unit_tree:{office.shelter}"}
    assert client.post(f"/chat/{room}/messages", data=section).status_code == 422
    stranger = form | {"text": "@伊藤 杏 どうぞ", "key": "h", "mention": f"person:{office.outsider}"}
    refused = client.post(f"/chat/{room}/messages", data=stranger)
    assert (refused.status_code, "選択した内容を確認できません" in refused.text) == (422, True)


def test_a_guest_is_addressed_by_staff_and_by_another_guest(office: Office, room: uuid.UUID) -> None:
    doctor, _ = _invited(office, room)
    code = _invited(office, room, name="近藤 湊", body="消防団")[1]
    with office.app.app_context(), unit("read"):
        person = session.query(Guest.person_id).filter_by(uid=doctor).scalar()
    staff, other = sign_in_as(office.app, office.member), _browser(office, code)
    for client in (staff, other):
        for words in ("石川", "みなと病院", "渚"):
            offered = client.get(f"/chat/{room}/mentionable?q={words}").text
            assert f'data-value="person:{person}"' in offered
            assert DOCTOR in offered
        assert "近藤" not in client.get(f"/chat/{room}/mentionable?q=石川").text
        form = {"csrf_token": csrf_token(client, f"/chat/{room}"), "text": f"@{DOCTOR} お願いします。"}
        sent = client.post(f"/chat/{room}/messages", data=form | {"key": "d", "mention": f"person:{person}"})
        assert sent.status_code == 302, sent.text
    first = sign_in_as(office.app, office.owner).get(f"/chat/{room}").text
    assert first.count(f'<span class="chat-mention">@{DOCTOR}</span>') == 2
    # In another room they do not exist, neither by name nor by number, and nor do they once their time is over.
    elsewhere = office.open()
    assert DOCTOR not in staff.get(f"/chat/{elsewhere}/mentionable?q=石川").text
    form = {"csrf_token": csrf_token(staff, f"/chat/{elsewhere}"), "text": f"@{DOCTOR} 資料", "key": "e"}
    refused = staff.post(f"/chat/{elsewhere}/messages", data=form | {"mention": f"person:{person}"})
    assert refused.status_code == 422
    office.write(guests.end, office.owner, doctor)
    assert DOCTOR not in staff.get(f"/chat/{room}/mentionable?q=石川").text


def test_a_guest_finds_everybody_of_a_large_room_to_give_a_task_to(
    office: Office, room: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms_tasks, "MOST", 2)
    client = _browser(office, _invited(office, room)[1])
    address = f"/chat/{room}/tasks/new"
    first = client.get(address).text
    ticked = f'value="person:{office.member}"'
    assert ticked not in first
    form = {
        "csrf_token": csrf_token(client, address),
        "form_key": "t1",
        "what": "受付を手伝う",
        "narrow": "高橋",
        "narrowed": "",
    }
    found = client.post(address, data=form)
    assert (found.status_code, ticked in found.text) == (200, True)
    assert 'value="受付を手伝う"' in found.text
    # Whoever is ticked stays while somebody else is looked for; nothing was kept so far, and names of others are nowhere.
    again = {**form, "narrow": "佐藤", "narrowed": "高橋", "assignees": [f"person:{office.member}"]}
    both = client.post(address, data=again).text
    assert f'checked id="assignees-0" name="assignees" type="checkbox" {ticked}' in both
    assert f'value="person:{office.owner}"' in both
    assert "伊藤" not in client.post(address, data=form | {"narrow": "伊藤"}).text.split("<form")[-1].replace(
        'value="伊藤"', ""
    )
    made = client.post(address, data=again | {"narrowed": "佐藤"})
    assert made.status_code == 302
    assert "高橋 凛" in client.get(f"/chat/{room}/tasks").text


def test_only_a_guest_is_signed_out_at_the_door_of_guests(office: Office, room: uuid.UUID) -> None:
    guest = _browser(office, _invited(office, room)[1])
    staff = sign_in_as(office.app, office.owner)
    for client, page, afterwards in ((guest, f"/chat/{room}", 302), (staff, "/chat/direct", 200)):
        form = {"csrf_token": csrf_token(client, page)}
        assert client.post("/guests/sign-out", data=form).status_code == 303
        assert client.get(page).status_code == afterwards


def test_outside_of_the_room_nothing_exists(office: Office, room: uuid.UUID) -> None:
    """Every address of the house, every method: 404 but for what is public or declared open, and that only in the own room."""
    other = office.open()
    message = office.say(office.member, other).uid
    office.app.config["WTF_CSRF_ENABLED"] = False
    client = _browser(office, _invited(office, room)[1])
    wrong, tried, opened = [], 0, set()
    for rule in office.app.url_map.iter_rules():
        declared = declaration(office.app.view_functions[rule.endpoint])
        if rule.endpoint == "static" or (declared is not None and declared.kind == "public"):
            continue
        if declared is not None and declared.takes_guests:
            opened.add(rule.endpoint)
        address = _address(office, rule, other, message)
        for method in rule.methods - {"OPTIONS"}:
            answer = client.open(address, method=method, data={"text": "x", "key": "k", "seq": "1"})
            tried += 1
            if answer.status_code != 404 or "災害対策" in answer.text:
                wrong.append((method, address, answer.status_code))
    assert wrong == []
    assert tried > 300
    assert opened == {
        f"chat.{name}"
        for name in (
            "room",
            "news",
            "file",
            "send",
            "read_to",
            "receipts",
            "save_draft",
            "reactions",
            "set_reaction",
            "edit_message",
            "change_message",
            "pins",
            "newest_pin",
            "pin_message",
            "set_pin",
            "delete_message",
            "remove_message",
            "tasks",
            "task",
            "new_task",
            "create_task",
            "edit_task",
            "change_task",
            "finish_task",
            "confirm_remove_task",
            "remove_task",
            "notes",
            "note",
            "new_note",
            "write_note",
            "earlier_notes",
            "note_state",
            "edit_note",
            "change_note",
            "delete_note",
            "remove_note",
            "search_room",
            "happened",
            "mentionable",
        )
    }
    assert office.texts(office.member, other) == ["承知しました。"]


def _address(office: Office, rule: Rule, other: uuid.UUID, message: uuid.UUID) -> str:
    known: dict[str, Any] = {
        "uid": other,
        "message_uid": message,
        "note_uid": message,
        "task_uid": message,
        "seq": 1,
    }
    values = {
        name: known.get(name, ABSENT.get(type(converter).__name__, "absent"))
        if type(converter).__name__ in ABSENT
        else min(converter.items)
        if isinstance(converter, AnyConverter)
        else "csv"
        for name, converter in rule._converters.items()
    }
    return office.app.url_map.bind("localhost").build(rule.endpoint, values)


def test_no_socket_is_opened_for_a_guest(office: Office, room: uuid.UUID) -> None:
    """Every event of the socket needs a connection, and a guest gets none."""
    client = _browser(office, _invited(office, room)[1])
    realtime = Realtime(office.app, "threading")
    socket = realtime.socketio.test_client(office.app, flask_test_client=client)
    assert not socket.is_connected()
    assert len(realtime.seats) == 0


def test_who_may_invite_whom_and_until_when(office: Office) -> None:
    room = office.open()
    with pytest.raises(Denied):
        _invited(office, room)
    office.set_rule(GUESTS, Inviting.OWNERS.value)
    for who in (office.moderator, office.member):
        with pytest.raises(Denied):
            office.write(guests.invite, who, room, _plan())
    with pytest.raises(NotFound):
        office.write(guests.invite, office.outsider, room, _plan())
    for changes in (
        {"name": " "},
        {"body": ""},
        {"name": "あ" * 61},
        {"email": "x"},
        {"ends_at": clock.now()},
        {"ends_at": clock.now() + timedelta(days=92)},
        {"networks": ("10.0.0.1/8",)},
        {"networks": ("everywhere",)},
    ):
        with pytest.raises(Invalid):
            _invited(office, room, **changes)


def test_where_approval_is_needed_the_code_works_after_somebody_else_agreed(office: Office) -> None:
    office.set_rule(GUESTS, Inviting.APPROVED.value)
    for who in (office.owner, office.reader):
        office.factory.grant(PrincipalKind.PERSON, who, MANAGE_GUESTS)
    room = office.open()
    guest, code = _invited(office, room)
    with pytest.raises(Invalid):
        _come(office, code)
    with pytest.raises(Denied):
        office.write(guests.approve, office.member, guest)
    with pytest.raises(Conflict):
        office.write(guests.approve, office.owner, guest)
    office.write(guests.approve, office.reader, guest)
    assert _come(office, code).home == f"/chat/{room}"
    with pytest.raises(Invalid):
        _come(office, code)


def test_an_end_holds_at_once_and_time_runs_out_by_itself(office: Office, room: uuid.UUID) -> None:
    browsers = {}
    for name in ("ended", "expired", "renewed"):
        guest, code = _invited(office, room, name=name)
        browsers[name] = (_browser(office, code), guest)
    office.write(guests.end, office.owner, browsers["ended"][1])
    office.write(guests.new_code, office.owner, browsers["renewed"][1])
    answers = {name: client.get(f"/chat/{room}").status_code for name, (client, _) in browsers.items()}
    assert answers == {"ended": 302, "expired": 200, "renewed": 302}
    assert browsers["ended"][0].get(f"/chat/{room}").location == "/guests/"
    assert browsers["ended"][0].get("/directory/").status_code == 404
    with clock.frozen(MORNING + timedelta(days=7)):
        assert browsers["expired"][0].get(f"/chat/{room}").status_code == 302
        assert office.view(office.owner, room).guests == 0
    with pytest.raises(Denied):
        office.write(guests.end, office.member, browsers["expired"][1])


def test_device_and_network_are_looked_at_every_time(office: Office, room: uuid.UUID) -> None:
    guest, code = _invited(office, room, networks=("203.0.113.0/24",))
    with pytest.raises(Invalid):
        _come(office, code, address="198.51.100.7", device="d1")
    let = _come(office, code, address="203.0.113.9", device="d1")
    with office.app.app_context(), unit("read"):
        row = session.query(Guest).filter_by(uid=guest).one()
        places = (("203.0.113.9", "d1"), ("203.0.113.9", "d2"), ("198.51.100.7", "d1"), ("", "d1"))
        found = [is_at_home(row, Origin(address=address, device=device)) for address, device in places]
    assert found == [True, False, False, False]
    for address, device, password in (
        ("203.0.113.9", "d2", PASSWORD),
        ("198.51.100.7", "d1", PASSWORD),
        ("203.0.113.9", "d1", "wrong"),
    ):
        with office.app.app_context(), pytest.raises(Invalid):
            sign_in(_settings(office), let.login, password, Origin(address=address, device=device))
    with office.app.app_context():
        again = sign_in(_settings(office), let.login, PASSWORD, Origin(address="203.0.113.9", device="d1"))
    assert again.home == f"/chat/{room}"


def test_guests_are_nobody_among_staff(office: Office, room: uuid.UUID) -> None:
    _come(office, _invited(office, room)[1])
    with office.app.app_context(), unit("write"):
        person = session.query(Guest.person_id).scalar()
        rebuild()
    with office.app.app_context(), unit("read"):
        assert person not in roll().entries
    assert office.view(office.owner, room).guests == 1
    with pytest.raises(NotFound):
        office.write(members.add, office.outsider, room, office.people(person), Role.MEMBER)


def test_lists_say_how_guests_stand(office: Office, room: uuid.UUID) -> None:
    _invited(office, room, ends_at=clock.now() + timedelta(days=60))
    _come(office, _invited(office, room)[1])
    office.write(guests.end, office.owner, _invited(office, room, name="終了")[0])
    office.factory.grant(
        PrincipalKind.PERSON, office.reader, MANAGE_GUESTS, scope="subtree", unit_id=office.welfare
    )
    office.factory.grant(
        PrincipalKind.PERSON, office.outsider, MANAGE_GUESTS, scope="subtree", unit_id=office.waste
    )
    states = [line.state.value for line in office.read(listed.looked_after, office.reader)]
    assert states == ["ending", "invited", "ended"]
    assert office.read(listed.looked_after, office.outsider) == []
    assert len(office.read(lambda who: listed.of_room(who, seen.one(who, room)), office.owner)) == 3
