"""Figures, their limits, and the table that shows both."""

import math
import os
import platform
import timeit
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]


def p95(values: Sequence[float]) -> float:
    """The 95th percentile."""
    return percentile(values, 0.95)


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured. `limit` is what it must not exceed, `least` what it must reach; neither: for information."""

    what: str
    value: float
    unit: str
    limit: float | None = None
    least: float | None = None
    note: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether the limit holds."""
        if self.limit is not None and self.value > self.limit:
            return False
        return self.least is None or self.value >= self.least

    @property
    def cells(self) -> tuple[str, ...]:
        """The row of the table."""
        limit = ""
        if self.limit is not None:
            limit = f"≤ {self.limit:g}"
        elif self.least is not None:
            limit = f"≥ {self.least:g}"
        verdict = "" if not limit else "ok" if self.is_kept else "BROKEN"
        return self.what, f"{self.value:.4g} {self.unit}".strip(), limit, verdict, self.note


HEADS = ("what", "measured", "limit", "", "")


@dataclass(slots=True)
class Report:
    """What a bench has measured so far on one database."""

    figures: list[Figure] = field(default_factory=list)

    def add(self, figure: Figure) -> None:
        """Keep a figure and say it at once: a run takes minutes."""
        self.figures.append(figure)
        print("  " + " | ".join(cell for cell in figure.cells if cell), flush=True)

    @property
    def broken(self) -> list[Figure]:
        """The figures beyond their limits."""
        return [figure for figure in self.figures if not figure.is_kept]

    def table(self) -> str:
        """All figures as a Markdown table."""
        rows = [HEADS, *(figure.cells for figure in self.figures)]
        widths = [max(_width(row[i]) for row in rows) for i in range(len(HEADS))]
        lines = [
            "| " + " | ".join(_padded(row[i], widths[i]) for i in range(len(HEADS))) + " |" for row in rows
        ]
        lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
        return "\n".join(lines)


def machine() -> str:
    """What the figures were measured on, and how busy it was."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} × {names[0] if names else platform.machine()}, {memory:.0f} GiB, "
        f"Python {platform.python_version()} ({_yardstick():.0f} ms), load average before {load:.1f}"
    )


def _yardstick() -> float:
    """The milliseconds of a million steps of a loop, best of five: machines of one name differ by more than half."""
    return min(timeit.repeat("for number in range(1_000_000): total += number", "total = 0", number=1)) * 1000


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


__all__ = ["Figure", "Report", "machine", "median", "p95", "percentile"]
