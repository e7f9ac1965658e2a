"""The rooms of Socket.IO with an index from a socket to its rooms.

The library looks through every room of the namespace when a socket leaves: 4.7 ms each with 5,000 clients, with the index
0.07 ms (docs/benchmarks.md). Nothing else about it is changed.
"""

from typing import Any

import socketio


class IndexedManager(socketio.Manager):
    """Knows in which rooms a socket is."""

    def __init__(self) -> None:
        super().__init__()
        self._rooms_of: dict[tuple[str, str], set[Any]] = {}

    def basic_enter_room(self, sid: str, namespace: str, room: Any, eio_sid: str | None = None) -> None:
        """Enter, and note it."""
        super().basic_enter_room(sid, namespace, room, eio_sid=eio_sid)
        self._rooms_of.setdefault((namespace, sid), set()).add(room)

    def basic_leave_room(self, sid: str, namespace: str, room: Any) -> None:
        """Leave, and note it."""
        super().basic_leave_room(sid, namespace, room)
        rooms = self._rooms_of.get((namespace, sid))
        if rooms is not None:
            rooms.discard(room)
            if not rooms:
                del self._rooms_of[namespace, sid]

    def basic_disconnect(self, sid: str, namespace: str, **kwargs: Any) -> None:
        """Leave every room the socket is in, and forget what else is known of it."""
        for room in tuple(self._rooms_of.get((namespace, sid), ())):
            self.basic_leave_room(sid, namespace, room)
        self.callbacks.pop(sid, None)
        for waiting in (self.pending_connect, self.pending_disconnect):
            if sid in waiting.get(namespace, ()):
                waiting[namespace].remove(sid)
                if not waiting[namespace]:
                    del waiting[namespace]

    def get_rooms(self, sid: str, namespace: str) -> list[Any]:
        """The rooms of a socket, its own included."""
        return [room for room in self._rooms_of.get((namespace, sid), ()) if room is not None]

    def members(self, namespace: str, room: str) -> int:
        """How many sockets are in a room."""
        return len(self.rooms.get(namespace, {}).get(room, ()))

    def has(self, namespace: str, room: str) -> bool:
        """Whether anybody is in a room."""
        return room in self.rooms.get(namespace, {})
