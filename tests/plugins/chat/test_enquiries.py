"""Enquiry desks: who may ask, who sees what was asked, and that nobody outside the section learns who answered."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from groupware.access.enums import PrincipalKind
from groupware.access.principals import rebuild
from groupware.db import session, unit
from groupware.directory.models import Appointment
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.realtime.bus import Message
from groupware.rules.models import RuleValue
from groupware.search.services import Wanted, search
from groupware.testing.signing_in import csrf_token, sign_in_as
from plugins.chat.enums import EnquiryState
from plugins.chat.expressions import ReactionKind
from plugins.chat.models import Enquiry, Room
from plugins.chat.permissions import MANAGE_DESK
from plugins.chat.queries import desks as seen
from plugins.chat.queries import messages as said
from plugins.chat.queries import own_rooms, receipts
from plugins.chat.queries import rooms as seen_rooms
from plugins.chat.rules import HOUSE_RULES
from plugins.chat.services import desks, enquiries, members, reading, rooms
from plugins.chat.services.reactions import react
from tests.plugins.chat.conftest import Office

CLERK = "鈴木 蓮"
"""Who answers, by the name that must not get out."""


@pytest.fixture
def desk(office: Office) -> UUID:
    """The desk of 保護課, opened by its owner."""
    office.factory.grant(
        PrincipalKind.PERSON, office.owner, MANAGE_DESK, scope="subtree", unit_id=office.shelter
    )
    return office.write(desks.open_desk, office.owner, office.shelter, "生活保護について").uid


def _ask(office: Office, desk: UUID, who: int, key: str = "a", **changes: str) -> UUID:
    words = {"subject": "申請の様式", "text": "どれを使いますか。"} | changes
    return office.write(enquiries.ask, who, desk, words["subject"], words["text"], key=key)


def _state(office: Office, desk: UUID) -> dict[EnquiryState, int]:
    def counted(actor: Any) -> dict[EnquiryState, int]:
        view = seen.desk(actor, desk)
        return {state: len(seen.enquiries(actor, view, state)[0]) for state in EnquiryState}

    return office.read(counted, office.member)


def test_only_who_manages_desks_opens_one_and_a_section_has_one(office: Office, desk: UUID) -> None:
    with pytest.raises(Denied):
        office.write(desks.open_desk, office.member, office.shelter, "")
    with pytest.raises(Denied):
        office.write(desks.open_desk, office.owner, office.waste, "")
    with pytest.raises(Conflict):
        office.write(desks.open_desk, office.owner, office.shelter, "")
    for fault in (
        {"unit_id": None, "welcome": ""},
        {"unit_id": office.shelter, "welcome": "あ" * 501},
        {"unit_id": office.shelter, "welcome": "1234 5678 9018"},
    ):
        with pytest.raises(Invalid):
            office.write(desks.open_desk, office.owner, *fault.values())


def test_an_enquiry_is_seen_by_who_asks_and_by_the_section(office: Office, desk: UUID) -> None:
    room = _ask(office, desk, office.outsider)
    assert _ask(office, desk, office.outsider) == room
    assert office.texts(office.outsider, room) == ["どれを使いますか。"]
    for who in (office.owner, office.moderator, office.member):
        assert office.view(who, room).is_answered_by_me
        assert [line.uid for line in office.read(own_rooms.mine, who)] == [room]
    with pytest.raises(NotFound):
        office.view(office.reader, room)
    with pytest.raises(NotFound):
        office.read(lambda who: seen.enquiries(who, seen.desk(who, desk), EnquiryState.OPEN), office.reader)
    with pytest.raises(Conflict):
        _ask(office, desk, office.member)
    with pytest.raises(NotFound):
        _ask(office, uuid4(), office.outsider, "x")
    for words in ({"subject": " "}, {"subject": "あ" * 61}, {"text": "\n"}, {"subject": "1234 5678 9018"}):
        with pytest.raises(Invalid):
            _ask(office, desk, office.reader, "b", **words)
    with office.app.app_context(), unit("read"):
        assert session.query(Room).count() == session.query(Enquiry).count() == 1


def test_the_state_follows_who_spoke_last(office: Office, desk: UUID) -> None:
    room = _ask(office, desk, office.outsider)
    found = [_state(office, desk)]
    office.say(office.moderator, room, "様式第3号です。")
    found.append(_state(office, desk))
    office.say(office.outsider, room, "記入例はありますか。")
    found.append(_state(office, desk))
    office.write(enquiries.close, office.outsider, room)
    found.append(_state(office, desk))
    with pytest.raises(Conflict):
        office.say(office.moderator, room)
    office.write(enquiries.reopen, office.member, room)
    found.append(_state(office, desk))
    assert [[state.value for state, number in one.items() if number] for one in found] == [
        ["open"],
        ["answered"],
        ["open"],
        ["closed"],
        ["open"],
    ]
    for act in (enquiries.close, enquiries.reopen):
        with pytest.raises(NotFound):
            office.write(act, office.reader, room)
        with pytest.raises(NotFound):
            office.write(act, office.owner, office.open())


def test_an_enquiry_is_administered_by_nobody(office: Office, desk: UUID) -> None:
    """No roles, no members, no leaving, no archive: what it is, two sides and a state, cannot be changed."""
    room = _ask(office, desk, office.outsider)
    for act, *arguments in (
        (rooms.leave,),
        (rooms.archive,),
        (members.add, office.people(office.reader)),
        (members.remove, 1),
    ):
        with pytest.raises(Conflict):
            office.write(act, office.owner, room, *arguments)


def test_the_section_is_whoever_belongs_to_it_today(office: Office, desk: UUID) -> None:
    room = _ask(office, desk, office.outsider)
    with office.app.app_context(), unit("write"):
        session.query(Appointment).filter_by(person_id=office.member).update({"unit_id": office.waste})
        session.query(Appointment).filter_by(person_id=office.reader).update({"unit_id": office.shelter})
        rebuild([office.member, office.reader])
    assert office.view(office.reader, room).is_answered_by_me
    with pytest.raises(NotFound):
        office.view(office.member, room)


def test_who_answered_is_shown_to_the_section_only(
    office: Office, desk: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Message] = []
    monkeypatch.setattr("plugins.chat.services.reading.publish", sent.extend)
    room = _ask(office, desk, office.outsider)
    office.write(reading.read_to, office.moderator, room, 1)
    office.say(office.moderator, room, "様式第3号です。")
    answer = office.page(office.member, room).messages[-1]
    assert answer.sender_name == f"保護課({CLERK})"
    theirs = office.page(office.outsider, room).messages[-1]
    assert (theirs.sender_name, theirs.sender_unit, theirs.sender_uid) == ("保護課", "福祉局", None)
    assert [(one["by"], one["payload"]["person"]) for one in sent] == [("", None)] * len(sent)
    assert sent

    def readers(actor: Any) -> list[str]:
        view = seen_rooms.one(actor, room)
        found = (receipts.people(actor, view, one).read for one in said.page(actor, view).messages)
        return [reader.name for sections in found for section in sections for reader in section.people]

    assert office.read(readers, office.outsider) == ["保護課"]
    assert CLERK in office.read(readers, office.member)
    client = sign_in_as(office.app, office.outsider)
    office.write(react, office.moderator, room, answer.uid, ReactionKind.DONE)
    with pytest.raises(Invalid):
        office.say(office.outsider, room, f"@{CLERK} 様", mentions=[f"person:{office.moderator}"])
    reactions = f"/messages/{answer.uid}/reactions"
    for address in (
        "",
        "/news?after=0",
        "/readers/1",
        "/readers/2",
        "/members",
        "/mentionable?q=",
        reactions,
    ):
        page = client.get(f"/chat/{room}{address}")
        assert page.status_code == 200
        assert CLERK not in page.text
    who = office.actor(office.outsider)
    with office.app.test_request_context(), unit("read"):
        hits = search(who, Wanted(text="様式第3号", kinds=("chat.message",))).hits
        by_person = Wanted(text="様式第3号", kinds=("chat.message",), person_id=office.moderator)
        assert [hit.about.detail for hit in hits] == ["保護課 福祉局"]
        assert not search(who, by_person).hits


def test_a_closed_desk_takes_nothing_and_what_is_there_goes_on(office: Office, desk: UUID) -> None:
    room = _ask(office, desk, office.outsider)
    for act in (desks.close_desk, desks.reopen_desk):
        with pytest.raises(Denied):
            office.write(act, office.member, desk)
    office.write(desks.close_desk, office.owner, desk)
    with pytest.raises(NotFound):
        _ask(office, desk, office.reader)
    assert [office.read(seen.desks, who) == [] for who in (office.reader, office.member)] == [True, False]
    office.say(office.moderator, room)
    office.write(desks.reopen_desk, office.owner, desk)
    _ask(office, desk, office.reader)


def test_pages_ask_answer_and_look_after_a_desk(office: Office) -> None:
    office.factory.grant(PrincipalKind.PERSON, office.owner, MANAGE_DESK)
    owner, asker = (sign_in_as(office.app, one) for one in (office.owner, office.outsider))
    token = csrf_token(owner, "/chat/desks/new")
    form = {"csrf_token": token, "unit_id": office.shelter, "welcome": "様式について"}
    desk = owner.post("/chat/desks/new", data=form).location
    page = asker.get("/chat/desks", query_string={"q": "様式"}).text
    assert "保護課" in page
    token = csrf_token(asker, desk)
    refused = asker.post(desk, data={"csrf_token": token, "subject": "様式", "text": "", "key": "k"})
    assert refused.status_code == 422
    asked = {"csrf_token": token, "subject": "様式", "text": "どれですか。", "key": "k"}
    room = asker.post(desk, data=asked).location
    assert asker.post(desk, data=asked).location == room
    assert "伊藤 杏" in owner.get(desk).text
    assert "お名前は" in owner.get(room).text
    for act in ("close", "open-again"):
        assert asker.post(f"{room}/{act}", data={"csrf_token": token}).status_code == 302
    assert asker.get(f"{desk}/enquiries.csv").status_code == 404
    assert "伊藤 杏" in owner.get(f"{desk}/enquiries.csv").text
    assert asker.get(f"{desk}/edit").status_code == 404
    assert asker.get("/chat/desks/new").status_code == 403


def test_house_rules_are_shown_once_for_each_wording(office: Office) -> None:
    room = office.open()
    client = sign_in_as(office.app, office.member)
    assert client.get(f"/chat/{room}").status_code == 200
    for text in ("挨拶文は不要です。", "結びの言葉も不要です。"):
        with office.app.app_context(), unit("write"):
            session.query(RuleValue).filter_by(rule=HOUSE_RULES).delete()
        office.set_rule(HOUSE_RULES, text)
        stopped = client.get(f"/chat/{room}")
        assert stopped.status_code == 302
        page = client.get(stopped.location).text
        assert text in page
        digest = page.split('name="digest" value="')[1].split('"')[0]
        form = {"csrf_token": csrf_token(client, "/chat/rules"), "digest": digest, "room": str(room)}
        assert client.post("/chat/rules", data=form).location == f"/chat/{room}"
        assert client.get(f"/chat/{room}").status_code == 200
        with client.session_transaction() as cookie:
            cookie.pop("chat_rules")  # another browser knows nothing yet
        assert client.get("/chat/").status_code == 200
