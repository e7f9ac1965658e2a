"""What stands at the messages of the sample municipality beside their text: whom they name, and how people reacted."""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.access.principals import principal
from groupware.demo.context import DemoPerson
from plugins.chat.expressions import ReactionKind

_NAMED = re.compile(r"@([A-Z])(?= )")


class Named:
    """Whom messages name, until the messages have their ids."""

    def __init__(self) -> None:
        self.found: list[tuple[dict[str, Any], DemoPerson]] = []

    def put(self, text: str, speakers: Sequence[DemoPerson]) -> tuple[str, list[DemoPerson]]:
        """The text with names for the letters behind an @, and whose they are."""
        people: list[DemoPerson] = []

        def name(letter: re.Match[str]) -> str:
            people.append(speakers[(ord(letter[1]) - ord("A")) % len(speakers)])
            return f"@{people[-1].name}"

        return _NAMED.sub(name, text), people

    def note(self, message: dict[str, Any], people: Sequence[DemoPerson]) -> None:
        """Keep whom a message names."""
        self.found.extend((message, one) for one in people)

    def rows(self) -> list[dict[str, Any]]:
        """Their rows, once messages have ids."""
        return [
            {
                "room_id": message["room_id"],
                "message_id": message["id"],
                "principal_id": principal(PrincipalKind.PERSON, one.id).id,
                "label": one.name,
            }
            for message, one in self.found
        ]


def reactions(
    rng: random.Random, message: Mapping[str, Any], people: Sequence[DemoPerson], now: datetime
) -> Iterator[dict[str, Any]]:
    """How some of the people reacted to a message with an id."""
    others = [one for one in people if one.id != message["sender_id"] and not one.is_on_leave]
    for person in rng.sample(others, min(len(others), rng.randint(0, 3))):
        at = message["created_at"] + timedelta(minutes=rng.randint(1, 40))
        kind = rng.choice(
            (ReactionKind.UNDERSTOOD, ReactionKind.UNDERSTOOD, ReactionKind.THANKS, ReactionKind.GOOD)
        )
        if at < now:
            yield {"message_id": message["id"], "person_id": person.id, "kind": kind.value, "at": at}


def pins(
    rng: random.Random, messages: Sequence[Mapping[str, Any]], people: Sequence[DemoPerson], now: datetime
) -> Iterator[dict[str, Any]]:
    """What is pinned in a room of several people: what it began with, and here and there one more."""
    if len(people) < 3:
        return
    for message in [*messages[:1], *rng.sample(messages[1:], min(len(messages[1:]), rng.randint(0, 1)))]:
        by = rng.choice([one for one in people if not one.is_on_leave] or people)
        yield {
            "message_id": message["id"],
            "room_id": message["room_id"],
            "person_id": by.id,
            "person_name": by.name,
            "at": min(message["created_at"] + timedelta(minutes=rng.randint(1, 40)), now),
        }


def forwarded(message: Mapping[str, Any], room: str) -> str:
    """A message of an open room as a quotation, worded as `services/forwarding.py` does."""
    when = f"{clock.local(message['created_at']):%Y-%m-%d %H:%M}"
    return (
        f"転送：{message['sender_name']}（{message['sender_unit']}）　{when}「{room}」\n> {message['text']}"
    )


NOTES = ("週次の会議で確認する", "回答の期限に注意", "様式は前回と同じ", "")


def bookmarks(
    rng: random.Random,
    readers: Sequence[DemoPerson],
    talks: Sequence[tuple[Sequence[DemoPerson], Sequence[Mapping[str, Any]]]],
    now: datetime,
) -> Iterator[dict[str, Any]]:
    """What some people want to find again: here and there a message of a room of theirs."""
    theirs: dict[int, list[Mapping[str, Any]]] = {one.id: [] for one in readers}
    for people, messages in talks:
        for one in people if len(people) > 2 else ():
            theirs.get(one.id, []).extend(messages)
    for reader in readers:
        known = theirs[reader.id]
        for message in rng.sample(known, min(len(known), rng.randint(0, 3))):
            yield {
                "person_id": reader.id,
                "message_id": message["id"],
                "note": rng.choice(NOTES),
                "at": min(message["created_at"] + timedelta(minutes=rng.randint(5, 90)), now),
            }


__all__ = ["Named", "bookmarks", "forwarded", "pins", "reactions"]
