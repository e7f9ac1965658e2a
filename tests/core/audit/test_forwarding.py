"""The audit leaves by syslog: RFC 5424 on UDP and TCP, at least once, nothing lost while the receiver is away."""

import json
import socket
import threading
from datetime import timedelta

import pytest

from groupware import audit, clock
from groupware.actor import Actor, system
from groupware.audit import sealing
from groupware.audit.forwarding import PAUSE, Target, forward_due, target
from groupware.config import Settings
from groupware.errors import ConfigurationError

OLD = clock.now() - timedelta(hours=1)


@pytest.fixture
def udp():
    """A receiver; `read()` returns what has arrived."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(10)
        yield listener


def settings(tmp_path, receiver):
    return Settings(instance=tmp_path, syslog=receiver)


def add(write, number, at=OLD):
    with write():
        for count in range(number):
            audit.record(Actor(person_id=7, now=at), "thing.changed", object_id=count)


def parts(message):
    head, _, text = message.decode().partition("\ufeff")
    return head.split(), json.loads(text)


def test_records_arrive_in_order_by_udp(tmp_path, write, udp):
    add(write, 3)
    with write():
        assert forward_due(system(), settings(tmp_path, f"127.0.0.1:{udp.getsockname()[1]}")) == 3
    for number in (1, 2, 3):
        head, record = parts(udp.recv(65_536))
        assert head[0] == "<86>1"
        assert head[3:] == ["groupware", "-", "audit-record", "-"]
        assert head[1] == OLD.isoformat(timespec="microseconds").replace("+00:00", "Z")
        assert (record["id"], record["action"]) == (number, "thing.changed")


def test_record_is_sent_once_and_the_seal_as_well(tmp_path, write, udp):
    add(write, 1)
    place = settings(tmp_path, f"udp://127.0.0.1:{udp.getsockname()[1]}")
    with write():
        forward_due(system(), place)
        assert forward_due(system(), place) == 0
        sealing.seal(system())
    with write():
        assert forward_due(system(), place) == 1
    udp.recv(65_536)
    head, seal = parts(udp.recv(65_536))
    assert head[5] == "audit-seal"
    assert set(seal) == {"first_id", "last_id", "digest"}


def test_tcp_counts_octets(tmp_path, write):
    add(write, 2)
    received = bytearray()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def listen():
            connection, _ = listener.accept()
            with connection:
                while part := connection.recv(65_536):
                    received.extend(part)

        thread = threading.Thread(target=listen)
        thread.start()
        with write():
            assert (
                forward_due(system(), settings(tmp_path, f"tcp://127.0.0.1:{listener.getsockname()[1]}")) == 2
            )
        thread.join(10)
    rest = bytes(received)
    for number in (1, 2):
        length, _, rest = rest.partition(b" ")
        message, rest = rest[: int(length)], rest[int(length) :]
        assert parts(message)[1]["id"] == number
    assert rest == b""


def test_unreachable_receiver_is_asked_again_later_and_nothing_is_lost(tmp_path, write, caplog):
    add(write, 2)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    place = settings(tmp_path, f"tcp://127.0.0.1:{port}")
    with write():
        assert forward_due(system(), place) == 0
    assert "cannot be forwarded" in caplog.text
    with socket.create_server(("127.0.0.1", port)):
        with write():
            assert forward_due(system(), place) == 0
        later = Actor(person_id=None, now=clock.now() + PAUSE + timedelta(seconds=1))
        with write():
            assert forward_due(later, place) == 2


def test_fresh_records_wait_until_those_before_them_are_surely_committed(tmp_path, write, udp):
    add(write, 1, at=clock.now())
    with write():
        assert forward_due(system(), settings(tmp_path, f"127.0.0.1:{udp.getsockname()[1]}")) == 0


def test_without_a_receiver_nothing_is_done(tmp_path, write):
    add(write, 1)
    with write():
        assert forward_due(system(), settings(tmp_path, "")) == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", None),
        ("siem.example.jp:514", Target("siem.example.jp", 514, False)),
        ("udp://10.0.0.1:514", Target("10.0.0.1", 514, False)),
        ("tcp://[::1]:6514", Target("::1", 6514, True)),
    ],
)
def test_setting_names_the_receiver(text, found):
    assert target(text) == found


@pytest.mark.parametrize(
    "text", ["siem", "siem:", "siem:port", "http://siem:514", "tcp://siem:514/x", "siem:99999", ":514"]
)
def test_setting_that_cannot_be_read_is_refused_by_its_name(text):
    with pytest.raises(ConfigurationError, match="syslog"):
        target(text)
