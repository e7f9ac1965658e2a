"""A recurrence in words: 毎月第2火曜日(2027年3月31日まで、休日のときは前の開庁日), "every month on the second Tuesday".

Japanese for the locale `ja` and English for any other, as in `holidays`. A rule that people could not have chosen from a form
is said to be a special one rather than being said wrongly.
"""

import re
from collections.abc import Mapping
from typing import Final

from groupware.calendar.recurrence.rules import WEEK, HolidayRule, Recurrence, last_day

_JA_DAYS: Final = dict(zip(WEEK, "月火水木金土日", strict=True))
_EN_DAYS: Final = dict(
    zip(
        WEEK,
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)
_EN_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
    *("November", "December"),
)
_EN_PLACES: Final = {"1": "first", "2": "second", "3": "third", "4": "fourth", "5": "fifth", "-1": "last"}
_DAY: Final = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_JA_HOLIDAYS: Final[Mapping[HolidayRule, str]] = {
    "skip": "休日は除く",
    "previous": "休日のときは前の開庁日",
    "next": "休日のときは次の開庁日",
}
_EN_HOLIDAYS: Final[Mapping[HolidayRule, str]] = {
    "skip": "not when the office is closed",
    "previous": "on the working day before when the office is closed",
    "next": "on the next working day when the office is closed",
}
_KNOWN: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH"})


def in_words(recurrence: Recurrence, locale: str = "ja") -> str:
    """One sentence without a full stop."""
    is_ja = locale.startswith("ja")
    parts = recurrence.parts
    if not parts:
        number = len(set(recurrence.days))
        return f"選んだ日({number}日)" if is_ja else f"on {number} chosen days"
    core = (_japanese if is_ja else _english)(recurrence)
    remarks = _remarks(recurrence, is_ja=is_ja)
    if not remarks:
        return core
    return f"{core}({'、'.join(remarks)})" if is_ja else f"{core} ({', '.join(remarks)})"


def _remarks(recurrence: Recurrence, *, is_ja: bool) -> list[str]:
    found = []
    last = last_day(recurrence)
    if last is not None:
        found.append(
            f"{last.year}年{last.month}月{last.day}日まで"
            if is_ja
            else f"until {last.day} {_EN_MONTHS[last.month - 1]} {last.year}"
        )
    if count := recurrence.parts.get("COUNT"):
        found.append(f"{count}回" if is_ja else f"{count} times")
    if recurrence.holidays != "keep":
        found.append((_JA_HOLIDAYS if is_ja else _EN_HOLIDAYS)[recurrence.holidays])
    if recurrence.days:
        number = len(set(recurrence.days))
        found.append(f"ほかに選んだ{number}日" if is_ja else f"and on {number} chosen days")
    return found


def _days(recurrence: Recurrence) -> list[tuple[str, str]] | None:
    """(place, day) of BYDAY; None where the rule is no simple one."""
    parts = recurrence.parts
    pairs = [found.groups() for one in parts.get("BYDAY", "").split(",") if (found := _DAY.fullmatch(one))]
    days = [((place or "").lstrip("+"), day) for place, day in pairs]
    is_whole = len(days) == (parts["BYDAY"].count(",") + 1 if "BYDAY" in parts else 0)
    is_simple = all(not place or place in _EN_PLACES for place, _ in days)
    is_mixed = len({bool(place) for place, _ in days}) > 1 or ("BYMONTHDAY" in parts and "BYDAY" in parts)
    return days if _KNOWN.issuperset(parts) and is_whole and is_simple and not is_mixed else None


def _japanese(recurrence: Recurrence) -> str:
    parts, days, starts = recurrence.parts, _days(recurrence), recurrence.starts
    frequency, interval = parts["FREQ"], int(parts.get("INTERVAL", "1"))
    special = "特別な条件での繰り返し"
    if days is None or any(day.startswith("-") and day != "-1" for day in _month_days(parts)):
        return special
    names = "・".join(_JA_DAYS[day] for _, day in days)
    month_days = "・".join("末日" if day == "-1" else f"{day}日" for day in _month_days(parts))
    if frequency == "DAILY":
        return special if days or month_days or "BYMONTH" in parts else _every(interval, "日", "毎日")
    if frequency == "WEEKLY":
        every = _every(interval, "週間", "毎週")
        if "BYMONTH" in parts:
            return special
        if interval == 1 and {day for _, day in days} == set(WEEK[:5]):
            return "平日(月〜金曜日)"
        return f"{every} {names or _JA_DAYS[WEEK[starts.weekday()]]}曜日"
    placed = "・".join(
        f"{'最終' if place == '-1' else f'第{place}'}{_JA_DAYS[day]}曜日" for place, day in days
    )
    if days and not all(place for place, _ in days):
        return special
    if frequency == "MONTHLY":
        if "BYMONTH" in parts:
            return special
        return f"{_every(interval, 'か月', '毎月')} {placed or month_days or f'{starts.day}日'}"
    if placed and "BYMONTH" not in parts:
        return special
    months = "・".join(f"{month}月" for month in parts.get("BYMONTH", str(starts.month)).split(","))
    return f"{_every(interval, '年', '毎年')} {months}{'の' if placed else ''}{placed or month_days or f'{starts.day}日'}"


def _english(recurrence: Recurrence) -> str:
    parts, days, starts = recurrence.parts, _days(recurrence), recurrence.starts
    frequency, interval = parts["FREQ"], int(parts.get("INTERVAL", "1"))
    special = "by a special rule"
    if days is None or any(day.startswith("-") and day != "-1" for day in _month_days(parts)):
        return special
    month_days = ", ".join("the last day" if day == "-1" else f"day {day}" for day in _month_days(parts))
    if frequency == "DAILY":
        return special if days or month_days or "BYMONTH" in parts else _each(interval, "day")
    if frequency == "WEEKLY":
        if "BYMONTH" in parts:
            return special
        if interval == 1 and {day for _, day in days} == set(WEEK[:5]):
            return "every weekday"
        names = ", ".join(_EN_DAYS[day] for _, day in days) or _EN_DAYS[WEEK[starts.weekday()]]
        return f"{_each(interval, 'week')} on {names}"
    placed = ", ".join(f"the {_EN_PLACES[place]} {_EN_DAYS[day]}" for place, day in days if place)
    if days and not all(place for place, _ in days):
        return special
    when = placed or month_days or f"day {starts.day}"
    if frequency == "MONTHLY":
        return special if "BYMONTH" in parts else f"{_each(interval, 'month')} on {when}"
    if placed and "BYMONTH" not in parts:
        return special
    numbers = [int(month) for month in parts.get("BYMONTH", str(starts.month)).split(",")]
    return f"{_each(interval, 'year')} on {when} of {', '.join(_EN_MONTHS[number - 1] for number in numbers)}"


def _month_days(parts: Mapping[str, str]) -> list[str]:
    return [day.lstrip("+") for day in parts["BYMONTHDAY"].split(",")] if "BYMONTHDAY" in parts else []


def _every(interval: int, unit: str, one: str) -> str:
    return one if interval == 1 else f"{interval}{unit}ごと"


def _each(interval: int, unit: str) -> str:
    return f"every {unit}" if interval == 1 else f"every {interval} {unit}s"
