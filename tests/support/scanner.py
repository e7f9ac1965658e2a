"""A real clamd for one test run: the machine's programme, with a configuration and the one signature of a test virus of our own.

Debian's `clamav-daemon` has it. `CLAMD_ADDRESS` (host:port or a socket's path) names one that runs already, with Debian's usual
signatures. Without either, tests of it are reported as not run; `GROUPWARE_REQUIRE=clamd` makes that a failure.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from groupware.attachments import clamd
from tests.support.requirements import report_absent

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The harmless file that every scanner calls a virus, in two parts, so that none takes this module away."""
STREAM_LIMIT, FILE_LIMIT = 400_000, 200_000
"""Bytes that this clamd takes, and that it looks into."""
START_SECONDS = 30.0


def programme() -> str | None:
    """The machine's clamd, if it has one."""
    return shutil.which("clamd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def configured(folder: Path) -> Path:
    """A configuration that alerts as docs/attachments.md asks for, with signatures that nobody has to fetch."""
    (folder / "signatures").mkdir()
    line = f"{hashlib.md5(EICAR, usedforsecurity=False).hexdigest()}:{len(EICAR)}:Eicar-Test"
    (folder / "signatures" / "test.hdb").write_text(f"{line}\n", encoding="ascii")
    file = folder / "clamd.conf"
    file.write_text(
        f"DatabaseDirectory {folder / 'signatures'}\nLocalSocket {folder / 'socket'}\nTemporaryDirectory {folder}\nForeground yes\n"
        f"StreamMaxLength {STREAM_LIMIT}\nMaxFileSize {FILE_LIMIT}\nAlertExceedsMax yes\n",
        encoding="utf-8",
    )
    return file


@pytest.fixture(scope="session")
def real_clamd() -> Iterator[str]:
    """Where a real clamd listens."""
    if given := os.environ.get("CLAMD_ADDRESS"):
        yield given
        return
    found = programme()
    if found is None:
        report_absent("clamd", "no clamd was found (Debian: clamav-daemon, or set CLAMD_ADDRESS)")
    # In a short path: the name of a socket has room for a hundred characters.
    folder = Path(tempfile.mkdtemp(prefix="groupware-clamd-"))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [found, "--config-file", configured(folder)], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        _await_answer(process, folder)
        yield str(folder / "socket")
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)


def _await_answer(process: subprocess.Popen[bytes], folder: Path) -> None:
    (folder / "probe").write_bytes(b"a")
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with (folder / "probe").open("rb") as content:
                clamd.scan(str(folder / "socket"), content)
        except clamd.Unreachable:
            if process.poll() is not None or time.monotonic() > deadline:
                words = (folder / "log").read_text(encoding="utf-8", errors="replace")[-1000:]
                report_absent("clamd", f"clamd did not start: {words}")
            time.sleep(0.02)
        else:
            return
