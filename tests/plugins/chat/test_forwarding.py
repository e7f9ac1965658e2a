"""Forwarding: what was said is quoted elsewhere, with nothing that the readers there must not learn."""

from typing import Any
from uuid import uuid4

import pytest

from groupware.access.enums import PrincipalKind
from groupware.attachments.queries import files
from groupware.attachments.services import adding
from groupware.attachments.services.handing import known
from groupware.db import session, unit
from groupware.errors import Conflict, Denied, DomainError, Invalid, NotFound
from groupware.testing.signing_in import sign_in_as
from plugins.chat.enums import Inviting, Role
from plugins.chat.models import Room
from plugins.chat.permissions import MANAGE_DESK
from plugins.chat.queries import messages as said
from plugins.chat.queries.files import files_at
from plugins.chat.rules import FORWARD_TO_GUESTS, GUESTS
from plugins.chat.services import desks, enquiries, members, messages, rooms
from plugins.chat.services.forwarding import forward
from tests.plugins.chat.conftest import Office
from tests.plugins.chat.test_guests import _invited
from tests.plugins.chat.test_pages import FRAGMENT, send

HEAD = "転送：鈴木 蓮（保護課）　2026-11-24 08:00"


def last(office: Office, person: int, room: Any) -> Any:
    """What was said last."""
    return office.page(person, room).messages[-1]


def test_it_is_quoted_with_who_said_it_and_when(office: Office) -> None:
    source, target = office.open(), office.open(name="別のルーム")
    message = office.say(office.moderator, source, "集合は\n**9時**です。")
    for _ in range(2):
        sent = office.write(forward, office.member, source, message.uid, target, "ご確認ください。", key="k")
    line = last(office, office.owner, target)
    assert (line.seq, sent.is_new) == (1, False)
    assert line.comment == "ご確認ください。"
    assert line.quotation == f"{HEAD}\n> 集合は\n> **9時**です。"
    assert line.text == f"{line.comment}\n\n{line.quotation}"
    # Without a comment, and a quotation of a quotation.
    office.write(forward, office.owner, target, line.uid, source, key="l")
    line = last(office, office.member, source)
    assert line.comment == ""
    assert line.quotation.startswith(
        "転送：高橋 凛（保護課）　2026-11-24 08:00\n> ご確認ください。\n> \n> 転送：鈴木"
    )


def test_a_room_is_named_only_if_anybody_can_find_it(office: Office) -> None:
    target = office.open(name="別のルーム")
    source = office.open(name="公開の場", is_open=True)
    message = office.say(office.moderator, source, "一つ")
    office.write(forward, office.member, source, message.uid, target, key="a")
    assert last(office, office.member, target).quotation == f"{HEAD}「公開の場」\n> 一つ"
    office.write(rooms.archive, office.owner, source)
    office.write(forward, office.member, source, message.uid, target, key="b")
    assert "公開の場" not in last(office, office.member, target).text
    talk = office.write(rooms.direct, office.moderator, office.member).uid
    message = office.say(office.moderator, talk, "内々に")
    office.write(forward, office.member, talk, message.uid, target, key="c")
    assert last(office, office.member, target).text == f"{HEAD}\n> 内々に"


def test_it_cannot_be_changed_but_deleted(office: Office) -> None:
    source, target = office.open(), office.open(name="別のルーム")
    message = office.say(office.moderator, source, "一つ")
    sent = office.write(forward, office.member, source, message.uid, target, "見てください", key="a")
    with pytest.raises(Conflict) as refused:
        office.write(messages.edit, office.member, target, sent.uid, "言っていないこと")
    assert refused.value.code == "forwarded"
    client = sign_in_as(office.app, office.member)
    page = client.get(f"/chat/{target}").text
    assert "chat-forwarded" in page
    assert f"{sent.uid}/edit" not in page
    assert client.get(f"/chat/{target}/messages/{sent.uid}/edit").status_code == 404
    office.write(messages.delete, office.moderator, source, message.uid)
    assert "一つ" in last(office, office.member, target).text
    office.write(messages.delete, office.member, target, sent.uid)
    line = last(office, office.member, target)
    assert (line.comment, line.quotation, line.is_deleted) == ("", "", True)
    # What only looks like it is not drawn as one.
    office.say(office.member, target, f"{HEAD}\n> 言っていないこと")
    assert "chat-forwarded" not in client.get(f"/chat/{target}").text


