"""A paper ledger of bookings as a table of texts: which column is which, and what day and times a line says. Pure.

A ledger is what a section has kept in a spreadsheet or on paper for a year: facility, day, from, to, purpose, for whom, telephone,
number. With a line of headings the columns may stand in any order, without one they stand in this one. A list of bookings that left
this program comes in again: there the beginning and the end say their days themselves, and the state stands behind.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from groupware.calendar.eras import DateFormatError, parse_date
from groupware.i18n import lazy_gettext, lazy_pgettext
from plugins.facility.tables import Layout, Line, Unreadable

COLUMNS = {
    "facility": lazy_gettext("Facility"),
    "day": lazy_pgettext("booking", "Day"),
    "begins": lazy_pgettext("booking", "From"),
    "ends": lazy_pgettext("booking", "To"),
    "title": lazy_gettext("Purpose"),
    "user": lazy_pgettext("booking", "For"),
    "contact": lazy_gettext("Telephone"),
    "quantity": lazy_pgettext("facility", "Number"),
}
_HEADINGS = {
    "facility": "設備 設備名 施設 施設名 会議室 会議室名 部屋 部屋名 室名 場所 公用車 車両 備品 備品名 facility room",
    "day": "日 日付 月日 年月日 利用日 使用日 予約日 開催日 date day",
    "begins": "開始 開始時刻 開始時間 から 自 時間 時刻 利用時間 使用時間 時間帯 from start time",
    "ends": "終了 終了時刻 終了時間 まで 至 to end until",
    "title": "用途 目的 件名 利用目的 使用目的 会議名 内容 行事名 purpose title",
    "user": "利用者 利用者名 使用者 使用者名 予約者 申込者 申請者 担当者 氏名 職員番号 for user name",
    "contact": "連絡先 内線 内線番号 電話 電話番号 telephone phone contact",
    "quantity": "数 数量 個数 台数 number quantity",
    "state": "状態 state",
}
LAYOUT = Layout(COLUMNS, ("facility", "begins", "title"), _HEADINGS)
_WEEKDAY = re.compile(r"\(?[月火水木金土日]\)?$|\([A-Za-z]{3}\)$")
_CLOCK = re.compile(
    r"(?P<half>午前|午後|am|pm)?(?P<hour>\d{1,2})(?:[:時](?P<minute>\d{1,2})?分?(?::\d{2})?|(?P<more>\d{2}))?(?P<halves>半)?"
)
_MOMENT = re.compile(r"(?P<day>\d{4}[-/.]\d{1,2}[-/.]\d{1,2})[ T](?P<clock>\d{1,2}:\d{2}(?::\d{2})?)")
"""A day and a time in one cell, as lists have them that leave this program."""
_BETWEEN = re.compile(r"[~\-]|から")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc\u301c\uff5e", "-"))
DAY_MINUTES = 24 * 60
WHOLE_DAY = "終日"


@dataclass(frozen=True, slots=True)
class Times:
    """From and until when, in minutes from the midnight of the first day; both None for the hours in which the facility is open."""

    begins: int | None
    ends: int | None


def day_of(line: Line) -> date:
    """The day, as 2026/4/1, R8.4.1, 令和8年4月1日 or with its weekday behind it; that of the beginning without. Raises Unreadable."""
    moment = _moment(line, "begins")
    text = unicodedata.normalize("NFKC", line.cells.get("day", "") or (moment["day"] if moment else ""))
    try:
        return parse_date(_WEEKDAY.sub("", text.strip()) if not text.endswith("日") else text).date
    except DateFormatError:
        raise Unreadable("day") from None


def times_of(line: Line) -> Times:
    """The times, as 9:00, 13時30分, 午後1時, 0930 or 9:00〜11:00 in one cell. 24:00 is the end of the day. Raises Unreadable."""
    first, last = _moment(line, "begins"), _moment(line, "ends")
    if first is not None:
        days = (_plain_day(last["day"]) - _plain_day(first["day"])).days if last is not None else 0
        ends = last["clock"] if last is not None else line.cells.get("ends", "")
        return Times(_minutes(first["clock"], "begins"), days * DAY_MINUTES + _minutes(ends, "ends"))
    begins, ends = line.cells.get("begins", ""), line.cells.get("ends", "")
    if not ends:
        parts = _BETWEEN.split(_half_width(begins))
        begins, ends = parts if len(parts) == 2 else (begins, "")
    if begins in ("", WHOLE_DAY) and ends in ("", WHOLE_DAY):
        return Times(None, None)
    return Times(_minutes(begins, "begins"), _minutes(ends, "ends"))


def _moment(line: Line, column: str) -> re.Match[str] | None:
    return _MOMENT.fullmatch(unicodedata.normalize("NFKC", line.cells.get(column, "")).strip())


def _plain_day(text: str) -> date:
    try:
        return parse_date(text).date
    except DateFormatError:
        raise Unreadable("day") from None


def _half_width(text: str) -> str:
    return unicodedata.normalize("NFKC", text.translate(_DASHES)).replace(" ", "").lower()


def _minutes(text: str, column: str) -> int:
    match = _CLOCK.fullmatch(_half_width(text))
    if match is None:
        raise Unreadable(column)
    hour = int(match["hour"]) + (12 if match["half"] in ("午後", "pm") and int(match["hour"]) < 12 else 0)
    minute = 30 if match["halves"] else int(match["minute"] or match["more"] or 0)
    if minute > 59 or hour * 60 + minute > DAY_MINUTES:
        raise Unreadable(column)
    return hour * 60 + minute


def quantity_of(line: Line) -> int:
    """How many; 1 where nothing is said. Raises Unreadable."""
    text = _half_width(line.cells.get("quantity", "")).rstrip("台個本枚脚")
    if not text:
        return 1
    if not text.isdecimal() or len(text) > 6 or int(text) < 1:
        raise Unreadable("quantity")
    return int(text)
