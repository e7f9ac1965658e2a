"""Era dates 和暦: a table of eras, formatting, and reading of the dates that personnel departments send.

Sources. 平成 and 令和 begin on the day their cabinet order under the Era Name Act (元号法) took effect; 明治, 大正
and 昭和 on the day of the proclamation that named them. Before 1 January 1873 (明治6年) the civil calendar was
lunisolar (太政官布告 of 1872, no. 337, ended it), so an era date earlier than that is no Gregorian date and is
neither written nor read here. Single letters and two-digit years follow JIS X 0301.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final, Literal

Remark = Literal["era_year_out_of_range"]
DateFault = Literal["unknown_format", "no_such_day", "era_year_out_of_range"]

GREGORIAN_SINCE: Final = date(1873, 1, 1)

ERA_OVERRUN_YEARS: Final = 2
"""How many years past its last one a closed era is still read: lists drawn up before a change of era, and forms that
were not renewed at once, carry 平成32年 or 昭和65年. Further out a typing error is likelier than a stale form."""

LAST_YEAR_OF_OPEN_ERA: Final = 99
"""Two digits are all that forms and JIS X 0301 give an era year."""


@dataclass(frozen=True, slots=True)
class Era:
    """An era. `start` is its first day; the day before the next era's `start` is its last.

    `first_fiscal_year` is the fiscal year called 元年度, or 2年度 where the era's first year was over before April.
    """

    name: str
    letter: str
    start: date
    first_fiscal_year: int

    @property
    def year_before(self) -> int:
        """The western year to which an era year is added."""
        return self.start.year - 1


# A fiscal year bears the era of its April, with one kind of exception: the year in which an era began after 1 April
# is renamed as a whole. 2019 is 令和元年度: 関係省庁連絡会議申合せ of 1 April 2019 on the budget year, which cities
# follow. 1926 stayed 大正15年度, since 昭和元年 lasted a week.
ERAS: Final = (
    Era("明治", "M", date(1868, 10, 23), 1868),
    Era("大正", "T", date(1912, 7, 30), 1912),
    Era("昭和", "S", date(1926, 12, 25), 1927),
    Era("平成", "H", date(1989, 1, 8), 1989),
    Era("令和", "R", date(2019, 5, 1), 2019),
)

_ERA_BY_MARK: Final[Mapping[str, Era]] = {
    mark: era for era in ERAS for mark in (era.name, era.name[0], era.letter, era.letter.lower())
}
_LAST_DAY_YEAR: Final[Mapping[str, int]] = {
    era.name: following.start.year for era, following in pairwise(ERAS)
}


class DateFormatError(ValueError):
    """The text is no date this house can read; `code` says why and is stable:

    - `unknown_format`: none of the known ways to write a date,
    - `no_such_day`: a known way, but the calendar has no such day,
    - `era_year_out_of_range`: the era never had such a year, and it is too far off to be a stale form.
    """

    def __init__(self, code: DateFault, text: str) -> None:
        super().__init__(f"{code}: {text!r}")
        self.code: Final[DateFault] = code
        self.text = text


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A date that was read. `remark` is None, or why a person should look at it although it is unambiguous.

    `era_year_out_of_range`: on that day the era named was not yet, or no longer, in force (平成0年, 昭和65年).
    """

    date: date
    remark: Remark | None = None


def era_of(day: date) -> Era | None:
    """The era in force on `day`; the day of a change belongs to the new era. None before 1873."""
    if day < GREGORIAN_SINCE:
        return None
    return next(era for era in reversed(ERAS) if era.start <= day)


def format_wareki(day: date, style: Literal["long", "short"] = "long") -> str:
    """`day` as 令和8年11月22日 (long; the first year is 元年) or R8.11.22 (short; the first year is 1).

    A day before 1873 is written with its western year, in the same style.
    """
    era = era_of(day)
    year = day.year - (era.year_before if era else 0)
    if style == "short":
        return f"{era.letter if era else ''}{year}.{day.month}.{day.day}"
    return f"{_year_name(era, year)}年{day.month}月{day.day}日"