def test_what_is_refused(office: Office) -> None:
    source, target = office.open(), office.open(name="別のルーム")
    message, gone = office.say(office.owner, source), office.say(office.owner, source)
    office.write(messages.delete, office.owner, source, gone.uid)
    hidden = office.open(name="知らない", roles=False)
    cases: list[tuple[type[DomainError], int, Any, Any, Any]] = [
        (NotFound, office.outsider, source, message.uid, target),
        (NotFound, office.member, source, gone.uid, target),
        (NotFound, office.member, source, uuid4(), target),
        (NotFound, office.member, target, message.uid, source),
        (NotFound, office.member, source, message.uid, hidden),
        (NotFound, office.member, source, message.uid, uuid4()),
        (Denied, office.reader, source, message.uid, target),
    ]
    for error, person, room, uid, to in cases:
        with pytest.raises(error):
            office.write(forward, person, room, uid, to, key="a")
    long = office.say(office.owner, source, "あ\n" * 4000)
    with pytest.raises(Invalid) as refused:
        office.write(forward, office.member, source, long.uid, target, key="b")
    assert "text" in refused.value.fields
    office.write(rooms.archive, office.owner, target)
    with pytest.raises(Conflict):
        office.write(forward, office.member, source, message.uid, target, key="c")
    assert office.texts(office.owner, target) == []


def test_what_was_said_before_somebody_came_is_not_forwarded(office: Office) -> None:
    source, target = office.open(shows_past=False, roles=False), office.open()
    message = office.say(office.owner, source, "以前の話")
    member = office.people(office.member)
    office.write(members.add, office.owner, source, member, Role.MEMBER)
    with pytest.raises(NotFound):
        office.write(forward, office.member, source, message.uid, target, key="a")


def test_nothing_goes_to_a_less_confidential_room(office: Office) -> None:
    source, target = office.open(), office.open(name="別のルーム")
    message = office.say(office.owner, source)
    with office.app.app_context(), unit("write"):
        session.query(Room).filter_by(uid=source).update({"classification": "3"})
    with pytest.raises(Conflict) as refused:
        office.write(forward, office.owner, source, message.uid, target, key="a")
    assert refused.value.code == "classification"
    office.write(forward, office.owner, source, message.uid, source, key="b")


def test_what_goes_to_people_from_outside(office: Office) -> None:
    office.set_rule(GUESTS, Inviting.OWNERS.value)
    source, target = office.open(is_open=True), office.open(name="病院と")
    message = office.say(office.moderator, source, "一つ")
    _invited(office, target)
    with pytest.raises(Denied):
        office.write(forward, office.owner, source, message.uid, target, key="a")
    office.set_rule(FORWARD_TO_GUESTS, True)
    office.write(forward, office.owner, source, message.uid, target, key="a")
    assert last(office, office.owner, target).text == f"{HEAD}\n> 一つ"


