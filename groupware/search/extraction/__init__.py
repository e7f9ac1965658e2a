"""The words inside files: txt, csv, pdf, docx, xlsx, pptx.

`extract` reads one in a child process with limits (see `child.py`); `jobs` has it done for every content that may be handed
out, and the texts stand in `core_file_texts` for as long as the content does.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from groupware.search.extraction.child import READERS, UNREADABLE
from groupware.search.extraction.enums import TextState

EXTRACTION_VERSION: Final = 2
"""To be raised when more or other words are read out of the same file, or kept of it: then all files are read again."""

LARGEST: Final = 100 * 1024 * 1024
"""Bytes of a file that is looked into."""

WALL_SECONDS: Final = 60
_CHILD: Final = Path(__file__).with_name("child.py")


@dataclass(frozen=True, slots=True)
class Extracted:
    """What was read, and why it is not more."""

    state: TextState
    text: str = ""


def ending_of(name: str) -> str:
    """The ending of a file name by which a reader is chosen, empty if there is none for it."""
    ending = Path(name).suffix[1:].lower()
    return ending if ending in READERS else ""


def extract(path: Path, name: str, size: int) -> Extracted:
    """The words of the file that lies at `path` and is called `name`. Takes a minute at the most, and never fails."""
    ending = ending_of(name)
    if not ending:
        return Extracted(TextState.NO_TEXT)
    if size > LARGEST:
        return Extracted(TextState.TOO_MUCH)
    try:
        done = subprocess.run(  # noqa: S603  our own programme, and a path of our own making
            [sys.executable, "-s", "-E", "-W", "ignore", str(_CHILD), str(path.resolve()), ending],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            cwd="/",
            env={"LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Extracted(TextState.TOO_MUCH)
    text = done.stdout.decode("utf-8", "replace").replace("\0", "").strip()
    if done.returncode == 0:
        return Extracted(TextState.READ if text else TextState.NO_TEXT, text)
    # Ended by a limit, it has said what it had read until then.
    state = TextState.UNREADABLE if done.returncode == UNREADABLE else TextState.TOO_MUCH
    return Extracted(state, text)


__all__ = ["EXTRACTION_VERSION", "LARGEST", "Extracted", "ending_of", "extract"]