def format_wareki_fiscal(year: int) -> str:
    """Fiscal year `year` as 令和8年度. 2019 is 令和元年度 as a whole; before 1873 the western year is written."""
    era = next((era for era in reversed(ERAS) if era.first_fiscal_year <= year), None)
    if era is None or year < GREGORIAN_SINCE.year:
        return f"{year}年度"
    return f"{_year_name(era, year - era.year_before)}年度"


def _year_name(era: Era | None, year: int) -> str:
    return f"{era.name if era else ''}{'元' if era and year == 1 else year}"


# Personnel systems append midnight to a day when a date column was stored as an instant.
_MIDNIGHT = r"(?:(?:[ T]|(?<=日))0{1,2}:00(?::00(?:\.0+)?)?)?"
_YEAR = (
    r"(?P<era>明治|大正|昭和|平成|令和|[明大昭平令MTSHRmtshr])(?P<year>元|[0-9]{1,4})|(?P<western>[0-9]{4})"
)
_WITH_SEPARATORS = re.compile(
    rf"(?:{_YEAR})(?:年(?P<m1>[0-9]{{1,2}})月(?P<d1>[0-9]{{1,2}})日"
    rf"|(?P<separator>[-/.])(?P<m2>[0-9]{{1,2}})(?P=separator)(?P<d2>[0-9]{{1,2}})){_MIDNIGHT}"
)
_COMPACT = re.compile(
    r"(?:(?P<western>[0-9]{4})|(?P<era>[MTSHRmtshr])(?P<year>[0-9]{2}))(?P<m1>[0-9]{2})(?P<d1>[0-9]{2})"
)
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc", "-"))
# A space between two digits separates numbers; anywhere else it is layout.
_LAYOUT_SPACE = re.compile(r"(?<![0-9])\s+|\s+(?![0-9])")


def parse_date(text: str) -> ParsedDate:
    """Read a date written as 2024-04-01, 2024/4/1, 2024.4.1, 2024年4月1日, 20240401, 令和6年4月1日, 令和元年5月1日,
    令6.4.1, R6.4.1, S60/4/1, H05-04-01, R060401 or ㍻5年4月1日, in full or half width, with spaces.

    The outcome depends on `text` alone. An era year outside its era is read and remarked upon as long as it is 0 or
    at most `ERA_OVERRUN_YEARS` beyond the last. Raises `DateFormatError`.
    """
    written = _LAYOUT_SPACE.sub("", unicodedata.normalize("NFKC", text).translate(_DASHES))
    match = _WITH_SEPARATORS.fullmatch(written) or _COMPACT.fullmatch(written)
    if match is None:
        raise DateFormatError("unknown_format", text)
    part = match.groupdict()
    era = _ERA_BY_MARK[part["era"]] if part["era"] else None
    year = _western_year(era, part["year"], text) if era else int(part["western"])
    try:
        day = date(year, int(part["m1"] or part["m2"]), int(part["d1"] or part["d2"]))
    except ValueError:
        raise DateFormatError("no_such_day", text) from None
    return ParsedDate(day, "era_year_out_of_range" if era and era_of(day) is not era else None)


# In running text a date neither begins within a word or a number nor ends within one.
_IN_TEXT = re.compile(rf"(?<![0-9A-Za-z.])(?:{_WITH_SEPARATORS.pattern}|(?P<compact>[0-9]{{8}}))(?![0-9])")


def dates_in(text: str) -> Iterator[tuple[int, int, date]]:
    """The dates written in `text`, in their order, as (begin, end, day); `text` is in half width, as `text.folding` leaves it.

    What looks like a date and is none (2026.13.40) is left out, and so is a day without its year.
    """
    for match in _IN_TEXT.finditer(text):
        try:
            yield match.start(), match.end(), parse_date(match[0]).date
        except DateFormatError:
            continue


def _western_year(era: Era, written: str, text: str) -> int:
    number = 1 if written == "元" else int(written)
    year = era.year_before + number
    last = _LAST_DAY_YEAR.get(era.name)
    latest = era.year_before + LAST_YEAR_OF_OPEN_ERA if last is None else last + ERA_OVERRUN_YEARS
    if not GREGORIAN_SINCE.year <= year <= latest:
        raise DateFormatError("era_year_out_of_range", text)
    return year
