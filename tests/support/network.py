"""Closes the network for tests: only this machine's loopback and Unix sockets can be reached.

An audit hook sees every connection that Python code makes, whatever library asks for it, and cannot be undone by a
test. Servers that tests start as subprocesses are not covered.
"""

import ipaddress
import socket
import sys
from typing import Any

import pytest

CONNECTING = {"socket.connect", "socket.sendto", "socket.sendmsg"}


class NetworkBlockedError(OSError):
    """A test tried to reach something outside this machine."""


def is_local(host: str) -> bool:
    """Whether a host name or address is this machine's loopback (or none at all, as when listening)."""
    if host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse_foreign(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = arguments[0]
        host = host.decode() if isinstance(host, bytes) else host
        if host is not None and not is_local(host):
            raise NetworkBlockedError(f"tests may not look up {host!r}")
    elif event in CONNECTING:
        connection, address = arguments[0], arguments[1]
        if connection.family in {socket.AF_INET, socket.AF_INET6} and address and not is_local(address[0]):
            raise NetworkBlockedError(f"tests may not connect to {address[0]!r}")


def pytest_configure(config: pytest.Config) -> None:
    """Close the network before any test module is imported."""
    sys.addaudithook(_refuse_foreign)
