"""The chat beside matrix-synapse: as many people in as many rooms say the same, in one run.

Synapse is one process with the database that its manual advises, PostgreSQL, whatever ours is; its limits on rates are lifted, presence is off,
and its clients ask for nothing but the messages. Stored messages are those of the bench `chat` with nobody's page open. Deliveries, and
the time from sending to each receipt at a rate that Synapse keeps up with, are what clients see over the protocol of each; ours is one realtime process.
"""

import asyncio
import hashlib
import hmac
import http.client
import json
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from tests.bench.chat_talk import opened
from tests.bench.chat_talk import talk as stored
from tests.bench.instances import ROOT, Instance
from tests.bench.report import Figure, Report, p95
from tests.bench.sockets import redis_server, server_processes, sessions
from tests.bench.talking import AT_ONCE, TEXT, Load, Stage, talk, topics_of
from tests.support import postgres
from tests.support.server import free_port

PEOPLE = 100
SIZES = (100, 20)
TURNS = {100: 20, 20: 12}
"""Messages in each room for Synapse; ours gets `MORE` times as many, to last as long."""
MORE = 20
STORED_TURNS = 30
"""Messages in each of the small rooms for Synapse with nobody's page open, and of each of our clients."""
STEADY_SECONDS = 20
SHARE = 0.5
"""The steady rate, of what Synapse did at its fastest."""
TIMES_LEAST, LATENCY_LEAST = 100.0, 10.0
SECRET = "for measuring"
PYTHON = ROOT / ".venv" / "synapse" / "bin" / "python"
_FILTER = {
    "presence": {"types": []},
    "account_data": {"types": []},
    "room": {
        "timeline": {"types": ["m.room.message"], "limit": 1000},
        "state": {"types": []},
        "ephemeral": {"types": []},
        "account_data": {"types": []},
    },
}


