"""Many messages in one transaction: each is said, or refused, as if it were alone."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from groupware import group_commit
from groupware.access.enums import PrincipalKind
from groupware.db import db, session, unit
from groupware.errors import Conflict, Denied, DomainError, Invalid, NotFound, TooMany
from groupware.events.models import Event, Topic
from plugins.chat import posting
from plugins.chat.enums import Role
from plugins.chat.models import Message, Place
from plugins.chat.services import flooding, rooms
from plugins.chat.services.sending import Letter, Sent, send_all
from tests.plugins.chat.conftest import Office
from tests.support.databases import KIND


def _all(office: Office, *letters: tuple[int, UUID, str, str], **more: Any) -> list[Any]:
    """What becomes of (person, room, text, key) in one unit."""
    made = [Letter(office.actor(who), room, text, key, **more) for who, room, text, key in letters]
    with office.app.app_context(), unit("write"):
        return send_all(made)


def _kind(outcome: Sent | DomainError) -> Any:
    return (outcome.seq, outcome.is_new) if isinstance(outcome, Sent) else type(outcome)


def test_each_of_a_group_is_said_or_refused_as_if_it_were_alone(office: Office) -> None:
    first, second, closed = office.open(), office.open(), office.open()
    office.write(rooms.archive, office.owner, closed)
    office.say(office.member, first, "前", key="before")
    found = _all(
        office,
        (office.member, first, "一", "a"),
        (office.outsider, first, "よそ", "a"),
        (office.owner, second, "二", "a"),
        (office.reader, second, "読むだけ", "a"),
        (office.member, first, "一", "a"),
        (office.member, first, "別", "a"),
        (office.member, first, " \n", "b"),
        (office.member, first, "前", "before"),
        (office.member, closed, "もう", "a"),
        (office.member, uuid4(), "どこ", "a"),
        (office.member, first, "鍵", "a\x00"),
        (office.outsider, first, "鍵", "a\x00"),
        (office.moderator, first, "三", "a"),
    )
    assert [_kind(one) for one in found] == [
        (2, True), NotFound, (1, True), Denied, (2, False), Conflict, Invalid, (1, False), Conflict, NotFound,
        Invalid, NotFound, (3, True),
    ]  # fmt: skip
    assert found[4].uid == found[0].uid
    assert found[4].id == found[0].id
    assert (found[5].code, found[8].code) == ("key_reused", "archived")
    assert office.seqs() == [(1, "前"), (2, "一"), (3, "三"), (1, "二")]
    with office.app.app_context(), unit("read"):
        topic = select(Event.payload).join(Topic, Topic.id == Event.topic_id).order_by(Event.seq)
        numbers = [
            (row["room_id"], row["seq"])
            for row in session.scalars(topic.where(Event.kind == "chat.message_sent"))
        ]
        held = session.execute(select(Message.room_id, Message.seq)).all()
    assert sorted(numbers) == sorted(tuple(row) for row in held)
    assert office.view(office.moderator, first).read_seq == 3
    assert office.view(office.member, first).read_seq == 2


def test_an_answer_stands_only_where_the_message_is_seen(office: Office) -> None:
    room = office.open(roles=False, shows_past=False, is_open=True)
    other = office.open()
    secret = office.say(office.owner, room, "内密").uid
    office.write(rooms.join, office.outsider, room)
    found = _all(
        office,
        (office.owner, room, "はい", "a"),
        (office.outsider, room, "何ですか", "a"),
        (office.member, other, "ここに", "a"),
        reply_to=secret,
    )
    assert [_kind(one) for one in found] == [(2, True), Conflict, Conflict]
    assert office.page(office.owner, room).messages[1].quote.seq == 1


def test_a_clock_that_is_slow_does_not_turn_the_order_round(office: Office) -> None:
    room = office.open()
    who = office.actor(office.member)
    slow = replace(who, now=who.now - timedelta(hours=3))
    with office.app.app_context(), unit("write"):
        found = send_all([Letter(one, room, f"{key}", f"{key}") for key, one in enumerate((who, slow, who))])
    times = [one.created_at for one in found if isinstance(one, Sent)]
    assert times == [who.now] * 3


def test_refusals_are_in_the_language_of_each(office: Office) -> None:
    room = office.open()
    who = office.actor(office.member)
    with office.app.app_context(), unit("write"):
        found = send_all([Letter(replace(who, locale=one), room, "", one) for one in ("ja", "en")])
    assert [str(one) for one in found] == ["メッセージを入力してください。", "Please write a message."]


def test_many_at_once_are_said_once_each(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "PAUSE_SECONDS", 0.05)
    sizes: list[int] = []

    def noted(letters: Any) -> Any:
        sizes.append(len(letters))
        return send_all(letters)

    monkeypatch.setattr(posting, "send_all", noted)
    targets = [office.open(), office.open()]
    people = [office.actor(one) for one in (office.owner, office.moderator, office.member)]
    said: list[Sent] = []

    def talk(number: int) -> None:
        for turn in range(3):
            room = targets[(number + turn) % 2]
            with office.app.app_context():
                said.append(
                    posting.post(people[number % 3], room, f"{number} {turn}", key=f"{number} {turn}")
                )
                db.session.remove()

    threads = [threading.Thread(target=talk, args=(number,), daemon=True) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == sum(sizes) == 18
    assert max(sizes) > 1
    assert [seq for seq, _ in office.seqs()] == [*range(1, 10), *range(1, 10)]
    assert len({text for _, text in office.seqs()}) == 18


def test_a_flood_and_what_is_far_too_long_do_not_even_wait(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = office.open()
    monkeypatch.setattr(flooding, "MESSAGES", 2)
    who = office.actor(office.member)
    with office.app.app_context():
        with pytest.raises(Invalid, match="10000") as refused:
            posting.post(who, room, "長" * 350_000, key="long")
        assert set(refused.value.fields) == {"text"}
        posting.post(who, room, "一", key="1")
        with pytest.raises(TooMany):
            posting.post(who, room, "二", key="2")
        posting.post(office.actor(office.owner), room, "他", key="3")
    assert office.seqs() == [(1, "一"), (2, "他")]


@pytest.mark.parametrize("number", [2, 20])
def test_a_group_costs_the_same_however_many_there_are(
    office: Office, count_queries: Any, number: int
) -> None:
    who, targets = office.actor(office.member), [office.open(name=f"{n}") for n in range(number)]
    office.app.extensions["groupware_versions"].poll_seconds = 3600
    for turn in range(2):
        letters = [Letter(who, room, f"{turn} {n}", f"{turn} {n}") for n, room in enumerate(targets)]
        with office.app.app_context(), count_queries() as statements, unit("write"):
            send_all(letters)
    # Rooms, what is known of the letters, messages; their texts and index; numbers, places, drafts, topics, events. SQLite indexes in two.
    assert len(statements) == (11 if KIND == "sqlite" else 10)


def test_nothing_is_written_per_member(office: Office) -> None:
    everybody = office.named(PrincipalKind.UNIT_TREE, office.city)
    room = office.open(roles=False, members=[(everybody, Role.MEMBER)])
    office.say(office.outsider, room, "皆さんへ")
    with office.app.app_context(), unit("read"):
        assert session.scalar(select(func.count()).select_from(Place)) == 1
        assert (
            session.scalar(select(func.count()).select_from(Event).where(Event.kind == "chat.message_sent"))
            == 1
        )
