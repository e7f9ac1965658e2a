"""The rooms with an index do what the library's do, for whatever comes."""

from typing import Any

import socketio
from hypothesis import given
from hypothesis import strategies as st

from groupware.realtime.rooms import IndexedManager

SPACE = "/"
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["enter", "leave", "close", "disconnect", "connect"]),
        st.integers(0, 3),
        st.sampled_from(["a", "b"]),
    ),
    max_size=40,
)


class Server:
    """The little of a server that managers ask for."""

    packet_class = socketio.packet.Packet

    def __init__(self) -> None:
        self.eio = self
        self.count = 0

    def generate_id(self) -> str:
        self.count += 1
        return f"sid{self.count}"


def _rooms(manager: Any, sid: str) -> set[str]:
    return {room for room in manager.get_rooms(sid, SPACE) if room is not None}


@given(STEPS)
def test_rooms_of_every_socket_are_those_of_the_library(steps):
    managers = [socketio.Manager(), IndexedManager()]
    sids: dict[int, list[str]] = {}
    for manager in managers:
        manager.set_server(Server())
    for act, number, room in steps:
        if act == "connect" and number not in sids:
            sids[number] = [m.connect(f"eio{number}-{m.server.count}", SPACE) for m in managers]
        if number not in sids:
            continue
        for manager, sid in zip(managers, sids[number], strict=True):
            if act == "enter":
                manager.enter_room(sid, SPACE, room)
            elif act == "leave":
                manager.leave_room(sid, SPACE, room)
            elif act == "close":
                manager.close_room(room, SPACE)
            elif act == "disconnect":
                manager.pre_disconnect(sid, SPACE)
                manager.disconnect(sid, SPACE)
        if act == "disconnect":
            del sids[number]
        for theirs, ours in sids.values():
            assert _rooms(managers[0], theirs) - {theirs} == _rooms(managers[1], ours) - {ours}
    for theirs, ours in sids.values():
        for manager, sid in zip(managers, (theirs, ours), strict=True):
            manager.disconnect(sid, SPACE)
    assert managers[1].rooms == managers[0].rooms == {}
    assert managers[1]._rooms_of == {}
    assert managers[1].pending_disconnect == managers[0].pending_disconnect
