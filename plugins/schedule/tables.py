"""Own events as a table of texts: which column is which, and what time a line says. Pure but for the time zone of the municipality.

It reads what the list of events is exported as, and what people keep in a spreadsheet. With a line of headings the columns may stand in any
order, and those that nobody knows are left out; without one they stand in the order of `COLUMNS`.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from groupware import clock
from groupware.calendar.eras import DateFormatError, parse_date
from groupware.i18n import lazy_pgettext
from groupware.text.folding import fold
from plugins.schedule.enums import ALL_DAY, FIELD_LABELS

COLUMNS = {
    "starts": lazy_pgettext("event", "From"),
    "ends": lazy_pgettext("event", "To"),
    "all_day": ALL_DAY,
    "title": FIELD_LABELS["title"],
    "place": FIELD_LABELS["place"],
    "kind": FIELD_LABELS["kind_id"],
    "text": FIELD_LABELS["text"],
}
_HEADINGS = {
    "starts": "開始 開始日時 日付 日時 年月日 from start date",
    "ends": "終了 終了日時 まで to end until",
    "all_day": "終日 allday",
    "title": "件名 予定 タイトル 用件 内容名 title subject",
    "place": "場所 会場 place location",
    "kind": "予定種別 種別 分類 kind category",
    "text": "内容 メモ 備考 詳細 details description notes",
}
NEEDED = ("starts", "title")
_SURE = 2
"""As many known headings make a line one of headings."""
_YES = frozenset(["はい", "○", "〇", "1", "true", "yes", "終日"])
_CLOCK = re.compile(r"(\d{1,2})(?:[:時](\d{1,2})?分?(?::\d{2})?)")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table, counted from 1 with the headings, by column. A column that is not there is empty."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Times:
    """When an event takes place, both aware."""

    starts_at: datetime
    ends_at: datetime
    is_all_day: bool


class Unreadable(ValueError):
    """A cell that cannot be read; the argument is its column."""


def lines_of(table: Sequence[Sequence[str]]) -> tuple[list[Line], list[str]]:
    """The lines that hold anything, and the columns that are needed and missing (then there are no lines)."""
    rows = [(number, [" ".join(cell.split()) for cell in row]) for number, row in enumerate(table, 1)]
    rows = [(number, cells) for number, cells in rows if any(cells)]
    order = _order(rows[0][1]) if rows else None
    if order is None:
        order = list(COLUMNS)
    else:
        rows = rows[1:]
    missing = [name for name in NEEDED if name not in order]
    if missing:
        return [], missing
    return [
        Line(number, {name: cell for name, cell in zip(order, cells, strict=False) if name})
        for number, cells in rows
    ], []


def _order(cells: Sequence[str]) -> list[str] | None:
    known = {fold(word): name for name, words in _HEADINGS.items() for word in words.split()}
    known |= {fold(str(label), spaces="remove"): name for name, label in COLUMNS.items()}
    found = [known.get(fold(cell, spaces="remove"), "") for cell in cells]
    named = [name for name in found if name]
    return found if len(named) >= _SURE and len(named) == len(set(named)) else None


def times_of(line: Line) -> Times:
    """When the event of a line takes place.

    A day alone is the whole of it; an end without a day is on the same one; without an end it lasts an hour. Raises Unreadable.
    """
    first = _moment(line.cells.get("starts", ""), "starts", None)
    written = line.cells.get("ends", "")
    last = _moment(written, "ends", first) if written else None
    if _is_yes(line.cells.get("all_day", "")) or first.at is None:
        end = (last or first).day
        # The list is exported with the midnight after the last day.
        if last is not None and last.at == time(0) and end > first.day:
            end -= timedelta(days=1)
        if not 1900 < first.day.year < 2200 or not 1900 < end.year < 2200:
            raise Unreadable("starts")
        return Times(
            clock.midnight(first.day.date()), clock.midnight(end.date() + timedelta(days=1)), is_all_day=True
        )
    starts_at = _instant(first, "starts")
    if last is None:
        return Times(starts_at, starts_at + timedelta(hours=1), is_all_day=False)
    return Times(starts_at, _instant(last, "ends"), is_all_day=False)


@dataclass(frozen=True, slots=True)
class _Moment:
    day: datetime
    at: time | None


def _moment(text: str, column: str, near: _Moment | None) -> _Moment:
    plain = unicodedata.normalize("NFKC", text).strip()
    day, _, at = plain.rpartition(" ") if _CLOCK.fullmatch(plain.rpartition(" ")[2]) else (plain, "", "")
    if not day and near is None:
        raise Unreadable(column)
    try:
        found = datetime.combine(parse_date(day).date, time.min) if day else near.day  # type: ignore[union-attr]
        match = _CLOCK.fullmatch(at)
        return _Moment(found, time(int(match[1]), int(match[2] or 0)) if match is not None else None)
    except (DateFormatError, ValueError):
        raise Unreadable(column) from None


def _instant(moment: _Moment, column: str) -> datetime:
    if not 1900 < moment.day.year < 2200 or moment.at is None:
        raise Unreadable(column)
    return clock.local(clock.midnight(moment.day.date())).replace(
        hour=moment.at.hour, minute=moment.at.minute
    )


def _is_yes(text: str) -> bool:
    return fold(text) in {fold(word) for word in _YES}
