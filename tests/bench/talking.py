"""The chat over sockets: what it delivers against the same stack echoing from memory, how long that takes, two processes, many connections.

A message is sent over the socket of a member, is durable before it is acknowledged, and reaches every socket that follows the room.
Clients are in this process (`crowd`), servers are processes of their own, and what is compared is their processor time: storing,
index and events are in it, the server of PostgreSQL is not.
"""

import asyncio
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import uuid6
from sqlalchemy import select

from groupware.db import session, unit
from plugins.chat.events import room_topic
from plugins.chat.models import Room
from tests.bench.chat_talk import opened
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

PEOPLE = 500
TURNS = {500: 300, 20: 60}
"""Messages in each room, by its size."""
LEAST = {500: 0.7, 20: 0.35}
AT_ONCE = 32
"""Messages that are on their way at a time."""
RATES = {500: (4, 80), 20: (50, 600)}
"""Messages a second, and how many of them, for the wait from sending to receiving, by the size of the room."""
TEXT = "本日の会議資料を共有します。確認をお願いします。"
WAIT_MS = 30.0
TWO_LIMIT = 1.2
HELD = 9000
PER_EVENT = 2
"""How often `"seq"` stands in an event of the chat."""

Say = Callable[[Client, str, str], Any]


@dataclass(frozen=True, slots=True)
class Stage:
    """Rooms with who is in them: `names` are what a message is sent to, `topics` what is followed (the echo follows nothing)."""

    ports: Sequence[int]
    processes: Sequence[subprocess.Popen[bytes]]
    names: Sequence[str]
    topics: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Load:
    """So many people in rooms of a size, each of which gets `turns` messages: as fast as they are acknowledged, or `rate` a second in all."""

    people: int
    size: int
    turns: int
    rate: float = 0

    @property
    def rooms(self) -> int:
        """How many rooms."""
        return self.people // self.size

    @property
    def deliveries(self) -> int:
        """How many receipts there must be."""
        return self.rooms * self.turns * self.size


@dataclass(frozen=True, slots=True)
class Talked:
    """Deliveries, the processor seconds of all processes, the seconds it took, and those from sending to each receipt."""

    deliveries: int
    used: float
    seconds: float
    waits: list[float]

    @property
    def per_core(self) -> float:
        """Deliveries per second of processor time."""
        return self.deliveries / self.used


def measure(instance: Instance, report: Report) -> None:
    """All of it, in rooms of everybody that are erased at the end."""
    rooms = PEOPLE // min(TURNS)
    with (
        redis_server() as redis_url,
        sessions(instance, HELD) as cookies,
        opened(instance, rooms) as (_, uids),
    ):
        names, topics = [str(uid) for uid in uids], topics_of(instance, uids)
        environment = instance.environment | {"GROUPWARE_REDIS_URL": redis_url}

        @contextmanager
        def ours(count: int = 1) -> Any:
            ports = [free_port() for _ in range(count)]
            with server_processes(instance, ports, environment) as processes:
                yield Stage(ports, processes, names, topics)

        @contextmanager
        def bare() -> Any:
            with ExitStack() as stack:
                port = free_port()
                process = stack.enter_context(server_process(["-m", "tests.bench.echo", str(port)], port))
                yield Stage([port], [process], names)

        one = {size: _compared(instance, report, cookies, ours, bare, size) for size in TURNS}
        with ours(2) as stage:
            two = asyncio.run(talk(stage, cookies, _full(max(TURNS))))
        report.add(
            Figure(
                "processor time of a delivery with two processes, against one",
                one[max(TURNS)].per_core / two.per_core,
                "×",
                limit=TWO_LIMIT,
                note=f"rooms of {max(TURNS)}",
            )
        )
        with ours() as stage:
            seconds, kb, reached = asyncio.run(_hold(stage, cookies))
        report.add(
            Figure(
                "connections held by one process",
                reached,
                "",
                least=HELD,
                note=f"connected in {seconds:.0f} s, {kb:.0f} KB each; a message reached all of them",
            )
        )


def _compared(
    instance: Instance, report: Report, cookies: list[str], ours: Any, bare: Any, size: int
) -> Talked:
    """Deliveries per core, and the wait at a steady rate, with the bare stack just before."""
    with bare() as stage:
        echo = asyncio.run(talk(stage, cookies, _full(size)))
        echo_waits = asyncio.run(talk(stage, cookies, _steady(size))).waits
    with ours() as stage:
        found = asyncio.run(talk(stage, cookies, _full(size)))
        waits = asyncio.run(talk(stage, cookies, _steady(size))).waits
    report.add(
        Figure(
            f"stored messages delivered per core in rooms of {size}, against an echo from memory",
            found.per_core / echo.per_core,
            "×",
            least=LEAST[size],
            note=f"{found.per_core:,.0f}/s against {echo.per_core:,.0f}/s",
        )
    )
    mine, theirs = p95(waits) * 1000, p95(echo_waits) * 1000
    report.add(
        Figure(
            f"from sending to receiving in rooms of {size}, p95, more than the echo",
            mine - theirs,
            "ms",
            limit=WAIT_MS,
            note=f"{mine:.0f} ms against {theirs:.0f} ms, median {median(waits) * 1000:.0f} ms; {RATES[size][0]} messages/s",
        )
    )
    return found


