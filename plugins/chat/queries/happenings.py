"""What has happened in a room since somebody last asked, in numbers alone: for pages that no socket is opened for."""

from dataclasses import dataclass

from groupware.realtime.queries import missed
from plugins.chat.events import MESSAGE_SENT, ROOM_CHANGED
from plugins.chat.queries.rooms import RoomView


@dataclass(frozen=True, slots=True)
class Happened:
    """What a page fetches again. `seq` is what it names the next time."""

    seq: int
    is_sent: bool = False
    """Whether messages follow its last one."""
    messages: tuple[int, ...] = ()
    """Numbers of messages that look otherwise now."""
    is_room_changed: bool = False
    is_reset: bool = False
    """Whether the events in between are gone: anything may have changed."""


def happened(room: RoomView, since: int) -> Happened:
    """What is seen of it from where the reader came in. No statement if nothing has happened, two else."""
    if since == room.topic_seq:
        return Happened(since)
    found = missed(room.topic, since)
    kinds = {one["kind"] for one in found.events}
    numbers = {
        one["payload"]["seq"]
        for one in found.events
        if one["kind"] != MESSAGE_SENT and isinstance(one["payload"].get("seq"), int)
    }
    return Happened(
        found.seq,
        is_sent=MESSAGE_SENT in kinds,
        messages=tuple(sorted(number for number in numbers if number > room.floor)),
        is_room_changed=ROOM_CHANGED in kinds,
        is_reset=found.is_reset,
    )


__all__ = ["Happened", "happened"]
