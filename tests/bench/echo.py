"""The same Socket.IO stack with empty handlers, which the realtime process is measured against.

`python -m tests.bench.echo PORT`: everybody who connects is in the room that they name, or in that of all; GET /blast?n=100 sends that
many messages to the room of all, as long as those of the realtime process, and what a client says goes to its room from memory.
"""

import sys
from collections import Counter
from typing import Any

import eventlet

eventlet.monkey_patch()

import eventlet.wsgi
from flask import Flask, request
from flask_socketio import SocketIO, join_room

EVENT = {
    "kind": "bulletin.reaction_changed",
    "at": "2026-11-22T00:00:00.000000+00:00",
    "payload": {"posting_id": 1234, "reaction": "agree", "is_set": True},
}


SAID = {
    "kind": "chat.message_sent",
    "at": "2026-11-22T00:00:00.000000+00:00",
    "payload": {
        "room_id": 12345,
        "message_id": 1234567,
        "seq": 0,
        "partner_id": None,
        "answered_id": None,
        "mentioned": [],
        "watched_id": None,
    },
}


def main(port: int) -> None:
    """Serve until ended."""
    app = Flask("echo")
    socketio = SocketIO(app, async_mode="eventlet", http_compression=False)

    numbers: Counter[str] = Counter()

    @socketio.on("connect")
    def connected(auth: dict[str, Any] | None = None) -> None:
        join_room((auth or {}).get("room", "all"))

    @socketio.on("chat.send")
    def said(message: dict[str, Any]) -> dict[str, Any]:
        room = message["room"]
        numbers[room] += 1
        event = SAID | {"seq": numbers[room], "payload": SAID["payload"] | {"seq": numbers[room]}}
        socketio.emit("events", {"topic": room, "events": [event], "crowd": 500}, to=room)
        return {"uid": message["key"], "seq": numbers[room], "created_at": event["at"], "is_new": True}

    @app.get("/blast")
    def blast() -> str:
        for number in range(int(request.args["n"])):
            message = {"topic": "bulletin.posting.1234", "events": [EVENT | {"seq": number}], "crowd": 500}
            socketio.emit("events", message, to="all")
            eventlet.sleep(0)
        return "done"

    @app.get("/login")
    def login() -> str:
        return ""

    eventlet.wsgi.server(
        eventlet.listen(("127.0.0.1", port), backlog=1024), app, log_output=False, max_size=20_000
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
