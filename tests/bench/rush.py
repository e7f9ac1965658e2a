"""The morning peak: 22 people sign in each second on two server processes and see the portal, while others work.

Load comes from threads of this process over loopback. It is open: a sign-in begins when its time has come, whether or not
earlier ones are through. Meanwhile a steady reader asks for the portal; its 95th percentile is compared with that
of the same reader in the quiet before.
"""

import csv
import http.client
import queue
import re
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from urllib.parse import urlencode

from groupware.demo.accounts import FILE
from tests.bench.instances import Instance
from tests.bench.report import Figure, Report, median, p95
from tests.bench.serving import serving

PER_SECOND = 22
SECONDS = 20
IDLE_SECONDS = 10
READS_PER_SECOND = 8
THREADS = 40
PAGE_RATIO = 3.0
_META_TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
_TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')


@dataclass(slots=True)
class Browser:
    """A client with cookies and one connection, as far as a sign-in needs it."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    connection: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and text of an answer."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": self.cookie_header}
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form)
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return answer.status, text

    @property
    def cookie_header(self) -> str:
        """Its cookies as it sends them."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def token(self) -> str:
        """The token of a page, for what a script sends. Raises RuntimeError if there is none."""
        found = _META_TOKEN.search(self.ask("GET", "/")[1])
        if found is None:
            raise RuntimeError("the portal has no token")
        return found[1]

    def sign_in(self, login: str, password: str) -> None:
        """Through the page, as people do. Raises RuntimeError when that fails."""
        _, text = self.ask("GET", "/login")
        token = _TOKEN.search(text)
        if token is None:
            raise RuntimeError("the sign-in page has no token")
        form = {"username": login, "password": password, "csrf_token": token[1]}
        status, _ = self.ask("POST", "/login", form)
        if status not in (302, 303):
            raise RuntimeError(f"sign-in answered {status}")
        status, _ = self.ask("GET", "/")
        if status != 200:
            raise RuntimeError(f"the portal answered {status} after the sign-in")

    def close(self) -> None:
        """Hang up."""
        if self.connection is not None:
            self.connection.close()


def people_of(instance: Instance) -> list[tuple[str, str]]:
    """Login and password of everybody in the instance."""
    with (instance.folder / FILE).open(encoding="utf-8", newline="") as lines:
        return [(row["login"], row["password"]) for row in csv.DictReader(lines)]


def measure(instance: Instance, report: Report) -> None:
    """Sign-ins per second and what they do to everybody else."""
    people = people_of(instance)
    with ExitStack() as stack:
        ports = [stack.enter_context(serving(instance)) for _ in range(2)]
        readers = []
        for port, (login, password) in zip(ports, people, strict=False):
            reader = Browser(port)
            reader.sign_in(login, password)
            readers.append(reader)
        for number in range(20):
            readers[number % 2].ask("GET", "/")
        idle = _read(readers, IDLE_SECONDS)
        done, failed, waits, busy = _rush(ports, people[2:], readers)
    report.add(
        Figure(
            f"sign-ins with portal per second, two processes, {SECONDS} s",
            done / SECONDS,
            "/s",
            least=PER_SECOND,
            note=f"{failed} failed; median {median(waits) * 1000:.0f} ms, p95 {p95(waits) * 1000:.0f} ms",
        )
    )
    report.add(
        Figure(
            "portal p95 in the peak, against the quiet",
            p95(busy) / p95(idle),
            "×",
            limit=PAGE_RATIO,
            note=f"{p95(idle) * 1000:.0f} ms → {p95(busy) * 1000:.0f} ms; median {median(idle) * 1000:.0f} → "
            f"{median(busy) * 1000:.0f} ms",
        )
    )


def _rush(
    ports: list[int], people: list[tuple[str, str]], readers: list[Browser]
) -> tuple[int, int, list[float], list[float]]:
    """(done within the time, failed, seconds of each sign-in from its due time, seconds of the steady reader)."""
    due: queue.SimpleQueue[tuple[float, int]] = queue.SimpleQueue()
    waits: list[float] = []
    ends: list[float] = []
    failures: list[str] = []
    begin = time.monotonic() + 0.5
    for number in range(PER_SECOND * SECONDS):
        due.put((begin + number / PER_SECOND, number))

    def work() -> None:
        while True:
            try:
                at, number = due.get_nowait()
            except queue.Empty:
                return
            time.sleep(max(0.0, at - time.monotonic()))
            browser = Browser(ports[number % len(ports)])
            try:
                browser.sign_in(*people[number % len(people)])
                waits.append(time.monotonic() - at)
                ends.append(time.monotonic())
            except (OSError, RuntimeError, http.client.HTTPException) as error:
                failures.append(str(error))
            finally:
                browser.close()

    threads = [threading.Thread(target=work, daemon=True) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    time.sleep(max(0.0, begin - time.monotonic()))
    busy = _read(readers, SECONDS)
    for thread in threads:
        thread.join(60)
    if failures:
        print(f"  first failure: {failures[0]}", file=sys.stderr)
    # The last begin at the end of the time: they count if they are through a second later, so that none piles up.
    done = sum(end <= begin + SECONDS + 1 for end in ends)
    return done, len(failures), waits, busy


def _read(readers: list[Browser], seconds: float) -> list[float]:
    """Ask for the portal steadily, on each server in turn; seconds of each answer from its due time."""
    times = []
    begin = time.monotonic()
    for number in range(int(seconds * READS_PER_SECOND)):
        at = begin + number / READS_PER_SECOND
        time.sleep(max(0.0, at - time.monotonic()))
        started = time.monotonic()
        status, _ = readers[number % len(readers)].ask("GET", "/")
        if status != 200:
            raise RuntimeError(f"the portal answered {status}")
        times.append(time.monotonic() - started)
    return times
