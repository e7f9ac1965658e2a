"""People who talk: rooms in the sample city for the length of a bench, and clients in processes of their own."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from uuid import UUID

import uuid6
from sqlalchemy import func, select

from groupware.access.enums import PrincipalKind
from groupware.access.principals import principal
from groupware.db import session, unit
from groupware.directory.queries.roll import roll
from groupware.testing.factories import Factory
from plugins.chat.enums import Role
from plugins.chat.models import Message, Room
from plugins.chat.services import retention, rooms
from plugins.chat.services.rooms import RoomPlan
from tests.bench.instances import Instance

CLIENTS = 32
MOST_PEOPLE = 1000
PROCESSES = {"sqlite": 1, "postgresql": 2}
"""As many as such an installation has at least."""
WARMED = 3
"""Messages of each client before it counts."""


@dataclass(frozen=True, slots=True)
class Talk:
    """Who talks where, how often; `part` numbers the processes, `key` the runs."""

    folder: str
    url: str
    secret_key: str
    people: list[int]
    rooms: list[str]
    part: int
    clients: int
    turns: int
    key: str = field(default_factory=lambda: uuid6.uuid7().hex)
    redis_url: str = ""
    is_warm: bool = True


@dataclass(frozen=True, slots=True)
class Talked:
    """What came of it."""

    number: int
    seconds: float
    processor_seconds: float
    waits: list[float]


def talk(
    instance: Instance,
    people: list[int],
    uids: list[UUID],
    turns: int,
    *,
    redis_url: str = "",
    clients: int = CLIENTS,
) -> Talked:
    """Let people talk in processes of their own, and see that everything that was acknowledged is there, numbered without a gap."""
    before = _count(instance, uids)
    with talking(instance, people, uids, turns, redis_url=redis_url, clients=clients) as finish:
        found = finish()
    if _count(instance, uids) - before != found.number + (WARMED * clients):
        raise RuntimeError("what was acknowledged is not what is stored")
    return found


@contextmanager
def talking(
    instance: Instance,
    people: list[int],
    uids: list[UUID],
    turns: int,
    *,
    redis_url: str = "",
    clients: int = CLIENTS,
    parts: int = 0,
) -> Iterator[Callable[[], Talked]]:
    """The same in two steps: the processes have warmed up, and talk once it is called."""
    parts = parts or PROCESSES[instance.database]
    with ExitStack() as stack:
        running = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "tests.bench.chat_clients"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for _ in range(parts)
        ]
        for part, process in enumerate(running):
            given = Talk(
                folder=str(instance.folder),
                url=instance.url,
                secret_key=str(instance.app.config["SECRET_KEY"]),
                people=people,
                rooms=[str(uid) for uid in uids],
                part=part,
                clients=clients // parts,
                turns=turns,
                redis_url=redis_url,
            )
            _tell(process, json.dumps(asdict(given)))
        for process in running:
            _hear(process)

        def finish() -> Talked:
            for process in running:
                _tell(process, "begin")
            ended = [json.loads(_hear(process)) for process in running]
            waits = [wait for one in ended for wait in one[3]]
            seconds = max(one[1] for one in ended) - min(one[0] for one in ended)
            return Talked(len(waits), seconds, sum(one[2] for one in ended), waits)

        yield finish


def _tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def _hear(process: subprocess.Popen[str]) -> str:
    """Its next line. Raises RuntimeError if it has ended without one."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"clients ended with {process.wait()}")
    return line


def _count(instance: Instance, uids: list[UUID]) -> int:
    """Messages of the rooms. Raises RuntimeError if a number is missing or was given twice."""
    with instance.app.app_context(), unit("read"):
        row = session.execute(
            select(func.count(), func.count(Message.seq.distinct()), func.coalesce(func.max(Message.seq), 0))
            .join(Room, Room.id == Message.room_id)
            .where(Room.uid.in_(uids))
            .group_by(Message.room_id)
        ).all()
    if any(len(set(one)) != 1 for one in row):
        raise RuntimeError("the numbers of a room have a gap, or one was given twice")
    return sum(one[0] for one in row)


@contextmanager
def opened(instance: Instance, count: int) -> Iterator[tuple[list[int], list[UUID]]]:
    """People of the city, and rooms of all of them: nothing in which is written per member."""
    app = instance.app
    factory = Factory(app)
    with app.app_context(), unit("write"):
        people = sorted(roll().place)[:MOST_PEOPLE]
        everybody = principal(PrincipalKind.EVERYONE, 0).id
    who = factory.actor(people[0])
    uids, ids = [], []
    for number in range(count):
        plan = RoomPlan(
            name=f"測定 {number}", purpose="", unit_id=who.unit_id, members=[(everybody, Role.MEMBER)]
        )
        with app.app_context(), unit("write"):
            room = rooms.make(who, plan)
            uids.append(room.uid)
            ids.append(room.id)
    try:
        yield people, uids
    finally:
        for room_id in ids:
            with app.app_context(), unit("write"):
                retention.purge([room_id])