def test_who_answers_for_a_section_is_never_named(office: Office) -> None:
    office.factory.grant(
        PrincipalKind.PERSON, office.owner, MANAGE_DESK, scope="subtree", unit_id=office.shelter
    )
    desk = office.write(desks.open_desk, office.owner, office.shelter, "").uid
    enquiry = office.write(enquiries.ask, office.outsider, desk, "受付時間", "何時までですか。", key="q")
    answer = office.say(office.member, enquiry, "17時までです。")
    target = office.open(name="別のルーム")
    # A colleague sees who it was, and forwards it as it was signed.
    view = office.view(office.owner, enquiry)
    line = office.read(lambda actor: said.one(actor, view, answer.uid), office.owner)
    assert "高橋 凛" in line.sender_name
    office.write(forward, office.owner, enquiry, answer.uid, target, key="a")
    text = last(office, office.owner, target).text
    assert "高橋 凛" not in text
    assert text.startswith("転送：保護課")
    # What a colleague said inside is quoted to who asked without a name.
    inside = office.say(office.moderator, target, "延長もできます。")
    office.write(forward, office.owner, target, inside.uid, enquiry, key="b")
    for person in (office.outsider, office.owner):
        assert last(office, person, enquiry).quotation == "転送：保護課　2026-11-24 08:00\n> 延長もできます。"
    assert "鈴木 蓮" not in sign_in_as(office.app, office.outsider).get(f"/chat/{enquiry}").text


def test_the_page_works_without_a_script(office: Office) -> None:
    source, target = office.open(), office.open(name="別のルーム")
    message = office.say(office.owner, source, "一つ")
    client = sign_in_as(office.app, office.member)
    address = f"/chat/{source}/messages/{message.uid}/forward"
    page = client.get(address).text
    assert "別のルーム" in page
    assert "一つ" in page
    for form in ({}, {"room": str(target), "person": f"person:{office.owner}"}, {"room": "x"}):
        assert send(client, address, key="k", **form).status_code == 422
    refused = send(client, address, key="k", room=str(target), comment="1234 5678 9018")
    assert refused.status_code == 422
    assert "1234 5678 9018" in refused.text
    assert send(client, address, key="k", room=str(target), comment="どうぞ").location.endswith(
        "?latest=1#m1"
    )
    assert send(client, address, key="l", person=f"person:{office.owner}").status_code == 302
    talk = office.write(rooms.direct, office.owner, office.member).uid
    assert office.texts(office.owner, talk) == ["転送：佐藤 葵（保護課）　2026-11-24 08:00\n> 一つ"]
    assert send(client, address, FRAGMENT, key="m", room=str(uuid4())).status_code == 404


def test_files_go_along_where_they_may_be_sent_and_are_named_everywhere(office: Office) -> None:
    source, target, plain = office.open(), office.open(name="別のルーム"), office.open(name="文字だけ")
    plan = office.write(adding.add, office.moderator, "配置図.pdf", b"%PDF-1.4 plan").uid
    photo = office.write(adding.add, office.moderator, "[写真].pdf", b"%PDF-1.4 photo").uid
    message = office.say(office.moderator, source, "", files=[plan, photo])
    for _ in range(2):
        sent = office.write(forward, office.member, source, message.uid, target, "どうぞ", key="k")
    line = last(office, office.owner, target)
    assert (line.seq, sent.is_new, line.file_count) == (1, False, 2)
    assert line.quotation == f"{HEAD}\n> ファイル：配置図.pdf\n> ファイル：[写真].pdf"
    found = office.read(lambda _actor: files_at([line]), office.owner)[line.id]
    assert [one.name for one in found] == ["配置図.pdf", "[写真].pdf"]
    # They are files of their own: what becomes of the first message does not concern them.
    assert not {one.uid for one in found} & {plan, photo}
    office.write(messages.delete, office.moderator, source, message.uid)
    with pytest.raises(NotFound):
        office.write(forward, office.member, source, message.uid, target, key="l")
    assert len(office.read(lambda actor: known(actor, files([one.uid for one in found])), office.owner)) == 2
    # A room of text takes the names alone, and so does one with people from outside.
    office.write(rooms.set_text_only, office.owner, plain, is_text_only=True)
    office.write(forward, office.member, target, line.uid, plain, key="m")
    assert (
        last(office, office.owner, plain).file_count,
        "配置図.pdf" in last(office, office.owner, plain).text,
    ) == (0, True)
    client = sign_in_as(office.app, office.member)
    page = client.get(f"/chat/{target}/messages/{line.uid}/forward").text
    assert "配置図.pdf" in page
    assert f"/chat/{target}/messages/{line.uid}/forward" in client.get(f"/chat/{target}").text
