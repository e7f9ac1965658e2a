"""Mentions: references and not words, told to members only, found in one's own list."""

from collections.abc import Callable

import pytest

from groupware.access.enums import PrincipalKind
from groupware.db import session, unit
from groupware.directory.people_index import reindex
from groupware.errors import Invalid, NotFound
from groupware.notifications.queries import timeline
from groupware.testing.signing_in import sign_in_as
from groupware.worker import Worker
from plugins.chat.enums import AddressAll, Role, Telling
from plugins.chat.models import Mention
from plugins.chat.queries import mentionable
from plugins.chat.queries import rooms as seen
from plugins.chat.queries.mentions import addressed_to, named_in
from plugins.chat.rules import ADDRESS_ALL
from plugins.chat.services import members, messages, reading, rooms
from plugins.chat.services.mentions import may_address_all
from tests.plugins.chat.conftest import Office


@pytest.fixture
def told(office: Office) -> Callable[[int], list[str]]:
    """`told(person)` is which mentions stand in the timeline of a person once the worker has been there."""

    def titles(person_id: int) -> list[str]:
        Worker(office.app).run_due()
        who = office.actor(person_id)
        with office.app.test_request_context(), unit("read"):
            return [line.title for line in timeline(who).lines if line.kind.id == "chat.mention"]

    return titles


def named(office: Office, person_id: int) -> list[str]:
    """What stands in 自分宛て of a person."""
    return [one.text for one in office.read(addressed_to, person_id)[0]]


def test_a_person_is_named_told_and_finds_it(office: Office, told) -> None:
    room = office.open()
    text = "@高橋 凛 確認をお願いします。"
    sent = office.say(office.owner, room, text, mentions=[f"person:{office.member}"])
    assert told(office.member) == ["災害対策"]
    assert told(office.moderator) == told(office.owner) == []
    assert named(office, office.member) == [text]
    assert named(office, office.moderator) == []
    found = office.read(named_in, office.member, [sent.id])
    assert [(one.label, one.is_me) for one in found[sent.id]] == [("高橋 凛", True)]
    found = office.read(named_in, office.owner, [sent.id])
    assert [one.is_me for one in found[sent.id]] == [False]


def test_a_section_means_those_of_it_who_are_in_the_room(office: Office, told) -> None:
    room = office.open()
    office.say(office.owner, room, "@廃棄物課 いかがですか。", mentions=[f"unit_tree:{office.waste}"])
    assert told(office.reader) == ["災害対策"]
    assert told(office.outsider) == told(office.member) == []
    assert named(office, office.reader) == ["@廃棄物課 いかがですか。"]
    assert named(office, office.outsider) == []
    # Who comes into the section, and the room, later finds it as well: nothing was written for each of them.
    office.write(members.add, office.owner, room, office.people(office.outsider), Role.MEMBER)
    assert named(office, office.outsider) == ["@廃棄物課 いかがですか。"]


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        (AddressAll.MEMBERS, {"owner", "moderator", "member"}),
        (AddressAll.MODERATORS, {"owner", "moderator"}),
        (AddressAll.NOBODY, set()),
    ],
)
def test_who_may_address_everybody_is_the_rule_and_the_role(
    office: Office, rule: AddressAll, allowed: set[str]
) -> None:
    room = office.open()
    office.set_rule(ADDRESS_ALL, rule.value, office.shelter)
    for who in ("owner", "moderator", "member", "reader"):
        person = getattr(office, who)
        assert office.read(lambda actor: may_address_all(seen.one(actor, room)), person) is (who in allowed)
        if who == "reader":
            continue
        if who in allowed:
            office.say(person, room, f"@全員 {who}", mentions=["all"])
        else:
            with pytest.raises(Invalid) as refused:
                office.say(person, room, f"@全員 {who}", mentions=["all"])
            assert set(refused.value.fields) == {"text"}
    assert {text.split()[1] for _, text in office.seqs()} == allowed


def test_everybody_is_one_row_and_reaches_members_only(office: Office, told) -> None:
    room = office.open()
    office.say(office.owner, room, "@全員 17時までに。", mentions=["all"])
    with office.app.app_context(), unit("read"):
        assert session.query(Mention).count() == 1
    assert [bool(told(one)) for one in (office.moderator, office.member, office.reader)] == [True] * 3
    assert told(office.outsider) == told(office.owner) == []
    # Who comes later was not addressed.
    office.write(members.add, office.owner, room, office.people(office.outsider), Role.MEMBER)
    assert named(office, office.outsider) == []
    assert named(office, office.reader) == ["@全員 17時までに。"]


def test_who_muted_or_has_read_is_told_nothing(office: Office, told) -> None:
    room = office.open()
    office.write(reading.set_telling, office.member, room, Telling.NONE)
    office.say(office.owner, room, "@高橋 凛 どうぞ。", mentions=[f"person:{office.member}"])
    office.write(reading.read_to, office.reader, room, 1)
    office.say(office.owner, room, "@全員 どうぞ。", mentions=["all"])
    office.write(reading.read_to, office.reader, room, 2)
    assert told(office.member) == told(office.reader) == []
    assert named(office, office.member) == ["@全員 どうぞ。", "@高橋 凛 どうぞ。"]


