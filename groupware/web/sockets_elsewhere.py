"""What a process that carries no sockets answers to those who want one: where they should have gone."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "/socket.io"
ANSWER = (
    b"Realtime connections are answered by `groupware realtime`; the proxy has to send /socket.io/ there.\n"
)


class SocketsElsewhere:
    """WSGI: 410 for realtime connections, everything else passes."""

    def __init__(self, application: "WSGIApplication") -> None:
        self.application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer."""
        path = environ.get("PATH_INFO", "")
        if path != PREFIX and not path.startswith(PREFIX + "/"):
            return self.application(environ, start_response)
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(ANSWER)))]
        start_response("410 Gone", headers)
        return [ANSWER]
