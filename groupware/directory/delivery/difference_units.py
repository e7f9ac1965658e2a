"""The difference of units: which are new, which are called or placed otherwise, which end."""

from datetime import date, timedelta
from functools import cache

from groupware.db import FOREVER
from groupware.directory.delivery.plan import (
    UNIT_CHANGED,
    UNIT_ENDING,
    UNIT_NEW,
    Change,
    Place,
    Plan,
    changed,
)
from groupware.directory.delivery.rows import Delivery, UnitRow
from groupware.directory.delivery.snapshot import KINDS_OF_CONTENT, HeldVersion, Snapshot, version_on
from groupware.directory.delivery.timeline import Steps, compare

CORRECTED = ("kana", "phone", "location")
"""Corrections that are no new version of a unit."""


class Chart:
    """The tree before and after, for naming places and for asking what lies under what."""

    def __init__(self, delivery: Delivery, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.rows: dict[str, list[UnitRow]] = {}
        for row in delivery.units.rows:
            self.rows.setdefault(row.code, []).append(row)
        self.posts = {code: name for code, (name, _) in snapshot.posts.items()}
        self.posts |= {row.code: row.name for row in delivery.posts.rows}
        self.before = cache(self._before)
        self.after = cache(self._after)

    def _before(self, code: str) -> str:
        """What a unit is called on the day before, with those above it except the root."""
        day = self.snapshot.effective_on - timedelta(days=1)
        names: list[str] = []
        while code in self.snapshot.units and len(names) < 20:
            versions = self.snapshot.units[code]
            version = version_on(versions, day) or versions[-1]
            names.append(version.name)
            code = version.parent
        return _path(names)

    def _after(self, code: str, day: date) -> str:
        if code not in self.rows:
            return self._before(code)
        names: list[str] = []
        while code in self.rows and len(names) < 20:
            row = self.row(code, day)
            names.append(row.name)
            code = row.parent
        return _path(names)

    def row(self, code: str, day: date) -> UnitRow:
        """The row of a delivered unit that holds on a day, or the nearest."""
        rows = self.rows[code]
        return next((row for row in rows if row.valid_from <= day < row.valid_to), rows[-1])

    def is_under(self, code: str, top: str, day: date) -> bool:
        """Whether a unit is `top` or hangs below it, as delivered; before, where it is not delivered."""
        for _ in range(20):
            if code == top:
                return True
            if code in self.rows:
                code = self.row(code, day).parent
            elif code in self.snapshot.units:
                code = self.snapshot.units[code][-1].parent
            else:
                return False
        return False


def _path(names: list[str]) -> str:
    """From the top down; the root alone is named where there is nothing below it."""
    return " ".join(reversed(names[:-1] if len(names) > 1 else names))


def plan_units(made: Plan, snapshot: Snapshot, chart: Chart) -> None:
    """Add the units to the plan."""
    for code, rows in chart.rows.items():
        held = snapshot.units.get(code)
        wanted = [(row, row.valid_from, row.valid_to) for row in rows]
        steps = compare(held or [], wanted, snapshot.effective_on, _is_same, is_new=held is None)
        _take(made, code, steps, held, snapshot, chart)
    for code, held in snapshot.units.items():
        if code not in chart.rows:
            nothing: list[tuple[UnitRow, date, date]] = []
            steps = compare(held, nothing, snapshot.effective_on, _is_same, is_new=False)
            if not steps.is_empty:
                _take(made, code, steps, held, snapshot, chart)


def _is_same(held: HeldVersion, row: UnitRow) -> bool:
    for name in KINDS_OF_CONTENT:
        value = getattr(row, name)
        if value is not None and value != getattr(held, name):
            return False
    return True


def _take(
    made: Plan,
    code: str,
    steps: Steps[HeldVersion, UnitRow],
    held: list[HeldVersion] | None,
    snapshot: Snapshot,
    chart: Chart,
) -> None:
    corrected: set[str] = set()
    for version, row in steps.kept:
        values = changed({name: getattr(row, name) for name in CORRECTED}, version)
        if values:
            made.versions.corrected.append((version.id, values))
            corrected.update(values)
    made.versions.moved_end += [(version.id, end) for version, end in steps.moved_end]
    made.versions.deleted += [version.id for version in steps.deleted]
    made.versions_begun += [_complete(begun, held, snapshot) for begun in steps.begun]
    if held is None:
        made.units_new.append(code)
    if steps.is_empty and not corrected:
        return
    _describe(made, code, steps, held, snapshot, chart, corrected)


def _complete(
    begun: tuple[UnitRow, date, date], held: list[HeldVersion] | None, snapshot: Snapshot
) -> tuple[UnitRow, date, date]:
    """A new version keeps what the delivery says nothing about."""
    row, begin, end = begun
    before = version_on(held or [], min(begin, snapshot.effective_on) - timedelta(days=1)) if held else None
    for name in ("executive_organ", "appointing_authority", "phone", "location"):
        if getattr(row, name) is None:
            setattr(row, name, getattr(before, name) if before else "")
    return row, begin, end


def _describe(
    made: Plan,
    code: str,
    steps: Steps[HeldVersion, UnitRow],
    held: list[HeldVersion] | None,
    snapshot: Snapshot,
    chart: Chart,
    corrected: set[str],
) -> None:
    effective_on = snapshot.effective_on
    before = version_on(held or [], effective_on - timedelta(days=1)) or (held[-1] if held else None)
    rows = [row for row, _ in steps.kept] + [row for row, _, _ in steps.begun]
    end = max((row.valid_to for row in rows), default=effective_on)
    held_end = max((version.valid_to for version in held), default=FOREVER) if held else FOREVER
    if end < FOREVER and (held is None or end < held_end):
        made.units_ending[code] = max(end, effective_on)
    if held is None:
        kind, day = UNIT_NEW, min(begin for _, begin, _ in steps.begun)
    elif code in made.units_ending:
        kind, day = UNIT_ENDING, made.units_ending[code]
    else:
        kind, day = UNIT_CHANGED, min((begin for _, begin, _ in steps.begun), default=effective_on)
    fields = set(corrected)
    if steps.moved_end and not steps.begun and kind == UNIT_CHANGED:
        fields.add("valid_to")
    if before is not None and steps.begun:
        row = steps.begun[0][0]
        fields |= changed({name: getattr(row, name) for name in KINDS_OF_CONTENT}, before).keys()
    name = rows[-1].name if rows else before.name if before else code
    made.changes.append(
        Change(
            kinds=[kind],
            code=code,
            name=name,
            on=day,
            before=[Place("", chart.before(code))] if before else [],
            after=[Place("", chart.after(code, day))] if rows and kind != UNIT_ENDING else [],
            fields=sorted(fields),
            old_name=before.name if before and before.name != name else "",
        )
    )
