"""The sanitiser that the site has configured: a programme, or an HTTP service. No verdict is no passage.

A programme is called with two paths, of the file and of where to put what it made of it: exit status 0 means done, 3 refused
(the first line it writes says why). A service gets the file as the body of a POST: 200 with the new file, 422 refused with
the reason as text. Anything else is a failure, and the file waits.
"""

import shlex
import subprocess
from pathlib import Path

import urllib3

SECONDS = 600
"""How long it may take over one file."""
PIECE = 1024 * 1024
REFUSED = 3
"""Exit status; 1 and 2 are what programmes end with that fail."""
LONGEST_REASON = 200


class Unreachable(Exception):
    """No verdict: the sanitiser does not answer, or not as agreed."""


def run(door: str, source: Path, target: Path, media_type: str) -> str:
    """Have a file made harmless: `target` then holds what may cross. Returns why it was refused, empty if it was not.

    Raises Unreachable.
    """
    if door.startswith(("http://", "https://")):
        return _ask(door, source, target, media_type)
    return _call(door, source, target)


def _call(command: str, source: Path, target: Path) -> str:
    try:
        done = subprocess.run(  # noqa: S603  what the site has configured
            [*shlex.split(command), str(source), str(target)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unreachable(f"the sanitiser cannot be run: {error}") from error
    if done.returncode == REFUSED:
        return _reason(done.stdout)
    if done.returncode != 0 or not target.is_file():
        raise Unreachable(f"the sanitiser ended with {done.returncode}")
    return ""


def _ask(url: str, source: Path, target: Path, media_type: str) -> str:
    pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=10, read=SECONDS))
    try:
        with source.open("rb") as body:
            answer = pool.request(
                "POST",
                url,
                body=body,
                headers={"Content-Type": media_type, "Content-Length": str(source.stat().st_size)},
                redirect=False,
                preload_content=False,
            )
            try:
                if answer.status == 422:
                    return _reason(answer.read(PIECE))
                if answer.status != 200:
                    raise Unreachable(f"the sanitiser answered {answer.status}")
                with target.open("wb") as file:
                    for piece in answer.stream(PIECE):
                        file.write(piece)
            finally:
                answer.release_conn()
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise Unreachable(f"the sanitiser does not answer: {error}") from error
    finally:
        pool.clear()
    return ""


def _reason(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return "".join(letter for letter in (lines[0] if lines else "refused") if letter.isprintable())[
        :LONGEST_REASON
    ]


__all__ = ["Unreachable", "run"]