class Caller:
    """A connection that stays open."""

    def __init__(self, port: int, token: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._headers = {"Content-Type": "application/json"} | (
            {"Authorization": f"Bearer {token}"} if token else {}
        )

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask. Raises RuntimeError for a refusal."""
        self._connection.request(
            method, path, None if body is None else json.dumps(body).encode(), self._headers
        )
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"synapse: {method} {path}: {answer.status} {content[:300]!r}")
        return json.loads(content)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


@dataclass(slots=True)
class Homeserver:
    """A running Synapse with people who can speak."""

    port: int
    tokens: list[str] = field(default_factory=list)

    def register(self, number: int) -> None:
        """Add people, and keep their tokens."""
        caller = Caller(self.port)
        for one in range(number):
            nonce = caller.call("GET", "/_synapse/admin/v1/register")["nonce"]
            name, word = f"staff{one}", "for measuring"
            mac = hmac.new(
                SECRET.encode(),
                b"\0".join(part.encode() for part in (nonce, name, word, "notadmin")),
                hashlib.sha1,
            )
            made = caller.call(
                "POST",
                "/_synapse/admin/v1/register",
                {
                    "nonce": nonce,
                    "username": name,
                    "password": word,
                    "admin": False,
                    "mac": mac.hexdigest(),
                },
            )
            self.tokens.append(made["access_token"])
        caller.close()

    def open_rooms(self, size: int) -> list[str]:
        """A room for each group of people of that size, with all of them in it."""
        found = []
        for start in range(0, len(self.tokens), size):
            first, *others = self.tokens[start : start + size]
            caller = Caller(self.port, first)
            room = caller.call("POST", "/_matrix/client/v3/createRoom", {"preset": "public_chat"})["room_id"]
            caller.close()
            for token in others:
                caller = Caller(self.port, token)
                caller.call("POST", f"/_matrix/client/v3/join/{quote(room)}", {})
                caller.close()
            found.append(room)
        return found


class Follower(threading.Thread):
    """Somebody whose page is open: asks again and again for what is new."""

    def __init__(self, port: int, token: str, heard: Callable[[str, float], None]) -> None:
        super().__init__(daemon=True)
        self._caller = Caller(port, token)
        self._heard = heard
        self.is_over = False
        self.fault: Exception | None = None
        self.is_ready = threading.Event()

    def run(self) -> None:
        """Until it is over."""
        since = ""
        words = {"filter": json.dumps(_FILTER), "timeout": "2000"}
        try:
            while not self.is_over:
                said = self._caller.call("GET", "/_matrix/client/v3/sync?" + urlencode(words | _since(since)))
                now = time.monotonic()
                if since:
                    for room in said.get("rooms", {}).get("join", {}).values():
                        for event in room["timeline"]["events"]:
                            self._heard(event["event_id"], now)
                since = said["next_batch"]
                self.is_ready.set()
        except Exception as error:  # noqa: BLE001  told to who waits
            self.fault = error
            self.is_ready.set()
        finally:
            self._caller.close()


def _since(since: str) -> dict[str, str]:
    """From where on; the first time from now, at once."""
    return {"since": since} if since else {"timeout": "0"}


@dataclass(frozen=True, slots=True)
class Seen:
    """Seconds from the first message until the last receipt, and those from sending to each receipt."""

    seconds: float
    waits: list[float]


def measure(instance: Instance, report: Report) -> None:
    """Both, in a room of all and in rooms of twenty."""
    if not PYTHON.exists():
        raise RuntimeError("matrix-synapse is not there: make bench installs it")
    theirs = {}
    with _synapse() as server:
        server.register(PEOPLE)
        for size in SIZES:
            rooms = server.open_rooms(size)
            full = Load(PEOPLE, size, TURNS[size])
            fast = _spoken(server, rooms, full)
            rate = SHARE * full.rooms * full.turns / fast.seconds
            steady = Load(PEOPLE, size, max(4, round(rate * STEADY_SECONDS / full.rooms)), rate)
            theirs[size] = full, fast, steady, _spoken(server, rooms, steady)
        alone = Load(PEOPLE, size, STORED_TURNS)
        kept = alone.rooms * alone.turns / _spoken(server, rooms, alone, is_followed=False).seconds
    with (
        redis_server() as redis_url,
        sessions(instance, PEOPLE) as cookies,
        opened(instance, PEOPLE // min(SIZES)) as (people, uids),
    ):
        talked = stored(instance, people, uids, STORED_TURNS)
        _report(instance, report, "messages stored", talked.number / talked.seconds, kept)
        topics = topics_of(instance, uids)
        environment = instance.environment | {"GROUPWARE_REDIS_URL": redis_url}
        for size, (full, fast, steady, slow) in theirs.items():
            port = free_port()
            with server_processes(instance, [port], environment) as processes:
                stage = Stage([port], processes, [str(uid) for uid in uids], topics)
                asyncio.run(
                    talk(stage, cookies, Load(PEOPLE, size, full.turns))
                )  # warm, as Synapse is by its joins
                more = Load(PEOPLE, size, full.turns * MORE)
                ours = asyncio.run(talk(stage, cookies, more))
                waits = asyncio.run(talk(stage, cookies, steady)).waits
            _report(
                instance,
                report,
                f"messages delivered in rooms of {size}",
                more.deliveries / ours.seconds,
                full.deliveries / fast.seconds,
            )
            mine, other = p95(waits) * 1000, p95(slow.waits) * 1000
            report.add(
                Figure(
                    f"from sending to receiving in rooms of {size}, p95, matrix-synapse against ours",
                    other / mine,
                    "×",
                    least=LATENCY_LEAST,
                    note=f"{other:.0f} ms against {mine:.0f} ms at {steady.rate:.1f} messages/s",
                )
            )


def _report(instance: Instance, report: Report, what: str, mine: float, other: float) -> None:
    report.add(
        Figure(
            f"{what}, against matrix-synapse",
            mine / other,
            "×",
            least=TIMES_LEAST,
            note=f"{mine:,.0f}/s against {other:,.0f}/s; {PEOPLE} people",
        )
    )


def _spoken(server: Homeserver, rooms: Sequence[str], load: Load, *, is_followed: bool = True) -> Seen:
    """People say something in turn, and everybody, or nobody, waits for it. Raises RuntimeError where something is refused or does not arrive."""
    receipts: list[tuple[str, float]] = []
    sent: dict[str, float] = {}
    followers = [
        Follower(server.port, token, lambda event, at: receipts.append((event, at)))
        for token in (server.tokens if is_followed else ())
    ]
    for one in followers:
        one.start()
    for one in followers:
        one.is_ready.wait(120)
    callers = [Caller(server.port, token) for token in server.tokens]
    taken = [threading.Lock() for _ in callers]

    def say(room: int, turn: int) -> None:
        who = room * load.size + turn % load.size
        with taken[who]:
            began = time.monotonic()
            path = f"/_matrix/client/v3/rooms/{quote(rooms[room])}/send/m.room.message/{time.monotonic_ns()}-{who}"
            said = callers[who].call("PUT", path, {"msgtype": "m.text", "body": TEXT})
            sent[said["event_id"]] = began

    first = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        jobs = []
        for turn in range(load.turns):
            for room in range(load.rooms):
                jobs.append(pool.submit(say, room, turn))
                if load.rate:
                    time.sleep(1 / load.rate)
        for job in jobs:
            job.result()
    seconds, deadline = time.monotonic() - first, time.monotonic() + 120
    # What was said before this may come again: Synapse keeps its first answer to somebody for a while.
    wanted = load.deliveries if is_followed else 0
    while (missing := wanted - sum(event in sent for event, _ in list(receipts))) > 0:
        faults = [one.fault for one in followers if one.fault is not None]
        if faults or time.monotonic() > deadline:
            raise RuntimeError(f"{missing} receipts are missing: {faults[:1]}")
        time.sleep(0.05)
    counted = [(at, at - sent[event]) for event, at in receipts if event in sent]
    if counted:
        seconds = max(at for at, _ in counted) - first
    for one in followers:
        one.is_over = True
    for one in followers:
        one.join(30)
    for caller in callers:
        caller.close()
    return Seen(seconds, [wait for _, wait in counted])


@contextmanager
def _synapse() -> Iterator[Homeserver]:
    """A Synapse of its own on a PostgreSQL of its own, killed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="synapse-"))
    database = postgres.PostgresServer()
    try:
        port = free_port()
        name = postgres.create(database.socket_folder)
        (folder / "log.yaml").write_text(json.dumps({"version": 1, "root": {"level": "ERROR"}}))
        settings = {
            "server_name": "bench.invalid",
            "pid_file": str(folder / "pid"),
            "listeners": [
                {
                    "port": port,
                    "type": "http",
                    "bind_addresses": ["127.0.0.1"],
                    "resources": [{"names": ["client"]}],
                }
            ],
            "database": {
                "name": "psycopg2",
                "allow_unsafe_locale": True,
                "args": {
                    "dbname": name,
                    "user": "groupware",
                    "host": str(database.socket_folder),
                    "cp_min": 5,
                    "cp_max": 10,
                },
            },
            "log_config": str(folder / "log.yaml"),
            "media_store_path": str(folder / "media"),
            "signing_key_path": str(folder / "signing.key"),
            "registration_shared_secret": SECRET,
            "macaroon_secret_key": SECRET,
            "form_secret": SECRET,
            "report_stats": False,
            "suppress_key_server_warning": True,
            "trusted_key_servers": [],
            "bcrypt_rounds": 4,
            "presence": {"enabled": False},
            **{f"rc_{what}": _unlimited() for what in ("message", "registration")},
            "rc_joins": {"local": _unlimited(), "remote": _unlimited()},
            "rc_joins_per_room": _unlimited(),
            "rc_invites": {"per_room": _unlimited(), "per_user": _unlimited()},
            "rc_room_creation": _unlimited(),
        }
        # JSON is YAML.
        (folder / "homeserver.yaml").write_text(json.dumps(settings))
        words = [
            str(PYTHON),
            "-m",
            "synapse.app.homeserver",
            "--config-path",
            str(folder / "homeserver.yaml"),
        ]
        subprocess.run([*words, "--generate-keys"], check=True, cwd=folder, stdout=subprocess.DEVNULL)
        process = subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 120
            while not _is_up(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("synapse did not start")
                time.sleep(0.2)
            yield Homeserver(port)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
    finally:
        database.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _unlimited() -> dict[str, int]:
    return {"per_second": 1_000_000, "burst_count": 1_000_000}


def _is_up(port: int) -> bool:
    caller = Caller(port)
    try:
        caller.call("GET", "/_matrix/client/versions")
    except (OSError, http.client.HTTPException, RuntimeError):
        return False
    finally:
        caller.close()
    return True
