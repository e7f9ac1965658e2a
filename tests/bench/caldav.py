"""CalDAV beside Radicale: the same 1,000 events, the same questions over HTTP, in one run; the answers are held against
recurring-ical-events."""

import base64
import http.client
import re
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import icalendar
import recurring_ical_events

from groupware import actor, clock
from groupware.api.services import issue_for
from groupware.db import unit
from groupware.directory.queries.roll import roll
from tests.bench.instances import ROOT, Instance
from tests.bench.report import Figure, Report, median
from tests.bench.serving import serving
from tests.support.server import free_port

EVENTS, RECURRING = 1000, 100
PUT_LEAST, RANGE_LEAST, EXPAND_LEAST, BUSY_LEAST = 4.0, 8.0, 50.0, 10.0
ROUNDS, EXPAND_ROUNDS = 15, 3
_RULES = (
    "FREQ=WEEKLY",
    "FREQ=DAILY;COUNT=40",
    "FREQ=MONTHLY;BYDAY=2TU",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
)
RADICALE = ROOT / ".venv" / "peers" / "bin" / "radicale"


@dataclass(slots=True)
class Server:
    """A CalDAV server with a connection that stays open, and how long it took for everything."""

    name: str
    port: int
    calendar: str
    headers: dict[str, str]
    times: dict[str, float] = field(default_factory=dict)
    answers: dict[str, bytes] = field(default_factory=dict)
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)

    def call(self, method: str, path: str, body: str = "", **headers: str) -> bytes:
        """Ask. Raises RuntimeError for a refusal."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, path, body.encode(), {**self.headers, **given})
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{self.name}: {method} {path}: {answer.status} {content[:300]!r}")
        return content

    def begin(self) -> None:
        """Connect anew: a server ends a connection on which nothing was said for long."""
        self.connection.close()

    def put_all(self, texts: dict[str, str]) -> None:
        """Write every event; how long the middle one took."""
        times = []
        for uid, text in texts.items():
            started = time.perf_counter()
            self.call("PUT", f"{self.calendar}{uid}.ics", text, Content_Type="text/calendar; charset=utf-8")
            times.append(time.perf_counter() - started)
        self.times["put"] = median(times)

    def ask(self, what: str, body: str, rounds: int) -> None:
        """Ask several times; keep the last answer."""
        times = []
        for _ in range(rounds + 1):
            started = time.perf_counter()
            content = self.call("REPORT", self.calendar, body, Depth="1", Content_Type="application/xml")
            times.append(time.perf_counter() - started)
        self.times[what], self.answers[what] = median(times[1:]), content


def measure(instance: Instance, report: Report) -> None:
    """Write, ask for a week and a month, with the single times, and for busy times."""
    first = datetime.combine(clock.today() + timedelta(days=7), datetime.min.time(), UTC)
    texts = _texts(first)
    calendar, token = _access(instance)
    limits = {"GROUPWARE_API_CALLS_PER_MINUTE": "1000000"}
    with _radicale() as other, serving(instance, **limits) as port:
        ours = Server("groupware", port, calendar, {"Authorization": f"Bearer {token}"})
        servers = (ours, other)
        for server in servers:
            server.begin()
            server.put_all(texts)
        try:
            for server in servers:
                server.begin()
                _ask(server, first)
            _compare(ours, texts, first)
        finally:
            ours.begin()
            for uid in texts:
                ours.call("DELETE", f"{ours.calendar}{uid}.ics")
    for what, words, least in (
        ("put", "PUT", PUT_LEAST),
        ("week", "a week", RANGE_LEAST),
        ("month", "a month", RANGE_LEAST),
        ("expand", "a month with its single times", EXPAND_LEAST),
        ("busy", "busy times of a month", BUSY_LEAST),
    ):
        mine, theirs = ours.times[what] * 1000, other.times[what] * 1000
        note = f"{mine:.1f} ms against {theirs:.1f} ms"
        figure = f"CalDAV, {words}, times as fast as Radicale"
        report.add(Figure(figure, theirs / mine, "×", least=least, note=note))


def _access(instance: Instance) -> tuple[str, str]:
    """The calendar of a person, and a token for it."""
    with instance.app.app_context(), unit("write"):
        person_id = max(roll().place)
        token = issue_for(actor.system(), person_id, "bench", ["schedule.dav:write"], 1).secret
        from plugins.schedule.queries.programs import people  # noqa: PLC0415  needs the application's models

        return f"/dav/calendars/{people([person_id])[person_id].uid}/personal/", token


def _texts(first: datetime) -> dict[str, str]:
    found = {}
    # Names of their own: a calendar still knows those of an earlier run, and whoever writes one again finds what was deleted.
    run = secrets.token_hex(4)
    for number in range(EVENTS):
        is_series = number < RECURRING
        begins = first + timedelta(
            days=(number * 7) % 365 if not is_series else number % 14, hours=number % 9
        )
        lines = [f"RRULE:{_RULES[number % len(_RULES)]}"] if is_series else []
        if is_series and "MONTHLY" in lines[0]:
            # On the second Tuesday, so that its beginning is one of its times.
            begins = begins.replace(day=8) + timedelta(days=(1 - begins.replace(day=8).weekday()) % 7)
        if is_series and "BYDAY=MO" in lines[0]:
            begins += timedelta(days=-begins.weekday() % 7)
        uid = f"bench-{run}-{number:04d}"
        found[uid] = "\r\n".join(
            [
                *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//bench//EN", "BEGIN:VEVENT", f"UID:{uid}"),
                *("DTSTAMP:20260101T000000Z", f"DTSTART:{begins:%Y%m%dT%H%M%SZ}"),
                *(f"DTEND:{begins + timedelta(hours=1):%Y%m%dT%H%M%SZ}", f"SUMMARY:打合せ {number}", *lines),
                *(
                    "LOCATION:第1会議室",
                    "DESCRIPTION:資料は当日配布します。",
                    "END:VEVENT",
                    "END:VCALENDAR",
                    "",
                ),
            ]
        )
    return found


def _window(first: datetime, days: int) -> str:
    return f'start="{first:%Y%m%dT%H%M%SZ}" end="{first + timedelta(days=days):%Y%m%dT%H%M%SZ}"'


def _query(first: datetime, days: int, *, is_expanded: bool = False) -> str:
    window = _window(first, days)
    data = f"<c:calendar-data><c:expand {window}/></c:calendar-data>" if is_expanded else "<c:calendar-data/>"
    return (
        '<c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop><d:getetag/>'
        f'{data}</d:prop><c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"><c:time-range {window}/>'
        "</c:comp-filter></c:comp-filter></c:filter></c:calendar-query>"
    )


def _ask(server: Server, first: datetime) -> None:
    server.ask("week", _query(first + timedelta(days=14), 7), ROUNDS)
    server.ask("month", _query(first + timedelta(days=14), 30), ROUNDS)
    server.ask("expand", _query(first + timedelta(days=14), 30, is_expanded=True), EXPAND_ROUNDS)
    busy = f'<c:free-busy-query xmlns:c="urn:ietf:params:xml:ns:caldav"><c:time-range {_window(first, 30)}/></c:free-busy-query>'
    server.ask("busy", busy, EXPAND_ROUNDS)


def _compare(ours: Server, texts: dict[str, str], first: datetime) -> None:
    """Raise RuntimeError unless the single times are those of recurring-ical-events."""
    since = first + timedelta(days=14)
    expected = {
        (uid, one.start)
        for uid, text in texts.items()
        for one in recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(
            since, since + timedelta(days=30)
        )
    }
    answer = ours.answers["expand"].decode()
    found = set()
    for block in re.findall(r"BEGIN:VEVENT.*?END:VEVENT", answer, re.DOTALL):
        uid = re.search(r"UID:(bench-\w+-\d+)", block)
        start = re.search(r"DTSTART:(\d{8}T\d{6}Z)", block)
        if uid is not None and uid[1] in texts and start is not None:
            found.add((uid[1], datetime.strptime(start[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)))
    expected = {(uid, at.dt if hasattr(at, "dt") else at) for uid, at in expected}
    if found != expected:
        raise RuntimeError(f"{len(found - expected)} times too many, {len(expected - found)} missing")


@contextmanager
def _radicale() -> Iterator[Server]:
    """Radicale with an empty calendar. Without authentication: that costs it nothing."""
    port = free_port()
    with TemporaryDirectory() as folder:
        options = {
            "server-hosts": f"127.0.0.1:{port}",
            "storage-filesystem-folder": folder,
            "auth-type": "none",
        }
        command = [str(RADICALE), "--config", "", *(f"--{name}={value}" for name, value in options.items())]
        with (Path(folder) / "log").open("wb") as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            headers = {"Authorization": "Basic " + base64.b64encode(b"bench:bench").decode()}
            server = Server("Radicale", port, "/bench/calendar/", headers)
            deadline = time.monotonic() + 30
            while True:
                try:
                    server.call("MKCALENDAR", server.calendar)
                    break
                except OSError:
                    if process.poll() is not None or time.monotonic() > deadline:
                        raise
                    server.connection.close()
                    time.sleep(0.1)
            yield server
        finally:
            process.terminate()
            process.wait(10)
