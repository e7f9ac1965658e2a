"""Entry point of the web process, and the only importer of eventlet.

Imported first of all by `groupware serve`, because eventlet must patch the standard library before anybody holds on to it.
"""

import contextlib
import os
import warnings

os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")
# eventlet announces its own retirement at every start; docs/adr says what we make of that.
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

import eventlet

eventlet.monkey_patch()

import logging
import socket
import subprocess
import sys
from collections.abc import Iterator

import eventlet.tpool
import eventlet.wsgi
from flask import Flask

from groupware import offload


def serve(app: Flask, host: str, port: int, *, with_worker: bool = True) -> None:
    """Answer requests until the process is told to stop. OSError if the address is taken."""
    offload.bind(eventlet.tpool.execute)
    listener = eventlet.listen((host, port), backlog=1024, reuse_port=False)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    logging.getLogger("groupware").info("listening on %s:%s", host, port)
    with _worker(app) if with_worker else contextlib.nullcontext(), contextlib.suppress(KeyboardInterrupt):
        eventlet.wsgi.server(
            listener,
            app,
            log=logging.getLogger("groupware.access"),
            log_output=False,
            max_size=2048,
            keepalive=75,
            socket_timeout=120,
        )


@contextlib.contextmanager
def _worker(app: Flask) -> Iterator[None]:
    """A worker child; the pipe to its standard input closes with this process, which ends it."""
    command = [
        sys.executable,
        "-m",
        "groupware",
        "--instance",
        app.instance_path,
        "worker",
        "--until-parent-ends",
    ]
    child = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603  our own command
    try:
        yield
    finally:
        if child.stdin is not None:
            child.stdin.close()
        child.wait()
