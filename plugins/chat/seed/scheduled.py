"""What the sample people have written to be sent later: a note to themselves for the next morning, with the job that sends it."""

from sqlalchemy import select

from groupware.calendar.holidays import next_working_day
from groupware.db import session
from groupware.demo.context import DemoContext
from groupware.jobs.enums import JobState
from groupware.jobs.models import QueuedJob
from groupware.zones import Zone
from plugins.chat.enums import Alerting, RoomKind
from plugins.chat.models import Room, Scheduled
from plugins.chat.services.scheduling import DELIVER

MOST = 20


def seed_scheduled(context: DemoContext, text: str) -> None:
    """One for each of the first owners of an own room."""
    rooms = session.execute(
        select(Room.id, Room.created_by).where(Room.kind == RoomKind.OWN.value).order_by(Room.id).limit(MOST)
    ).all()
    rng = context.rng("chat.scheduled")
    due_at = context.at(next_working_day(context.today), 8, 45)
    keys = context.take_ids(Scheduled, len(rooms))
    context.insert(
        Scheduled,
        [
            {
                "id": key,
                "uid": (uid := context.uid(rng, context.now)),
                "room_id": room.id,
                "sender_id": room.created_by,
                "key": uid.hex,
                "mentions": [],
                "loudness": Alerting.USUAL.value,
                "due_at": due_at,
                "made_at": context.now,
                "zone": Zone.LGWAN.value,
                "confirmed": [],
                "text": text,
            }
            for key, room in zip(keys, rooms, strict=True)
        ],
    )
    context.insert(
        QueuedJob,
        [
            {
                "kind": DELIVER,
                "key": f"{DELIVER}-{key}-1",
                "payload": {"scheduled_id": key, "version": 1},
                "state": JobState.WAITING.value,
                "due_at": due_at,
                "attempts": 0,
                "last_error": "",
                "person_id": room.created_by,
                "created_at": context.now,
            }
            for key, room in zip(keys, rooms, strict=True)
        ],
    )


__all__ = ["seed_scheduled"]
