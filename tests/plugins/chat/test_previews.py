"""Links to pages of the house: below them stands what they lead to, for those who may see it, and nothing for all others."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from groupware import clock
from groupware.db import unit
from groupware.testing.signing_in import sign_in_as
from groupware.web.previews import previews
from plugins.chat.enums import Inviting, Role
from plugins.chat.rendering import addresses_in
from plugins.chat.rules import GUESTS
from plugins.chat.services import members, messages, rooms
from tests.plugins.chat.conftest import MORNING, Office
from tests.plugins.chat.test_guests import _browser, _invited

HOUSE = "http://localhost"


def shown(office: Office, person: int, *addresses: str) -> dict[str, str]:
    """Address → title, for those of which somebody sees what they lead to."""
    who = office.actor(person)
    with office.app.test_request_context(base_url=HOUSE), unit("read"):
        return {address: one.title for address, one in previews(who, addresses).items()}


def test_a_message_is_shown_to_those_who_read_its_room(office: Office) -> None:
    source = office.open(roles=False, members=[(one, Role.MEMBER) for one in office.people(office.member)])
    said = office.say(office.owner, source, "**集合**は\n9時")
    gone = office.say(office.owner, source, "消す")
    office.write(messages.delete, office.owner, source, gone.uid)
    room, message = f"{HOUSE}/chat/{source}", f"{HOUSE}/chat/{source}?around={said.seq}#m1"
    nothing = [f"{HOUSE}/chat/{source}?around={one}" for one in (2, 99, "x", 10**30)]
    found = shown(office, office.member, room, message, *nothing[:2])
    assert found == {room: "災害対策", message: "集合は 9時"}
    assert shown(office, office.outsider, room, message, *nothing) == {}
    target = office.open(name="別のルーム")
    office.say(office.owner, target, f"{message} をご覧ください。")
    here, there = (
        sign_in_as(office.app, one).get(f"/chat/{target}").text for one in (office.member, office.reader)
    )
    assert 'class="chat-preview"' in here
    assert "災害対策" in here
    assert 'class="chat-preview"' not in there
    assert "集合" not in there
    assert "災害対策" not in there.replace("災害対策</", "")


def test_what_was_said_before_somebody_came_is_not_shown(office: Office) -> None:
    source = office.open(shows_past=False, roles=False)
    early = office.say(office.owner, source, "以前の話")
    with clock.frozen(MORNING + timedelta(minutes=5)):
        office.write(members.add, office.owner, source, office.people(office.member), Role.MEMBER)
        later = office.say(office.owner, source, "今の話")
    address = f"{HOUSE}/chat/{source}?around="
    assert shown(office, office.member, f"{address}{early.seq}", f"{address}{later.seq}") == {
        f"{address}{later.seq}": "今の話"
    }


@pytest.mark.parametrize(
    "address",
    [
        "http://elsewhere.example/chat/{room}",
        "http://localhost.example/chat/{room}",
        "http://localhost@elsewhere.example/chat/{room}",
        "http://[broken/chat/{room}",
        "http://localhost/chat/{room}/members",
        "http://localhost/chat/",
        "http://localhost/chat/{absent}",
        "http://localhost/nowhere",
        "http://localhost",
    ],
)
def test_other_addresses_show_nothing(office: Office, address: str) -> None:
    room = office.open()
    assert shown(office, office.owner, address.format(room=room, absent=uuid4())) == {}


def test_what_was_switched_off_and_what_was_withdrawn_show_nothing(office: Office) -> None:
    room = office.open()
    address = f"{HOUSE}/chat/{room}"
    assert shown(office, office.member, address) == {address: "災害対策"}
    office.set_rule("chat.enabled", False)
    assert shown(office, office.member, address) == {}


def test_a_guest_is_shown_nothing(office: Office) -> None:
    office.set_rule(GUESTS, Inviting.OWNERS.value)
    room = office.open()
    office.say(office.owner, room, f"{HOUSE}/chat/{room}")
    _, code = _invited(office, room)
    page = _browser(office, code).get(f"/chat/{room}").text
    assert f"{HOUSE}/chat/{room}" in page
    assert 'class="chat-preview"' not in page


@pytest.mark.parametrize("number", [1, 20])
def test_it_costs_the_same_however_many_links_there_are(
    office: Office, count_queries: Any, number: int
) -> None:
    target = office.open(name="まとめ")
    for n in range(number):
        source = office.open(name=f"{n}", shows_past=n % 2 == 0)
        seq = office.say((office.owner, office.moderator)[n % 2], source, f"{n}").seq
        office.say(office.owner, target, f"{HOUSE}/chat/{source} {HOUSE}/chat/{source}?around={seq}")
    office.app.extensions["groupware_versions"].poll_seconds = 3600
    client = sign_in_as(office.app, office.member)
    client.get(f"/chat/{target}/news?after=0")
    with count_queries() as statements:
        page = client.get(f"/chat/{target}/news?after=0")
    assert page.text.count('class="chat-preview"') == 2 * number
    # What a stretch costs without links; rooms, messages, and how somebody came into those that hide their past.
    assert len(statements) == 9 + (2 if number == 1 else 3)


def test_addresses_of_a_text() -> None:
    text = "https://a.jp/x、https://a.jp/x と `https://b.jp` と（http://c.jp/）"
    assert addresses_in(text) == ["https://a.jp/x", "http://c.jp/"]
    assert addresses_in("なし") == []


def test_an_archived_room_is_shown_still(office: Office) -> None:
    room = office.open()
    office.write(rooms.archive, office.owner, room)
    address = f"{HOUSE}/chat/{room}"
    assert shown(office, office.member, address) == {address: "災害対策"}
