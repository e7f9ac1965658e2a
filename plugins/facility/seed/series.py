"""Weekly series of the sample: a few meetings that took place for weeks, and whose people are asked whether they still do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from groupware.calendar.holidays import is_working_day
from groupware.demo.context import DemoContext, DemoPerson
from plugins.facility.models import Reconfirmation, Series

WEEKS_BEHIND, WEEKS_BEFORE = 8, 5
ANSWER = timedelta(days=9)
TITLES = ("係内打合せ", "システム定例会", "窓口改善ミーティング", "庁内調整会議")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR")


@dataclass(frozen=True, slots=True)
class Weekly:
    """A series: for whom, what for, and its times."""

    person: DemoPerson
    title: str
    rule: str
    times: Sequence[tuple[datetime, datetime]]


def weekly(context: DemoContext) -> list[Weekly]:
    """For people whom one can sign in as, each on another weekday at the same hour."""
    rng, found = context.rng("series"), []
    people = rng.sample([person for _, person in context.samples], min(len(TITLES), len(context.samples)))
    for number, (person, title) in enumerate(zip(people, TITLES, strict=False)):
        monday = context.today - timedelta(days=context.today.weekday())
        days = [
            monday + timedelta(days=number, weeks=week) for week in range(-WEEKS_BEHIND, WEEKS_BEFORE + 1)
        ]
        times = [
            (context.at(day, 0, 13 * 60), context.at(day, 0, 14 * 60)) for day in days if is_working_day(day)
        ]
        found.append(Weekly(person, title, f"FREQ=WEEKLY;BYDAY={WEEKDAYS[number]}", times))
    return found


def ask(context: DemoContext, made: Sequence[tuple[int, Weekly]]) -> None:
    """Write how the reservations repeat, and that their people were asked yesterday; the last one said so weeks ago."""
    rows: list[dict[str, Any]] = []
    yesterday = context.now - timedelta(days=1)
    for key, _ in made:
        has_said = key == made[-1][0]
        rows.append(
            {
                "reservation_id": key,
                "asked_at": yesterday - timedelta(weeks=3) if has_said else yesterday,
                "answer_by": None if has_said else context.now + ANSWER,
                "confirmed_at": yesterday - timedelta(weeks=2) if has_said else None,
            }
        )
    context.insert(
        Series, [{"reservation_id": key, "rule": one.rule, "holidays": "skip"} for key, one in made]
    )
    context.insert(Reconfirmation, rows)
