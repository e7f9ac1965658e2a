"""Server processes of an instance: `groupware serve`, or the same with the bare page that others are measured against."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.instances import Instance
from tests.support.server import answers, free_port


@contextmanager
def serving(instance: Instance, *, with_bare_page: bool = False, **settings: str) -> Iterator[int]:
    """A server process of the instance; yields its port. Raises RuntimeError if it does not start, or logs a fault."""
    port = free_port()
    program = str(Path(sys.executable).with_name("groupware"))
    command = [program, "--instance", str(instance.folder), "serve", "--port", str(port)]
    if with_bare_page:
        command = [sys.executable, "-m", "tests.bench.bare", str(port)]
    log = instance.folder / f"serve-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env=instance.environment | {"GROUPWARE_INSTANCE": str(instance.folder), **settings},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        deadline = time.monotonic() + 60
        while not answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start:\n{_end(log)}")
            time.sleep(0.05)
        yield port
        if "Traceback" in (said := _end(log)):
            # A page that leaves out a block that failed would be quick.
            raise RuntimeError(f"the server met a fault:\n{said}")
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _end(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-3000:]
