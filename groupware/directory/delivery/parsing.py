"""From lines to typed rows: headers, words, numbers, dates. Every unreadable value is a finding; nothing is repaired.

Codes and numbers are brought to half width and lose white space, names keep the characters they were delivered in.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from groupware.calendar.eras import DateFormatError, parse_date
from groupware.db import FOREVER
from groupware.directory.delivery import layout as layouts
from groupware.directory.delivery.findings import Finding
from groupware.directory.delivery.layout import (
    APPOINTMENT_WORDS,
    EMPLOYMENT_WORDS,
    FLAG_WORDS,
    Column,
    Layout,
)
from groupware.directory.delivery.reading import NotCsv, lines
from groupware.directory.delivery.rows import (
    AppointmentRow,
    Delivery,
    DutyRow,
    PersonRow,
    PostRow,
    Table,
    UnitRow,
)
from groupware.text.folding import fold_kana

LARGEST_NUMBER = 2_147_483_647
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_DAMAGED = re.compile(r"[〓\ufffd]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_SPACE = re.compile(r"\s+")


class _UnreadableError(ValueError):
    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def parse(texts: Mapping[str, str]) -> tuple[Delivery, list[Finding]]:
    """The delivery that the texts hold, and everything that is wrong within single rows."""
    findings: list[Finding] = []
    delivery = Delivery(
        units=_table(layouts.UNITS, texts, findings, UnitRow, "code"),
        posts=_table(layouts.POSTS, texts, findings, PostRow, "code"),
        people=_table(layouts.PEOPLE, texts, findings, PersonRow, "number"),
        appointments=_table(layouts.APPOINTMENTS, texts, findings, AppointmentRow, "number"),
        duties=_table(layouts.DUTIES, texts, findings, DutyRow, "number"),
    )
    return delivery, findings


@dataclass(slots=True)
class _Reader:
    """One file on its way through. `places` are the positions of the columns that the file has."""

    layout: Layout
    findings: list[Finding]
    width: int
    places: list[tuple[Column, int, str]]
    days: dict[str, tuple[date, str | None]]

    def note(self, code: str, line: int, header: str, details: Mapping[str, str]) -> None:
        self.findings.append(Finding(code, self.layout.file, line, header, details))

    def values(self, line: int, cells: list[str]) -> tuple[dict[str, Any], bool]:
        """The readable values of a row, and whether all of them are."""
        if len(cells) < self.width or (
            len(cells) > self.width and any(c.strip() for c in cells[self.width :])
        ):
            code = "too_few_columns" if len(cells) < self.width else "too_many_columns"
            self.note(code, line, "", {"found": str(len(cells)), "expected": str(self.width)})
            first = {column.field: place for column, place, _ in self.places}
            known = {
                name: cells[first[name]]
                for name in ("code", "number")
                if first.get(name, len(cells)) < len(cells)
            }
            return {name: _plain(text) for name, text in known.items()}, False
        found: dict[str, Any] = {}
        is_sound = True
        for column, place, header in self.places:
            text = cells[place].strip()
            try:
                found[column.field] = self.value(column, text, line, header)
            except _UnreadableError as error:
                self.note(error.code, line, header, {"value": text[:80], **error.details})
                is_sound = False
        return found, is_sound

    def value(self, column: Column, text: str, line: int, header: str) -> Any:
        if _CONTROL.search(text):
            raise _UnreadableError("control_character")
        if column.is_filled and not text:
            raise _UnreadableError("empty")
        if column.kind in ("first_day", "last_day"):
            return self.day(column, text, line, header)
        value = _READERS[column.kind](text)
        if isinstance(value, str) and not value.isascii():
            for code, pattern in (("damaged_character", _DAMAGED), ("private_character", _PRIVATE)):
                if pattern.search(value):
                    self.note(code, line, header, {"value": value[:80]})
        if isinstance(value, str) and len(value) > column.length:
            raise _UnreadableError("too_long", limit=str(column.length))
        return value

    def day(self, column: Column, text: str, line: int, header: str) -> date | None:
        """The first day as it is; the last day as the day after it. Half of a file's dates are the same few."""
        if not text:
            return None if column.kind == "first_day" else FOREVER
        if text not in self.days:
            try:
                parsed = parse_date(text)
            except DateFormatError as error:
                raise _UnreadableError(error.code) from None
            self.days[text] = (parsed.date, parsed.remark)
        day, remark = self.days[text]
        if remark:
            self.note("era_year_remark", line, header, {"value": text, "day": day.isoformat()})
        if column.kind == "first_day":
            return day
        return FOREVER if day.year >= FOREVER.year else day + timedelta(days=1)


