"""Programs speak in a room by a webhook: once for each key, under a name that is nobody's, and no longer than somebody answers for it."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from groupware import clock
from groupware.actor import Actor
from groupware.api.models import AccessToken
from groupware.api.services import issue
from groupware.audit.models import AuditRecord
from groupware.auth.models import Account
from groupware.auth.tokens import digest
from groupware.db import session, unit
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.events.models import Event
from groupware.notifications.models import Notice
from groupware.testing.signing_in import sign_in_as
from groupware.worker import Worker
from plugins.chat.enums import Hooking, Role, Telling
from plugins.chat.models import Member, Message, Place, Webhook
from plugins.chat.queries import messages as said
from plugins.chat.queries import receipts
from plugins.chat.queries import rooms as seen
from plugins.chat.queries import webhooks as queries
from plugins.chat.queries.webhooks import HookLine, HookState
from plugins.chat.rules import FORBIDDEN_WORDS, WEBHOOK_DAYS, WEBHOOKS
from plugins.chat.services import automatic, exhibits, members, messages, reading, rooms
from plugins.chat.services import webhooks as services
from plugins.chat.services.forwarding import forward
from plugins.chat.services.webhooks import make, revoke
from tests.plugins.chat.conftest import MORNING, Office
from tests.plugins.chat.test_pages import send

NAME = "庁舎管理システム"


def made(office: Office, room: UUID, person: int | None = None, **more: Any) -> str:
    """A webhook; returns its secret."""
    plan = {"name": NAME, "note": "", "days": 30} | more
    return str(office.write(make, person or office.moderator, room, **plan).secret)


def call(app: Flask, secret: str, text: str = "空調が停止しました。", key: str = "1", **more: Any) -> Any:
    """What a program says."""
    return app.test_client().post(f"/chat/webhooks/{secret}", json={"text": text, "key": key} | more)


def lines(office: Office, room: UUID) -> list[HookLine]:
    """The list of the room."""
    return office.read(lambda actor: queries.of_room(actor, seen.one(actor, room)), office.owner)


def readers(actor: Actor, room: UUID) -> dict[int, int]:
    """How many have read each message."""
    view = seen.one(actor, room)
    return receipts.counts(view, said.page(actor, view).messages)


def recorded(office: Office) -> list[tuple[str, Any]]:
    """What the audit knows of webhooks."""
    with office.app.app_context(), unit("read"):
        rows = session.query(AuditRecord).filter(AuditRecord.action.like("chat.webhook%"))
        return [(row.action, row.details.get("code")) for row in rows.order_by(AuditRecord.id)]


def test_a_program_speaks_under_the_name_of_its_webhook_and_counts_as_nobody(office: Office) -> None:
    room = office.open()
    office.say(office.owner, room, "点検を始めます。")
    secret = made(office, room)
    answer = call(office.app, secret)
    assert answer.status_code == 201
    assert (answer.json["seq"], answer.json["is_new"]) == (2, True)
    line = office.page(office.moderator, room).messages[-1]
    assert (line.sender_name, line.sender_unit, line.sender_uid, line.is_mine) == (NAME, "", None, False)
    # It is unread for everybody, for who made the webhook as well, and nobody has read on by it.
    assert [office.view(one, room).unread for one in (office.owner, office.moderator)] == [1, 2]
    assert office.read(readers, office.owner, room) == {1: 0, 2: 0}
    office.write(reading.read_to, office.moderator, room, 2)
    assert office.read(readers, office.owner, room) == {1: 1, 2: 1}
    with office.app.app_context(), unit("read"):
        told = [one.payload for one in session.query(Event).filter_by(kind="chat.message_sent")]
        hook = session.query(Webhook).one()
        assert hook.made_by == office.moderator
        assert [(one["webhook_id"], one["read_from"]) for one in told] == [(None, None), (hook.id, None)]
        assert session.query(Place).filter_by(person_id=office.moderator).one().read_seq == 2


def test_however_often_it_is_sent_it_is_said_once(office: Office) -> None:
    room = office.open()
    secret, other = made(office, room), made(office, room, name="別のシステム")
    first, again = call(office.app, secret), call(office.app, secret)
    assert (again.status_code, again.json["uid"], again.json["is_new"]) == (200, first.json["uid"], False)
    changed = call(office.app, secret, "別の本文")
    assert (changed.status_code, changed.json["code"]) == (409, "key_reused")
    # The same key of another webhook of the same person, and of the person, is another one.
    assert call(office.app, other).status_code == 201
    office.say(office.moderator, room, "私です。", key="1")
    assert [text for _, text in office.seqs()] == ["空調が停止しました。", "空調が停止しました。", "私です。"]
    assert recorded(office) == [("chat.webhook_made", None)] * 2


def test_only_a_hash_of_the_secret_is_kept_and_it_opens_nothing_else(office: Office) -> None:
    room = office.open()
    secret = made(office, room)
    with office.app.app_context(), unit("read"):
        token = session.query(AccessToken).one()
        assert token.digest == digest(secret)
        assert (token.scopes, token.expires_at) == ([services.SCOPE], MORNING + timedelta(days=30))
    client, bearer = office.app.test_client(), {"Authorization": f"Bearer {secret}"}
    for address in ("/api/v1/chat/rooms", "/api/v1/directory/people"):
        assert client.get(address, headers=bearer).status_code == 403
    assert client.get(f"/chat/{room}", headers=bearer).status_code == 302


def test_whatever_does_not_hold_looks_like_no_address_at_all(office: Office) -> None:
    room = office.open()
    revoked, over = made(office, room), made(office, room, days=1)
    uid = next(one.uid for one in lines(office, room) if one.expires_at > MORNING + timedelta(days=2))
    office.write(revoke, office.owner, room, uid)
    own = office.write(issue, office.member, "試験", ["chat:write"], 30).secret
    with office.app.app_context(), unit("write"):
        session.add(
            AccessToken(
                digest=digest("gwt_system"),
                kind="system",
                system_name="電子決裁",
                name="試験",
                scopes=["systems:write"],
                created_at=clock.now(),
                expires_at=clock.in_seconds(60),
            )
        )
    with clock.frozen(MORNING + timedelta(days=2)):
        for secret in (revoked, over, own, "gwt_system", "x", "gwt_" + "a" * 43, "a" * 500):
            answer = call(office.app, secret)
            assert answer.status_code == 404, secret
            assert (answer.mimetype, answer.json["code"]) == ("application/problem+json", "not_found")
    assert office.seqs() == []


def test_what_cannot_be_said_is_refused_and_tells_no_owner(office: Office) -> None:
    room = office.open()
    office.set_rule(FORBIDDEN_WORDS, "禁句")
    secret = made(office, room)
    client = office.app.test_client()
    address = f"/chat/webhooks/{secret}"
    for body, status in (
        ({"text": "", "key": "1"}, 422),
        ({"text": " \u202e\u200b ", "key": "1"}, 422),
        ({"text": "あ" * 10_001, "key": "1"}, 422),
        ({"text": "禁句です", "key": "1"}, 422),
        ({"text": "個人番号は 123456789018 です", "key": "1"}, 422),
        ({"text": "本文"}, 422),
        ({"text": "本文", "key": ""}, 422),
        ({"text": "本文", "key": "k" * 101}, 422),
        ({"text": "本文", "key": "1", "room": str(room)}, 422),
        ({"text": "本文", "key": "1", "mentions": ["all"]}, 422),
        ({"text": "本文\x00", "key": "1"}, 422),
        ({"text": 7, "key": "1"}, 422),
        ([], 422),
    ):
        answer = client.post(address, json=body)
        assert answer.status_code == status, body
        assert answer.mimetype == "application/problem+json"
    assert client.post(address, data="{", content_type="application/json").status_code == 422
    assert client.post(address, data={"text": "本文", "key": "1"}).status_code == 415
    assert client.post(address, json={"text": "あ" * 400_000, "key": "1"}).status_code == 413
    assert client.get(address).status_code == 405
    # Neither a session nor a header adds anything.
    signed_in = sign_in_as(office.app, office.outsider)
    assert signed_in.post(address, json={"text": "本文\u202eです", "key": "2"}).status_code == 201
    assert [text for _, text in office.seqs()] == ["本文です"]
    assert [action for action, _ in recorded(office)] == ["chat.webhook_made"]


def test_too_many_are_told_when_to_come_again_and_the_maker_is_not_held_up(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(automatic, "MESSAGES", 3)
    room = office.open()
    secret, other = made(office, room), made(office, room, name="別のシステム")
    answers = [call(office.app, secret, key=str(number)) for number in range(4)]
    assert [one.status_code for one in answers] == [201, 201, 201, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert call(office.app, other).status_code == 201
    client = sign_in_as(office.app, office.moderator)
    assert send(client, f"/chat/{room}/messages", text="確認します。", key="a").status_code == 302


def _archived(office: Office, room: UUID) -> None:
    office.write(rooms.archive, office.owner, room)


def _left(office: Office, room: UUID) -> None:
    office.write(rooms.leave, office.moderator, room)


def _demoted(office: Office, room: UUID) -> None:
    with office.app.app_context(), unit("read"):
        key = session.query(Member.id).filter_by(role=Role.MODERATOR.value).scalar()
    office.write(members.change_role, office.owner, room, key, Role.MEMBER)


def _resting(office: Office, room: UUID) -> None:
    with office.app.app_context(), unit("write"):
        session.query(Account).filter_by(person_id=office.moderator).one().is_suspended = True


def _off(office: Office, room: UUID) -> None:
    office.set_rule(WEBHOOKS, Hooking.NOBODY.value, office.welfare)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        (_archived, 409, "archived"),
        (_left, 403, "maker_denied"),
        (_demoted, 403, "maker_denied"),
        (_resting, 403, "maker_rests"),
        (_off, 403, "webhooks_off"),
    ],
    ids=["archived", "left", "demoted", "resting", "off"],
)
def test_who_owns_the_room_is_told_once_that_messages_are_refused(
    office: Office, change: Any, status: int, code: str
) -> None:
    room = office.open()
    secret = made(office, room)
    assert call(office.app, secret, key="0").status_code == 201
    change(office, room)
    for number in range(3):
        answer = call(office.app, secret, key=str(number + 1))
        assert (answer.status_code, answer.json["code"]) == (status, code)
        assert answer.json["detail"]
    Worker(office.app).run_due()
    with office.app.app_context(), unit("read"):
        told = session.query(Notice).filter_by(kind="chat.webhook_refused").all()
        assert [(one.person_id, one.count) for one in told] == [(office.owner, 1)]
    assert recorded(office)[1:] == [("chat.webhook_refused", code)]
    (line,) = lines(office, room)
    assert (line.state, line.refused_for, line.messages) == (HookState.REFUSED, code, 1)
    page = sign_in_as(office.app, office.owner).get(f"/chat/{room}/webhooks", buffered=True).text
    assert "投稿を拒否中" in page
    with office.app.app_context(), unit("read"):
        assert session.query(Notice).filter_by(kind="chat.webhook_refused").one().read_at is not None


def test_when_something_passes_again_the_next_refusal_is_told_anew(office: Office) -> None:
    room = office.open()
    secret = made(office, room)
    for number in range(2):
        office.write(rooms.archive, office.owner, room)
        assert call(office.app, secret, key=f"a{number}").status_code == 409
        office.write(rooms.reopen, office.owner, room)
        assert call(office.app, secret, key=f"a{number}").status_code == 201
    assert [action for action, _ in recorded(office)] == ["chat.webhook_made"] + ["chat.webhook_refused"] * 2
    assert lines(office, room)[0].state is HookState.HOLDS


def test_a_room_that_is_gone_is_told_nobody(office: Office) -> None:
    room = office.open()
    secret = made(office, room)
    office.write(rooms.withdraw, office.owner, office.view(office.owner, room).id)
    assert call(office.app, secret).status_code == 404
    assert [action for action, _ in recorded(office)] == ["chat.webhook_made"]


def test_who_makes_and_revokes(office: Office) -> None:
    room = office.open()
    for person in (office.member, office.reader):
        with pytest.raises(Denied):
            made(office, room, person)
    with pytest.raises(NotFound):
        made(office, room, office.outsider)
    office.set_rule(WEBHOOKS, Hooking.OWNERS.value, office.welfare)
    with pytest.raises(Denied):
        made(office, room)
    secret = made(office, room, office.owner)
    uid = lines(office, room)[0].uid
    for person, error in ((office.member, Denied), (office.outsider, NotFound)):
        with pytest.raises(error):
            office.write(revoke, person, room, uid)
    office.write(revoke, office.moderator, room, uid)
    with pytest.raises(NotFound):
        office.write(revoke, office.moderator, room, uid)
    assert call(office.app, secret).status_code == 404
    assert [action for action, _ in recorded(office)] == ["chat.webhook_made", "chat.webhook_revoked"]
    for talk in (
        office.write(rooms.direct, office.owner, office.member).uid,
        office.write(rooms.own, office.owner).uid,
    ):
        with pytest.raises(Conflict):
            made(office, talk, office.owner)
    office.write(rooms.archive, office.owner, room)
    with pytest.raises(Conflict):
        made(office, room, office.owner)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "\u202e \u200b"),
        ("name", "あ" * 61),
        ("name", "佐藤 葵"),
        ("name", "佐藤葵"),
        ("name", "禁句システム"),
        ("note", "あ" * 501),
        ("note", "123456789018"),
        ("days", 0),
        ("days", 91),
    ],
)
def test_what_a_webhook_cannot_be(office: Office, field: str, value: Any) -> None:
    room = office.open()
    office.set_rule(WEBHOOK_DAYS, 90)
    office.set_rule(FORBIDDEN_WORDS, "禁句")
    with pytest.raises(Invalid) as refused:
        made(office, room, **{field: value})
    assert field in refused.value.fields


def test_a_room_has_not_too_many(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST", 1)
    room = office.open()
    made(office, room, days=1)
    with pytest.raises(Conflict):
        made(office, room)
    with clock.frozen(MORNING + timedelta(days=2)):
        made(office, room)


def test_what_a_program_said_is_nobodys_to_edit_and_is_answered_like_the_rest(office: Office) -> None:
    room = office.open()
    uid = UUID(call(office.app, made(office, room)).json["uid"])
    with pytest.raises(Denied):
        office.write(messages.edit, office.moderator, room, uid, "直しました。")
    office.say(office.member, room, "向かいます。", reply_to=uid)
    with office.app.app_context(), unit("read"):
        told = [one.payload for one in session.query(Event).filter_by(kind="chat.message_sent")]
        assert [one["answered_id"] for one in told] == [None, None]
    with pytest.raises(Denied):
        office.write(messages.delete, office.member, room, uid)
    office.write(messages.delete, office.owner, room, uid)
    assert lines(office, room)[0].messages == 0


def test_everybody_who_wants_to_be_told_is_told_the_maker_as_well(office: Office) -> None:
    room = office.open()
    secret = made(office, room)
    for person in (office.moderator, office.member):
        office.write(reading.set_telling, person, room, Telling.ALL)
    call(office.app, secret)
    Worker(office.app).run_due()
    with office.app.app_context(), unit("read"):
        told = {one.person_id for one in session.query(Notice).filter_by(kind="chat.message")}
        assert told == {office.moderator, office.member}


def test_records_name_who_answers_for_it(office: Office) -> None:
    room = office.open()
    call(office.app, made(office, room))
    with office.app.app_context(), unit("read"):
        text = exhibits.exhibit(session.query(Message.id).scalar()).text
    assert NAME in text
    assert "自動投稿。設定者: 保護課 鈴木 蓮" in text


def test_forwarded_it_is_marked_as_well(office: Office) -> None:
    room, other = office.open(), office.open(name="別のルーム")
    uid = UUID(call(office.app, made(office, room)).json["uid"])
    office.write(forward, office.member, room, uid, other, "共有します。", key="f")
    (text,) = office.texts(office.owner, other)
    assert f"{NAME}（自動投稿）" in text or f"{NAME}(自動投稿)" in text


def test_programs_find_what_programs_said(office: Office) -> None:
    room = office.open()
    call(office.app, made(office, room))
    token = office.write(issue, office.member, "試験", ["chat:read"], 30).secret
    client = office.app.test_client()
    answer = client.get(f"/api/v1/chat/rooms/{room}/messages", headers={"Authorization": f"Bearer {token}"})
    (message,) = answer.json["messages"]
    assert (message["sender"], message["sender_name"]) == (None, NAME)
    assert type(message["webhook_id"]) is int


def test_the_page_shows_the_address_once_and_the_list_who_answers(office: Office) -> None:
    room = office.open()
    client = sign_in_as(office.app, office.moderator)
    page = f"/chat/{room}/webhooks"
    answer = send(client, page, name=NAME, note="夜間の警報", days="30")
    secret = re.search(r"/chat/webhooks/(gwt_[\w-]{43})<", answer.text)
    assert secret is not None
    assert answer.headers["Cache-Control"] == "no-store"
    assert call(office.app, secret[1]).status_code == 201
    shown = client.get(page).text
    assert secret[1] not in shown
    for words in (NAME, "夜間の警報", "鈴木 蓮", "保護課", "利用中"):
        assert words in shown
    assert "自動投稿" in client.get(f"/chat/{room}").text
    refused = send(client, page, name="佐藤 葵", note="", days="30")
    assert refused.status_code == 422
    assert "職員の氏名は使えません" in refused.text
    # Members see who answers, and can do nothing; for outsiders there is no such page.
    reader = sign_in_as(office.app, office.reader).get(page)
    assert NAME in reader.text
    assert "revoke" not in reader.text
    _absent(sign_in_as(office.app, office.outsider), page)
    talk = office.write(rooms.direct, office.owner, office.moderator).uid
    _absent(client, f"/chat/{talk}/webhooks")
    uid = lines(office, room)[0].uid
    assert send(client, f"{page}/{uid}/revoke").status_code == 302
    assert call(office.app, secret[1], key="2").status_code == 404
    assert client.get(f"{page}.csv").status_code == 200


def _absent(client: FlaskClient, page: str) -> None:
    assert [client.get(f"{page}{ending}").status_code for ending in ("", ".csv")] == [404, 404]
