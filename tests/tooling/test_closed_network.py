"""Tests cannot reach anything outside this machine."""

import socket

import pytest

from tests.support.network import NetworkBlockedError, is_local


def test_connection_to_a_foreign_address_is_refused() -> None:
    with pytest.raises(NetworkBlockedError):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_lookup_of_a_foreign_name_is_refused() -> None:
    with pytest.raises(NetworkBlockedError):
        socket.getaddrinfo("example.org", 80)


def test_connection_to_loopback_is_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "localhost"])
def test_loopback_names_are_local(host: str) -> None:
    assert is_local(host)
