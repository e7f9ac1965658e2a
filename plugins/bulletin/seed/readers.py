"""Who has read and confirmed what, when; who has answered with a word or a reaction.

The sample people have read nearly all that was ever addressed to them, so that their lists look lived in. Of the others
only the latest is told apart: whole lists of readers are needed there, and millions of rows help nobody.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from groupware.demo.context import DemoContext, DemoPerson
from groupware.directory.enums import EmploymentType
from plugins.bulletin.enums import ReactionKind
from plugins.bulletin.seed.planning import Plan
from plugins.bulletin.seed.texts import table

FULLY_READ_POSTINGS = 12
"""So many of the latest postings to everybody are told of all people."""

FULLY_READ_DAYS = 90
"""Postings within sections are told of all people for so long."""

MOST_COMMENTS = 24
MOST_REACTIONS = 160
KINDS = (ReactionKind.LIKE, ReactionKind.LIKE, ReactionKind.THANKS, ReactionKind.UNDERSTOOD)

Reading = tuple[int, datetime, datetime | None]


class Readers:
    """Makes the readings of one plan after the other."""

    def __init__(self, context: DemoContext, plans: list[Plan]) -> None:
        self.context = context
        self.rng = context.rng("readers")
        self.samples = {person.id for _, person in context.samples}
        # How soon somebody reads is a habit, not chance.
        self.habits = {person.id: _habit(self.rng, person) for person in context.people}
        number = len(context.own_people)
        shown = [p for p in plans if p.shown_from <= context.now and len(p.people) == number]
        self.fully = {id(plan) for plan in shown[-FULLY_READ_POSTINGS:]}

    def of(self, plan: Plan) -> list[Reading]:
        """(person, read at, confirmed at) of everybody who has opened the posting."""
        age = self.context.now - plan.shown_from
        if age <= timedelta(0):
            return []
        is_near = len(plan.people) <= 400 and age < timedelta(FULLY_READ_DAYS)
        everybody = id(plan) in self.fully or is_near
        found: list[Reading] = []
        for person in plan.people:
            if not everybody and person.id not in self.samples:
                continue
            if self.context.at(person.hired_on) > plan.shown_from or person.is_on_leave:
                continue
            read_at = self._read_at(plan, person, age)
            if read_at is not None:
                found.append((person.id, read_at, self._confirmed_at(plan, read_at)))
        return found

    def _read_at(self, plan: Plan, person: DemoPerson, age: timedelta) -> datetime | None:
        days, share = self.habits[person.id]
        if plan.is_from_mayor or plan.confirm_by is not None:
            share = min(1.0, share + 0.05)
        if self.rng.random() > share:
            return None
        waited = timedelta(days=self.rng.expovariate(1 / days), minutes=self.rng.randint(1, 40))
        read_at = plan.shown_from + waited
        # Nobody reads at night: what falls there is read the next morning.
        hour = (read_at.hour + 9) % 24
        if hour < 8 or hour >= 20:
            read_at += timedelta(hours=(32 - hour) % 24, minutes=self.rng.randint(20, 55))
        return read_at if waited < age and read_at < self.context.now else None

    def _confirmed_at(self, plan: Plan, read_at: datetime) -> datetime | None:
        if plan.confirm_by is None:
            return None
        is_over = plan.confirm_by < self.context.today
        if self.rng.random() > (0.97 if is_over else 0.8):
            return None
        return min(read_at + timedelta(minutes=self.rng.randint(1, 90)), self.context.now)

    def comments(self, plan: Plan, readings: list[Reading]) -> Iterator[tuple[DemoPerson, datetime, str]]:
        """Words of readers under a posting, in the order in which they were written."""
        if not plan.has_comments or not readings:
            return
        wanted = (
            min(MOST_COMMENTS, 2 + len(self.context.people) // 900)
            if plan.is_from_mayor
            else len(plan.comments)
        )
        pool = table("words")["reactions"]["mayor" if plan.is_from_mayor else "general"]
        count = max(len(plan.comments), wanted)
        texts = [*plan.comments, *self.rng.sample(pool, min(len(pool), max(0, count - len(plan.comments))))]
        readers = self.rng.sample(readings, min(len(texts), len(readings)))
        people = {person.id: person for person in plan.people}
        at = plan.shown_from
        for text, (person_id, read_at, _) in zip(
            texts, sorted(readers, key=lambda one: one[1]), strict=False
        ):
            at = max(at, read_at) + timedelta(minutes=self.rng.randint(2, 25))
            if at < self.context.now:
                yield people[person_id], at, text

    def reactions(self, plan: Plan, readings: list[Reading]) -> Iterator[dict[str, Any]]:
        """Rows of reactions: many to the mayor, few to others."""
        share = 0.25 if plan.is_from_mayor else 0.04
        count = min(MOST_REACTIONS, int(len(readings) * share))
        for person_id, read_at, _ in self.rng.sample(readings, count):
            yield {
                "person_id": person_id,
                "kind": self.rng.choice(KINDS).value,
                "at": min(read_at + timedelta(minutes=1), self.context.now),
            }


def _habit(rng: random.Random, person: DemoPerson) -> tuple[float, float]:
    """(days until read on average, share of postings ever read)."""
    if person.employment == EmploymentType.FISCAL_YEAR and not person.email:
        return 4.0, 0.55
    return rng.choice((0.2, 0.4, 0.8, 1.5, 3.0)), rng.uniform(0.82, 0.99)
