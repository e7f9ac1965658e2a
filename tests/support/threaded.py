"""Serves an instance in threads instead of under eventlet: `python -m tests.support.threaded INSTANCE PORT`."""

import sys
from pathlib import Path

from werkzeug.serving import make_server

from groupware.app import create_app
from groupware.config import load


def main(instance: Path, port: int) -> None:
    """Answer until the process is ended."""
    app = create_app(load(instance), sockets="threading")
    app.extensions["groupware_realtime"].hub.start()
    make_server("127.0.0.1", port, app, threaded=True).serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
