"""The same Socket.IO stack with empty handlers, which the realtime process is measured against.

`python -m tests.bench.echo PORT`: everybody who connects is in one room; GET /blast?n=100 sends that many messages to it, as
long as those of the realtime process.
"""

import sys

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


def main(port: int) -> None:
    """Serve until ended."""
    app = Flask("echo")
    socketio = SocketIO(app, async_mode="eventlet", http_compression=False)

    @socketio.on("connect")
    def connected() -> None:
        join_room("all")

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
