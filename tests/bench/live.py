"""Realtime: fan-out and connections against the same stack with empty handlers, from commit to receipt, and a restart.

The clients are in this process (`crowd`), each server is a process of its own, and a real Redis carries what this process
commits, as at city scale. What is compared is the processor time of the server, so that the clients do not count.
"""

import asyncio
import subprocess
import time
import urllib.request
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from groupware import clock, events
from groupware.actor import system
from groupware.config import Settings
from groupware.db import session, unit
from groupware.realtime import bus
from plugins.bulletin.events import REACTED, posting_topic
from plugins.bulletin.models import Posting
from tests.bench.crowd import Client, connect_all
from tests.bench.instances import Instance
from tests.bench.report import Figure, Report, median, p95
from tests.bench.sockets import (
    hang_up,
    processor_seconds,
    redis_server,
    resident_kb,
    server_process,
    server_processes,
    sessions,
    until,
)
from tests.support.server import free_port

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
    with redis_server() as redis_url, sessions(instance, RETURNING) as cookies:
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
    with server_process(["-m", "tests.bench.echo", str(port)], port) as echo:
        echo_rate = asyncio.run(_fan_out(echo, port, cookies, None))
        echo_kb, echo_seconds = asyncio.run(_hold(echo, port, cookies, None))
    port = free_port()
    command = ["-m", "groupware", "--instance", str(instance.folder), "realtime", "--port", str(port)]
    environment = instance.environment | {"GROUPWARE_REDIS_URL": redis_url}
    with server_process(command, port, environment) as server:
        rate = asyncio.run(_fan_out(server, port, cookies, (instance, postings[0])))
        seconds_each = asyncio.run(_latency(instance, port, cookies, postings))
        kb, seconds = asyncio.run(_hold(server, port, cookies, postings[0]))
    report.add(
        Figure(
            f"deliveries per core in a room of {ROOM}, against the bare stack",
            rate / echo_rate,
            "×",
            least=RATIO,
            note=f"{rate:,.0f}/s against {echo_rate:,.0f}/s",
        )
    )
    report.add(
        Figure(
            "connections in the same memory, against the bare stack",
            echo_kb / kb,
            "×",
            least=RATIO,
            note=f"{kb:.0f} KB against {echo_kb:.0f} KB each; {HELD:,} in {seconds:.1f} s against {echo_seconds:.1f} s",
        )
    )
    report.add(
        Figure(
            f"commit to receipt, p95, {WATCHING:,} connections",
            p95(seconds_each) * 1000,
            "ms",
            limit=COMMIT_MS,
            note=f"median {median(seconds_each) * 1000:.0f} ms, {len(seconds_each):,} receipts",
        )
    )
    took, lost = asyncio.run(_restart(instance, environment, cookies, postings[0]))
    report.add(
        Figure(
            f"{RETURNING:,} clients back after a restart",
            took,
            "s",
            limit=RETURN_SECONDS,
            note=f"{lost} lack an event",
        )
    )
    if lost:
        raise RuntimeError(f"{lost} clients lack an event")


async def _fan_out(process: subprocess.Popen[bytes], port: int, cookies: list[str], real: Any) -> float:
    """Deliveries per second of the server's processor time."""
    clients = await connect_all(port, cookies[:ROOM])
    if real is not None:
        await _follow(clients, posting_topic(real[1]))
    before = processor_seconds(process)
    if real is None:
        await asyncio.to_thread(urllib.request.urlopen, f"http://127.0.0.1:{port}/blast?n={MESSAGES}")
    else:
        await asyncio.to_thread(_happen, real[0], real[1], MESSAGES)
    await until(lambda: sum(client.count for client in clients) >= ROOM * MESSAGES, 120)
    used = processor_seconds(process) - before
    hang_up(clients)
    return ROOM * MESSAGES / used


async def _hold(
    process: subprocess.Popen[bytes], port: int, cookies: list[str], posting: int | None
) -> tuple[float, float]:
    """Kilobytes of each connection, and the seconds in which all of them connected."""
    before = resident_kb(process)
    started = time.monotonic()
    clients = await connect_all(port, cookies[:HELD])
    if posting is not None:
        await _follow(clients, posting_topic(posting))
    seconds = time.monotonic() - started
    kb = (resident_kb(process) - before) / HELD
    hang_up(clients)
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
    await until(lambda: len(waits) >= expected, 30)
    hang_up(clients)
    return waits


async def _restart(
    instance: Instance, environment: dict[str, str], cookies: list[str], posting: int
) -> tuple[float, int]:
    """Seconds from the first answer of the new processes until all are back, and how many lack an event."""
    ports = [free_port() for _ in range(PROCESSES[instance.database])]
    shares = [cookies[number :: len(ports)] for number in range(len(ports))]
    topic = posting_topic(posting)
    with server_processes(instance, ports, environment):
        groups = [await connect_all(port, share) for port, share in zip(ports, shares, strict=True)]
        clients = [client for group in groups for client in group]
        seq = (await _follow(clients, topic))["seq"]
    for client in clients:
        await client.gone
    await asyncio.to_thread(_happen, instance, posting, 3)
    with server_processes(instance, ports, environment):
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
        await until(lambda: len(reached) == len(cookies), 120)
        took = time.monotonic() - started
        for group in back:
            hang_up(group)
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
