"""Write the directory as a delivery: the same files, so that what was written out changes nothing when it comes in.

Written is what holds on a day and what is to come after it; history is not part of a delivery, nor are people kept by
hand. Values are written as they are: these files are for machines, and a neutralised formula would come back as another
name.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import jaconv

from groupware.db import FOREVER
from groupware.directory.delivery import layout as layouts
from groupware.directory.delivery.layout import APPOINTMENT_WORDS, EMPLOYMENT_WORDS, Column, Layout, written
from groupware.directory.delivery.reading import CP932, UTF_8_BOM
from groupware.directory.delivery.snapshot import HeldPerson, Snapshot

ENCODINGS: Final = (UTF_8_BOM, CP932)
GETA: Final = "〓"


@dataclass(frozen=True, slots=True)
class Replacement:
    """A character that CP932 does not have and that became 〓, or vanished if it only chose a variant."""

    file: str
    line: int
    column: str
    value: str
    character: str


@dataclass(slots=True)
class Export:
    """The files, and what was lost on the way to CP932: such a delivery does not come in again unchanged."""

    files: dict[str, bytes] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    replacements: list[Replacement] = field(default_factory=list)


def export(snapshot: Snapshot, encoding: str = UTF_8_BOM) -> Export:
    """The directory from the day of the snapshot on, in CSV with CRLF, as UTF-8 with a byte order mark or as CP932."""
    made = Export()
    tables: Mapping[Layout, Iterable[Mapping[str, Any]]] = {
        layouts.UNITS: _units(snapshot),
        layouts.POSTS: (
            {"code": code, "name": name, "rank": rank} for code, (name, rank) in snapshot.posts.items()
        ),
        layouts.PEOPLE: _people(snapshot),
        layouts.APPOINTMENTS: _appointments(snapshot),
        layouts.DUTIES: _duties(snapshot),
    }
    for layout, rows in tables.items():
        target = io.StringIO()
        writer = csv.writer(target, lineterminator="\r\n")
        writer.writerow([column.name for column in layout.columns])
        for line, row in enumerate(rows, start=2):
            cells = [_cell(column, row.get(column.field)) for column in layout.columns]
            if encoding == CP932:
                cells = [
                    _fitting(made, layout.file, line, c.name, t)
                    for c, t in zip(layout.columns, cells, strict=True)
                ]
            writer.writerow(cells)
            made.rows[layout.file] = line - 1
        made.rows.setdefault(layout.file, 0)
        made.files[layout.file] = target.getvalue().encode(encoding)
    return made


def _fitting(made: Export, file: str, line: int, column: str, text: str) -> str:
    """The text in what CP932 has."""
    try:
        text.encode(CP932)
    except UnicodeEncodeError:
        letters: list[str] = []
        for letter in text:
            try:
                letter.encode(CP932)
                letters.append(letter)
            except UnicodeEncodeError:
                is_selector = 0xFE00 <= ord(letter) <= 0xFE0F or 0xE0100 <= ord(letter) <= 0xE01EF
                letters.append("" if is_selector else GETA)
                made.replacements.append(Replacement(file, line, column, text, letter))
        return "".join(letters)
    return text


def _cell(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.kind == "first_day":
        return f"{value:%Y/%m/%d}"
    if column.kind == "last_day":
        return "" if value == FOREVER else f"{value - timedelta(days=1):%Y/%m/%d}"
    if column.kind == "employment":
        return written(EMPLOYMENT_WORDS, value)
    if column.kind == "appointment":
        return written(APPOINTMENT_WORDS, value)
    if column.kind == "kana":
        return jaconv.hira2kata(value)
    if column.kind == "flag":
        return "1" if value else "0"
    return str(value)


def _units(snapshot: Snapshot) -> Iterable[dict[str, Any]]:
    for code, versions in snapshot.units.items():
        for version in versions:
            if version.valid_to > snapshot.effective_on:
                yield {"code": code, **_fields(version)}


def _people(snapshot: Snapshot) -> Iterable[dict[str, Any]]:
    for person in _delivered(snapshot):
        values = _fields(person)
        numbers = snapshot.numbers.get(person.id, [])
        begin = next((n.valid_from for n in numbers if n.number == person.number), date.min)
        former = [n.number for n in numbers if n.valid_from < begin]
        yield {
            **values,
            "name": person.legal_name,
            "kana": person.kana_name,
            "old_number": former[-1] if former else "",
        }


def _appointments(snapshot: Snapshot) -> Iterable[dict[str, Any]]:
    for person in _delivered(snapshot):
        for appointment in snapshot.appointments.get(person.id, ()):
            if appointment.valid_to > snapshot.effective_on:
                superior = snapshot.people.get(appointment.superior_id or -1)
                yield {
                    **_fields(appointment),
                    "number": person.number,
                    "superior": superior.number if superior else "",
                }


def _duties(snapshot: Snapshot) -> Iterable[dict[str, Any]]:
    for duty in snapshot.duties:
        person = snapshot.people[duty.person_id]
        if person.left_on > snapshot.effective_on and not person.is_kept_by_hand:
            yield {**_fields(duty), "number": person.number}


def _delivered(snapshot: Snapshot) -> Iterable[HeldPerson]:
    for person in sorted(snapshot.people.values(), key=lambda one: one.number):
        if person.left_on > snapshot.effective_on and not person.is_kept_by_hand:
            yield person


def _fields(held: Any) -> dict[str, Any]:
    return {name: getattr(held, name) for name in held.__dataclass_fields__}
