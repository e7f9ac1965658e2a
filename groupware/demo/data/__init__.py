"""The words of the sample municipality, as text files that a person of an office can correct."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def lines(name: str) -> Iterator[str]:
    """The lines of a text file, without comments and empty lines; the indentation stays."""
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.rstrip()


@cache
def table(name: str) -> dict[str, Any]:
    """A TOML file."""
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
