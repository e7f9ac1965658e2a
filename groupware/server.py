"""Entry point of the web process, and the only importer of eventlet.

Imported first of all by `groupware serve`, because eventlet must patch the standard library before anybody holds on to it.
"""

import os

os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")

import eventlet

eventlet.monkey_patch()

import logging
import socket

import eventlet.tpool
import eventlet.wsgi
from flask import Flask

from groupware import offload


def serve(app: Flask, host: str, port: int) -> None:
    """Answer requests until the process is told to stop. OSError if the address is taken."""
    offload.bind(eventlet.tpool.execute)
    listener = eventlet.listen((host, port), backlog=1024, reuse_port=False)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    logging.getLogger("groupware").info("listening on %s:%s", host, port)
    try:
        eventlet.wsgi.server(
            listener,
            app,
            log=logging.getLogger("groupware.access"),
            log_output=False,
            max_size=2048,
            keepalive=75,
            socket_timeout=120,
        )
    except KeyboardInterrupt:
        pass
