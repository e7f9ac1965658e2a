"""The page of figures: a section for each bench on each database, so that one can be measured again without the others."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures -->\n", "<!-- /figures -->"
HEADING = re.compile(r"^### (.+)\n", re.MULTILINE)

Section = tuple[str, str]
"""Bench and database."""


def write(document: Path, measured: Mapping[Section, str], order: Sequence[Section]) -> None:
    """Put what was measured into its sections and say above them what is broken. Sections that `order` lacks are dropped."""
    before, _, rest = document.read_text(encoding="utf-8").partition(BEGIN)
    old, _, after = rest.partition(END)
    known = _sections(old) | {_name(section): text for section, text in measured.items()}
    kept = [(name, known[name]) for name in map(_name, order) if name in known]
    text = f"{_summary(kept)}\n\n" + "".join(f"### {name}\n\n{words.strip()}\n\n" for name, words in kept)
    document.write_text(f"{before}{BEGIN}\n{text}{END}{after}", encoding="utf-8")


def _name(section: Section) -> str:
    return ", ".join(section)


def _sections(text: str) -> dict[str, str]:
    parts = HEADING.split(text)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def _summary(sections: Sequence[tuple[str, str]]) -> str:
    rows = [(name, _cells(line)) for name, text in sections for line in text.splitlines()]
    broken = [
        f"- {name}: {cells[0]}, {cells[1]} ({cells[2]})" for name, cells in rows if cells[3:4] == ["BROKEN"]
    ]
    number = sum(cells[3:4] in (["ok"], ["BROKEN"]) for _, cells in rows)
    said = f"Of {number} limits {number - len(broken)} are kept"
    return f"{said}. Broken are:\n\n" + "\n".join(broken) if broken else f"{said}."


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]