def test_what_cannot_be_named_is_refused_and_nothing_is_sent(office: Office) -> None:
    room = office.open()
    for text, mentions in (
        ("@伊藤 杏 さん", [f"person:{office.outsider}"]),  # not in the room
        ("@誰か さん", ["person:999999"]),
        ("@環境 さん", ["person:x"]),
        ("@災害対策 さん", ["group:1"]),
        ("どなたか", [f"person:{office.member}"]),  # the text does not say it
        ("@高橋\u200b 凛", [f"person:{office.member}", "unit_tree:999999"]),
        ("@高橋 凛", [f"person:{office.member}"] + [f"person:{n}" for n in range(1000, 1021)]),
    ):
        with pytest.raises(Invalid):
            office.say(office.owner, room, text, mentions=mentions)
    assert office.seqs() == []
    with office.app.app_context(), unit("read"):
        assert session.query(Mention).count() == 0


def test_what_only_looks_like_a_mention_is_text(office: Office, told) -> None:
    room = office.open()
    client = sign_in_as(office.app, office.member)
    office.say(office.owner, room, "@高橋 凛 <b>と</b> @全員 と @高橋\u200b 凛")
    assert '<span class="chat-mention' not in client.get(f"/chat/{room}").text
    assert told(office.member) == []
    office.say(office.owner, room, "@高橋 凛 <b>さん</b>", mentions=[f"person:{office.member}"])
    page = client.get(f"/chat/{room}").text
    assert page.count('<span class="chat-mention is-me">@高橋 凛</span>') == 1
    assert "&lt;b&gt;さん&lt;/b&gt;" in page


def test_editing_and_deleting_lets_go_whom_it_named(office: Office) -> None:
    room = office.open()
    sent = office.say(
        office.owner,
        room,
        "@高橋 凛 @廃棄物課 お願いします。",
        mentions=[f"person:{office.member}", f"unit_tree:{office.waste}"],
    )
    office.write(messages.edit, office.owner, room, sent.uid, "@廃棄物課 お願いします。")
    assert (len(named(office, office.member)), len(named(office, office.reader))) == (0, 1)
    office.write(messages.delete, office.owner, room, sent.uid)
    assert named(office, office.reader) == []


def test_who_left_or_came_late_finds_only_what_they_may_read(office: Office) -> None:
    room = office.open(shows_past=False)
    office.say(office.owner, room, "@廃棄物課 前の話", mentions=[f"unit_tree:{office.waste}"])
    office.write(members.add, office.owner, room, office.people(office.outsider), Role.MEMBER)
    office.say(office.owner, room, "@廃棄物課 次の話", mentions=[f"unit_tree:{office.waste}"])
    assert named(office, office.outsider) == ["@廃棄物課 次の話"]
    assert named(office, office.reader) == ["@廃棄物課 次の話", "@廃棄物課 前の話"]
    office.write(rooms.leave, office.reader, room)
    assert named(office, office.reader) == []


def test_the_list_goes_on_where_it_ended(office: Office) -> None:
    room = office.open()
    for n in range(4):
        office.say(office.owner, room, f"@高橋 凛 {n}", mentions=[f"person:{office.member}"])
    first, before = office.read(addressed_to, office.member)
    assert before is None
    rest, _ = office.read(addressed_to, office.member, first[1].id)
    assert [one.text[-1] for one in first + rest] == ["3", "2", "1", "0", "1", "0"]
    client = sign_in_as(office.app, office.member)
    assert client.get("/chat/addressed").text.count("chat-found-item") == 4


def test_suggestions_are_members_and_their_sections(office: Office) -> None:
    room = office.open()

    def offered(text: str, person: int = office.owner) -> list[str]:
        def ask(actor):
            shown = seen.one(actor, room)
            return mentionable.suggestions(actor, shown, text, may_address_all=may_address_all(shown))

        return [one.value for one in office.read(ask, person)]

    with office.app.app_context(), unit("write"):
        reindex()
    office.say(office.member, room)
    assert offered("") == ["all", f"person:{office.member}"]
    assert offered("たなか") == [f"person:{office.reader}"]
    assert offered("いとう") == []
    assert offered("廃棄") == [f"unit_tree:{office.waste}", f"person:{office.reader}"]
    assert offered("全") == ["all"]
    assert offered("全", office.member) == []
    assert f"unit_tree:{office.environment}" in offered("環境")
    office.named(PrincipalKind.UNIT_TREE, office.city)
    client = sign_in_as(office.app, office.reader)
    assert client.get(f"/chat/{room}/mentionable?q=x").status_code == 404
    with pytest.raises(NotFound):
        office.read(seen.one, office.outsider, room)
