"""A file of 2 GB goes up and comes down: what it costs the server in memory, and what it does to everybody else's pages."""

import base64
import hashlib
import http.client
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from groupware import actor
from groupware.attachments.services.uploads import PIECE
from groupware.db import unit
from groupware.rules.services import set_rule
from tests.bench.instances import Instance
from tests.bench.report import Figure, Report, median, p95
from tests.bench.rush import Browser, people_of
from tests.bench.serving import serving

SIZE = 2 * 1024**3
READS_PER_SECOND = 8
IDLE_SECONDS = 8
MEMORY_MB = 20
PAGE_RATIO = 3.0


def measure(instance: Instance, report: Report) -> None:
    """Send it, fetch it, and read the portal meanwhile."""
    with instance.app.app_context(), unit("write"):
        set_rule(actor.system(), "attachments.largest_mb", None, 2 * SIZE // 1024**2)
    people = people_of(instance)
    with serving(instance) as port:
        sender, reader = Browser(port), Browser(port)
        sender.sign_in(*people[0])
        reader.sign_in(*people[1])
        pid = _listening(port)
        # A page with a small file first: what every process loads once is no part of the large one's price.
        _send(sender, 3 * PIECE)
        idle = _reading(reader, lambda: time.sleep(IDLE_SECONDS))[0]
        before = _memory(pid)
        times_up, (seconds_up, uid) = _reading(reader, lambda: _send(sender, SIZE))
        times_down, seconds_down = _reading(reader, lambda: _fetch(sender, uid))
        grown = _memory(pid, "VmHWM") - before
        sender.close()
        reader.close()
    report.add(
        Figure(
            "memory of the server for a file of 2 GB, up and down",
            grown,
            "MB",
            limit=MEMORY_MB,
            note=f"{before:.0f} MB before",
        )
    )
    for way, times, seconds in (("up", times_up, seconds_up), ("down", times_down, seconds_down)):
        report.add(
            Figure(
                f"portal p95 while 2 GB go {way}, against the quiet",
                p95(times) / p95(idle),
                "×",
                limit=PAGE_RATIO,
                note=f"{p95(idle) * 1000:.0f} ms → {p95(times) * 1000:.0f} ms; median {median(idle) * 1000:.0f} → "
                f"{median(times) * 1000:.0f} ms; {SIZE / 1024**2 / seconds:.0f} MB/s",
            )
        )


def _send(browser: Browser, size: int) -> tuple[float, str]:
    """(seconds, uid) of a file that was sent as the page sends it."""
    started = time.monotonic()
    token = browser.token()
    begun = _json(browser, "POST", "/attachments/uploads", token, {"name": "large.bin", "size": size})
    filler = hashlib.sha256(str(size).encode()).digest() * (PIECE // 32)
    for offset in range(0, size, PIECE):
        piece = (offset.to_bytes(8, "big") + filler)[: min(PIECE, size - offset)]
        digest = base64.b64encode(hashlib.sha256(piece).digest()).decode()
        _ask(
            browser,
            "PUT",
            begun["url"],
            token,
            piece,
            {"Upload-Offset": str(offset), "Content-Digest": f"sha-256=:{digest}:"},
        )
    done = _json(browser, "POST", f"{begun['url']}/complete", token, None)
    return time.monotonic() - started, done["uid"]


def _fetch(browser: Browser, uid: str) -> float:
    started = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", browser.port, timeout=120)
    connection.request("GET", f"/attachments/{uid}", headers={"Cookie": browser.cookie_header})
    answer = connection.getresponse()
    left = SIZE
    while piece := answer.read(1024 * 1024):
        left -= len(piece)
    connection.close()
    if answer.status != 200 or left:
        raise RuntimeError(f"the download answered {answer.status} and left out {left} bytes")
    return time.monotonic() - started


def _json(browser: Browser, method: str, path: str, token: str, value: object) -> dict[str, str]:
    headers = {"Content-Type": "application/json"}
    return json.loads(_ask(browser, method, path, token, json.dumps(value).encode(), headers))


def _ask(browser: Browser, method: str, path: str, token: str, body: bytes, headers: dict[str, str]) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", browser.port, timeout=300)
    connection.request(
        method,
        path,
        body,
        {"Cookie": browser.cookie_header, "X-CSRFToken": token, "Accept": "application/json", **headers},
    )
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if answer.status >= 300:
        raise RuntimeError(f"{method} {path} answered {answer.status}: {content[:200]!r}")
    return content


def _reading(reader: Browser, act: Callable[[], Any]) -> tuple[list[float], Any]:
    """Seconds of a steady reader of the portal from each due time, while `act` runs; and what it returns."""
    times: list[float] = []
    ended = threading.Event()

    def read() -> None:
        begin, number = time.monotonic(), 0
        while not ended.is_set():
            at = begin + number / READS_PER_SECOND
            time.sleep(max(0.0, at - time.monotonic()))
            started = time.monotonic()
            if reader.ask("GET", "/")[0] != 200:
                raise RuntimeError("the portal could not be read")
            times.append(time.monotonic() - started)
            number += 1

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    try:
        return times, act()
    finally:
        ended.set()
        thread.join(30)


def _listening(port: int) -> int:
    """The process of the server."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"serve" in words and str(port).encode() in words:
            return int(folder.name)
    raise RuntimeError("the server was not found")


def _memory(pid: int, field: str = "VmRSS") -> float:
    """MB that a process has, or has had at most (`VmHWM`)."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith(field):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"there is no {field}")