def _table(
    layout: Layout, texts: Mapping[str, str], findings: list[Finding], row_type: Callable[..., Any], key: str
) -> Table[Any]:
    table: Table[Any] = Table()
    if layout.file not in texts:
        table.is_present = False
        return table
    rows = lines(texts[layout.file])
    try:
        header = next(rows, None)
        reader = _reader(layout, header[1] if header else [], findings)
        if reader is None:
            table.is_present = False
            return table
        table.headers = {column.field: name for column, _, name in reader.places}
        is_empty = True
        for line, cells in rows:
            is_empty = False
            values, is_sound = reader.values(line, cells)
            if is_sound:
                table.rows.append(row_type(line=line, **values))
            elif isinstance(values.get(key), str):
                table.faulty.setdefault(values[key], line)
        if is_empty and layout.is_expected:
            findings.append(Finding("no_rows", layout.file))
    except NotCsv as error:
        findings.append(Finding("not_csv", layout.file, error.line))
        table.is_present = False
    return table


def _reader(layout: Layout, headers: list[str], findings: list[Finding]) -> _Reader | None:
    """Which column stands where. None if an expected one is missing: rows cannot be judged then."""
    known = {_plain(name): column for column in layout.columns for name in (column.name, *column.aliases)}
    places: dict[str, tuple[Column, int, str]] = {}
    is_usable = True
    while headers and not headers[-1].strip():
        headers = headers[:-1]
    for place, header in enumerate(headers):
        column = known.get(_plain(header))
        if column is None:
            findings.append(
                Finding("unknown_column", layout.file, 1, header.strip(), {"column": header.strip()})
            )
        elif column.field in places:
            findings.append(
                Finding("column_twice", layout.file, 1, header.strip(), {"column": header.strip()})
            )
            is_usable = False
        else:
            places[column.field] = (column, place, header.strip())
    for column in layout.columns:
        if column.is_expected and column.field not in places:
            findings.append(Finding("column_missing", layout.file, 1, column.name, {"column": column.name}))
            is_usable = False
    return _Reader(layout, findings, len(headers), list(places.values()), {}) if is_usable else None


def _plain(text: str) -> str:
    return text if text.isascii() and text.isalnum() else _SPACE.sub("", unicodedata.normalize("NFKC", text))


def _name(text: str) -> str:
    return text


def _kana(text: str) -> str:
    return _SPACE.sub(" ", fold_kana(unicodedata.normalize("NFKC", text)))


def _number(text: str) -> int:
    plain = _plain(text)
    if not plain:
        return 0
    is_number = plain.isascii() and plain.isdecimal() and len(plain) <= 10
    if not is_number or int(plain) > LARGEST_NUMBER:
        raise _UnreadableError("not_a_number")
    return int(plain)


def _email(text: str) -> str:
    plain = _plain(text)
    if plain and not _EMAIL.fullmatch(plain):
        raise _UnreadableError("wrong_email")
    return plain


def _word(words: Mapping[str, Any]) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        plain = _plain(text)
        if plain not in words:
            known: Iterable[str] = (word for word in words if word)
            raise _UnreadableError("unknown_word", known=" ".join(known))
        value = words[plain]
        return getattr(value, "value", value)

    return read


_READERS: Mapping[str, Callable[[str], Any]] = {
    "name": _name,
    "kana": _kana,
    "code": _plain,
    "number": _number,
    "email": _email,
    "employment": _word(EMPLOYMENT_WORDS),
    "appointment": _word(APPOINTMENT_WORDS),
    "flag": _word(FLAG_WORDS),
}
