"""Fill the texts: dates that are working days, people and places that exist, words drawn from lists."""

import random
import re
from collections.abc import Iterator
from datetime import date, timedelta

from groupware.calendar.holidays import is_working_day, next_working_day
from groupware.demo.context import DemoContext, DemoPerson, DemoUnit
from plugins.bulletin.seed.texts import table

WEEKDAYS = "月火水木金土日"
_CHOICE = re.compile(r"\{([^{}|]*(?:\|[^{}|]*)+)\}")
_LISTS = {
    "system": "systems",
    "mailtopic": "mailtopics",
    "feature": "features",
    "course": "courses",
    "room": "rooms",
    "smallroom": "smallrooms",
    "time": "times",
    "motto": "mottos",
    "securitytip": "securitytips",
}


def working_day(day: date) -> date:
    """The day itself or the next on which the office is open."""
    return day if is_working_day(day) else next_working_day(day)


def spoken(day: date) -> str:
    """11月29日(金)."""
    return f"{day.month}月{day.day}日({WEEKDAYS[day.weekday()]})"


class Words(dict[str, str]):
    """The words of one posting: a place holder that occurs twice is filled alike."""

    def __init__(
        self, context: DemoContext, rng: random.Random, unit: DemoUnit, author: DemoPerson, day: date
    ) -> None:
        super().__init__(
            unit=unit.name,
            bureau=unit.top.name if unit.top else unit.name,
            head=unit.top.chief.post.name if unit.top and unit.top.chief else "所属長",
            officer=author.family_name,
            ext=author.extension or "7000",
            month=f"{day.month}月",
            nextmonth=f"{day.month % 12 + 1}月",
            fy=f"令和{context.fiscal_year - 2018}年度",
            small=str(rng.randint(2, 6)),
            rate=str(rng.randint(78, 93)),
        )
        self._context, self._rng, self._unit, self._day = context, rng, unit, day

    def __missing__(self, name: str) -> str:
        self[name] = self._word(name)
        return self[name]

    def fill(self, text: str) -> str:
        """The text with its choices made and its places filled."""
        return _CHOICE.sub(lambda found: self._rng.choice(found[1].split("|")), text).format_map(self)

    def _word(self, name: str) -> str:
        words = table("words")
        if name in _LISTS:
            return str(self._rng.choice(words[_LISTS[name]]))
        if name == "topic":
            topics = words["topics"].get(self._unit.staffing) or words["topics"]["office"]
            return str(self._rng.choice(topics))
        if name == "place":
            return str(self._rng.choice([*_places(self._context)]))
        if name[0] == "n":
            around = int(name[1:])
            return str(self._rng.randint(int(around * 0.8), int(around * 1.2)))
        return spoken(working_day(self._day + timedelta(int(name[1:]))))


def _places(context: DemoContext) -> Iterator[str]:
    for unit in context.root.children:
        if unit.kind == "区":
            yield unit.name.removesuffix("役所")
    yield "本町"
