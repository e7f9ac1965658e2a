"""Checks of units.csv: doubles, places that do not exist, and units that would stand above themselves."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Protocol, TypeVar

from groupware.directory.delivery.findings import Finding
from groupware.directory.delivery.layout import UNITS
from groupware.directory.delivery.rows import Table, UnitRow
from groupware.directory.delivery.snapshot import Snapshot


class Placed(Protocol):
    """Something with a name and the code of what it hangs under."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def parent(self) -> str:
        """The code above it, empty for a root."""


P = TypeVar("P", bound=Placed)


def lives(units: Table[UnitRow]) -> dict[str, tuple[date, date]]:
    """From the first day of the first version of each unit to the end of its last; faulty spans aside."""
    found: dict[str, tuple[date, date]] = {}
    for row in units.rows:
        if row.valid_to <= row.valid_from:
            continue
        begin, end = found.get(row.code, (row.valid_from, row.valid_to))
        found[row.code] = (min(begin, row.valid_from), max(end, row.valid_to))
    return found


def check_units(units: Table[UnitRow], snapshot: Snapshot) -> Iterator[Finding]:
    """Every fault of the units among themselves. Notes units that end before they begin as faulty."""
    life = lives(units)
    rows: dict[str, list[UnitRow]] = defaultdict(list)

    def finding(code: str, row: UnitRow, column: str, **details: str) -> Finding:
        return Finding(code, UNITS.file, row.line, units.headers[column], details)

    for row in units.rows:
        if row.valid_to <= row.valid_from:
            units.faulty.setdefault(row.code, row.line)
    for row in units.rows:
        clash = next((other for other in rows[row.code] if _overlap(row, other)), None)
        if clash is not None:
            yield finding("duplicate_code", row, "code", value=row.code, other=str(clash.line))
        elif units.faulty.get(row.code, row.line) != row.line:
            other = str(units.faulty[row.code])
            yield finding("duplicate_code", row, "code", value=row.code, other=other)
        rows[row.code].append(row)
        if row.valid_to <= row.valid_from:
            yield finding("ends_before_begins", row, "valid_to", begin=row.valid_from.isoformat())
        if not row.parent or row.parent in units.faulty:
            continue
        if row.parent not in life:
            if row.valid_to > snapshot.effective_on or row.parent not in snapshot.units:
                yield finding("unknown_parent", row, "parent", value=row.parent)
        elif not _covers(life[row.parent], row, snapshot.effective_on):
            yield finding("parent_not_in_force", row, "parent", value=row.parent)
    yield from _circles(units)


def _overlap(row: UnitRow, other: UnitRow) -> bool:
    if row.valid_to <= row.valid_from or other.valid_to <= other.valid_from:
        return True
    return row.valid_from < other.valid_to and row.valid_to > other.valid_from


def _covers(life: tuple[date, date], row: UnitRow, effective_on: date) -> bool:
    """Whether the unit above exists from the effective day on; what was before is not judged any more."""
    begin = max(row.valid_from, effective_on)
    return begin >= row.valid_to or (life[0] <= begin and life[1] >= row.valid_to)


def _circles(units: Table[UnitRow]) -> Iterator[Finding]:
    """Every row that is its own superior on some day, with the way from it back to it."""
    reported: set[int] = set()
    for day in sorted({row.valid_from for row in units.rows}):
        in_force = {row.code: row for row in units.rows if row.valid_from <= day < row.valid_to}
        for code in circling(in_force):
            row = in_force[code]
            if row.line not in reported:
                reported.add(row.line)
                details = {"path": circle(in_force, code)}
                yield Finding("cyclic", UNITS.file, row.line, units.headers["parent"], details)


def circling(in_force: Mapping[str, P]) -> Iterator[str]:
    """The codes of the units that stand above themselves."""
    safe: set[str] = set()
    for code in in_force:
        way: list[str] = []
        current = code
        while current in in_force and current not in safe and current not in way:
            way.append(current)
            current = in_force[current].parent
        if current not in way:
            safe.update(way)
        elif current == code:
            yield code


def circle(in_force: Mapping[str, P], code: str) -> str:
    """The way upwards from a circling unit back to itself, in words."""
    path = [code]
    while len(path) == 1 or path[-1] != code:
        path.append(in_force[path[-1]].parent)
    return " → ".join(f"{in_force[step].name} ({step})" for step in path)
