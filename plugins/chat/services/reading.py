"""How far somebody has read, and what a room is to them. Needs no lock but that of one's own place."""

import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import case

from groupware.actor import Actor
from groupware.db import after_commit, for_each_database, run, upsert
from groupware.realtime.bus import publish
from plugins.chat.enums import Telling
from plugins.chat.events import READ_SIGNAL, room_topic
from plugins.chat.models import Place
from plugins.chat.queries import rooms


class Step(NamedTuple):
    """Somebody has read on in a room: from after one message up to another. Who reads for a section is not told by name."""

    actor: Actor
    room_id: int
    since: int
    to: int
    is_secret: bool


@for_each_database
def _read_on() -> Any:
    """Never back, whichever of two windows is the later one."""
    statement = upsert(Place)
    new = statement.excluded
    is_further = new.read_seq > Place.read_seq
    return statement.on_conflict_do_update(
        index_elements=["person_id", "room_id"],
        set_={
            "read_seq": case((is_further, new.read_seq), else_=Place.read_seq),
            "read_at": case((is_further, new.read_at), else_=Place.read_at),
            "left_off_seq": case(
                (new.left_off_seq > Place.left_off_seq, new.left_off_seq), else_=Place.left_off_seq
            ),
        },
    )


@for_each_database
def _put_back() -> Any:
    statement = upsert(Place)
    return statement.on_conflict_do_update(
        index_elements=["person_id", "room_id"], set_={"left_off_seq": statement.excluded.left_off_seq}
    )


@for_each_database
def _tell() -> Any:
    statement = upsert(Place)
    return statement.on_conflict_do_update(
        index_elements=["person_id", "room_id"], set_={"telling": statement.excluded.telling}
    )


@for_each_database
def _favour() -> Any:
    statement = upsert(Place)
    return statement.on_conflict_do_update(
        index_elements=["person_id", "room_id"], set_={"is_favourite": statement.excluded.is_favourite}
    )


def read_to(actor: Actor, room_uid: uuid.UUID, seq: int) -> None:
    """Everything up to this message has been read. Never goes back, nor beyond what was said. Raises NotFound.

    Open pages are told by a signal, from where and to where. Who reads by a grant leaves no place: they do not belong to the room.
    """
    view = rooms.one(actor, room_uid)
    seq = min(seq, view.last_seq)
    if view.role is None or seq <= view.floor or (seq <= view.read_seq and seq <= view.left_off_seq):
        return
    run(_read_on(), new_place(actor.person_id, view.id, read_seq=seq, read_at=actor.now, left_off_seq=seq))
    if seq > view.read_seq:
        tell([Step(actor, view.id, view.read_seq, seq, view.is_answered_by_me)])


def tell(steps: Sequence[Step]) -> None:
    """Tell open pages, once it is committed, that people have read on.

    Who reads for a section is not told to the one who asks: open pages learn that one more has read.
    """
    messages = [
        {
            "is": "signal",
            "topic": room_topic(step.room_id),
            "signal": READ_SIGNAL,
            "by": "" if step.is_secret else step.actor.display_name,
            "person": step.actor.person_id,
            "payload": {
                "person": None if step.is_secret else step.actor.person_id,
                "from": step.since,
                "to": step.to,
            },
        }
        for step in steps
    ]
    if messages:
        after_commit(lambda: publish(messages))


def mark_unread(actor: Actor, room_uid: uuid.UUID, seq: int) -> None:
    """Begin with this message again the next time. Others are told nothing: it was read. Raises NotFound."""
    view = rooms.one(actor, room_uid)
    if view.role is not None and view.floor < seq <= view.last_seq:
        run(_put_back(), new_place(actor.person_id, view.id, left_off_seq=seq - 1))


def set_telling(actor: Actor, room_uid: uuid.UUID, telling: Telling) -> None:
    """Choose of what in the room one is told. Raises NotFound."""
    view = rooms.one(actor, room_uid)
    if view.role is not None:
        run(_tell(), new_place(actor.person_id, view.id, telling=telling.value))


def set_favourite(actor: Actor, room_uid: uuid.UUID, *, is_favourite: bool) -> None:
    """Have the room on top of the list, or not. Raises NotFound."""
    view = rooms.one(actor, room_uid)
    if view.role is not None:
        run(_favour(), new_place(actor.person_id, view.id, is_favourite=is_favourite))


def new_place(person_id: int | None, room_id: int, **values: Any) -> dict[str, Any]:
    """The row of a person who has none in the room yet."""
    return {
        "person_id": person_id,
        "room_id": room_id,
        "read_seq": 0,
        "read_at": None,
        "left_off_seq": 0,
        "telling": Telling.MENTIONS.value,
        "is_favourite": False,
        "draft_key": "",
        "draft_reply_to": None,
        "draft": "",
        "draft_named": "",
        "draft_files": "",
        **values,
    }


__all__ = ["Step", "mark_unread", "new_place", "read_to", "set_favourite", "set_telling", "tell"]