def _full(size: int) -> Load:
    return Load(PEOPLE, size, TURNS[size])


def _steady(size: int) -> Load:
    rate, number = RATES[size]
    return Load(PEOPLE, size, number // (PEOPLE // size), rate)


async def talk(stage: Stage, cookies: list[str], load: Load) -> Talked:
    """People say something in turn. Raises RuntimeError where something is refused or does not arrive."""
    size, rate = load.size, load.rate
    sent: dict[tuple[str, int], float] = {}
    received: list[tuple[str, int, float]] = []

    def heard(_client: Client, name: str, data: Any) -> None:
        if name == "events":
            now = time.monotonic()
            received.extend((data["topic"], event["payload"]["seq"], now) for event in data["events"])

    groups = []
    for number in range(load.rooms):
        name, some = stage.names[number], cookies[number * size : (number + 1) * size]
        clients: list[Client] = []
        for part, port in enumerate(stage.ports):
            share = some[part :: len(stage.ports)]
            clients += await connect_all(port, share, heard if rate else None, auth={"room": name})
        if stage.topics:
            await _follow(clients, stage.topics[number])
        groups.append(clients)
    jobs = [
        (clients[turn % size], number) for turn in range(load.turns) for number, clients in enumerate(groups)
    ]
    before, first = sum(map(processor_seconds, stage.processes)), time.monotonic()

    async def say(client: Client, number: int) -> None:
        began = time.monotonic()
        message = {
            "room": stage.names[number],
            "text": TEXT,
            "key": uuid6.uuid7().hex,
        }
        answer = await client.ask("chat.send", message)
        if "error" in answer:
            raise RuntimeError(f"a message was refused: {answer}")
        sent[stage.topics[number] if stage.topics else stage.names[number], answer["seq"]] = began

    if rate:
        spoken = []
        for client, number in jobs:
            spoken.append(asyncio.create_task(say(client, number)))
            await asyncio.sleep(1 / rate)
        await asyncio.gather(*spoken)
    else:
        waiting = iter(jobs)

        async def work() -> None:
            for client, number in waiting:
                await say(client, number)

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    everybody = [client for clients in groups for client in clients]
    await until(lambda: sum(client.count for client in everybody) >= load.deliveries * PER_EVENT, 120)
    seconds = time.monotonic() - first
    used = sum(map(processor_seconds, stage.processes)) - before
    hang_up(everybody)
    waits = [at - sent[topic, seq] for topic, seq, at in received if (topic, seq) in sent]
    if rate and len(waits) != load.deliveries:
        raise RuntimeError(f"{load.deliveries - len(waits)} receipts are missing")
    return Talked(load.deliveries, used, seconds, waits)


async def _hold(stage: Stage, cookies: list[str]) -> tuple[float, float, int]:
    """Seconds in which all connected, kilobytes of each, and how many of them a message reached."""
    (process,), (port,) = stage.processes, stage.ports
    before, began = resident_kb(process), time.monotonic()
    clients = await connect_all(port, cookies[:HELD])
    await _follow(clients, stage.topics[0])
    seconds = time.monotonic() - began
    kb = (resident_kb(process) - before) / HELD
    answer = await clients[0].ask(
        "chat.send", {"room": stage.names[0], "text": "全員に知らせます。", "key": uuid6.uuid7().hex}
    )
    if "error" in answer:
        raise RuntimeError(f"a message was refused: {answer}")
    await until(lambda: all(client.count for client in clients), 60)
    hang_up(clients)
    return seconds, kb, sum(client.count > 0 for client in clients)


async def _follow(clients: Sequence[Client], topic: str) -> None:
    for start in range(0, len(clients), 200):
        answers = await asyncio.gather(
            *(client.ask("follow", {"topics": {topic: None}}) for client in clients[start : start + 200])
        )
        if any(answer["topics"][topic] is None for answer in answers):
            raise RuntimeError("somebody may not follow a room of everybody")


def topics_of(instance: Instance, uids: Sequence[UUID]) -> list[str]:
    """What is followed of the rooms."""
    with instance.app.app_context(), unit("read"):
        ids = {
            row.uid: row.id for row in session.execute(select(Room.uid, Room.id).where(Room.uid.in_(uids)))
        }
    return [room_topic(ids[uid]) for uid in uids]
