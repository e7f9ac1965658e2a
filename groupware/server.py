"""Entry point of the processes that hold sockets, and the only importer of eventlet.

Imported first of all by `groupware serve` and `groupware realtime`, because eventlet must patch the standard library before anybody holds on to it.
"""

import contextlib
import os
import warnings

os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")
# eventlet announces its own retirement at every start; docs/adr says what we make of that.
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

import eventlet

eventlet.monkey_patch()

import errno
import logging
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import eventlet.hubs
import eventlet.tpool
import eventlet.wsgi
from eventlet.greenio import GreenSocket
from flask import Flask

from groupware import health, offload
from groupware.realtime.sockets import AsyncMode
from groupware.web.sockets_elsewhere import SocketsElsewhere

LET_IN_SECONDS = 0.5
"""In which a connection that was let in sends what it wants; the proxy does so at once."""

MODE: AsyncMode = "eventlet"
CONNECTIONS = 20_000
"""Requests and sockets at a time; each socket takes one for as long as its page is open."""


def serve(app: Flask, host: str, port: int, *, with_worker: bool = True) -> None:
    """Answer requests until the process is told to stop. OSError if the address is taken."""
    offload.bind(eventlet.tpool.execute)
    _allow_files()
    app.extensions["groupware_realtime"].hub.start()
    listener = eventlet.listen((host, port), backlog=1024, reuse_port=False)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    logging.getLogger("groupware").info("listening on %s:%s", host, port)
    with _worker(app) if with_worker else contextlib.nullcontext(), contextlib.suppress(KeyboardInterrupt):
        eventlet.wsgi.server(
            listener,
            app,
            log=logging.getLogger("groupware.access"),
            log_output=False,
            max_size=CONNECTIONS,
            keepalive=75,
            socket_timeout=120,
        )


class _Closing(BaseException):
    """Takes the greenlet that lets people in away from the door."""


class _Door(GreenSocket):
    """The parent's socket. Who has been let in when it closes still gets to say what they want."""

    def accept(self) -> Any:
        """The next connection."""
        try:
            return super().accept()
        except _Closing:
            pass
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            health.stopping.set()  # the parent has closed the door for all
        eventlet.sleep(LET_IN_SECONDS)
        raise SystemExit


def serve_pages(app: Flask, listener: socket.socket, ready: int) -> None:
    """Answer pages on a socket that others share, until SIGTERM or the end of the parent; then finish what was begun.

    A byte on the descriptor `ready` says that it has begun.
    """
    offload.bind(eventlet.tpool.execute)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    # Only something that can be read wakes the loop: the signal writes a byte.
    signal.set_wakeup_fd(tell)
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    door = eventlet.getcurrent()

    def close(descriptor: int) -> None:
        eventlet.hubs.trampoline(descriptor, read=True)
        if not health.stopping.is_set():
            health.stopping.set()
            eventlet.hubs.get_hub().schedule_call_global(0, door.throw, _Closing)

    eventlet.spawn(close, told)
    eventlet.spawn(close, sys.stdin.fileno())
    os.write(ready, b"1")
    os.close(ready)
    eventlet.wsgi.server(
        _Door(listener),
        SocketsElsewhere(app),
        log=logging.getLogger("groupware.access"),
        log_output=False,
        max_size=2048,
        keepalive=75,
        socket_timeout=120,
    )


def _allow_files() -> None:
    """As many open files as the machine lets a process have: every socket is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CONNECTIONS if hard == resource.RLIM_INFINITY else min(hard, 2 * CONNECTIONS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


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
