"""Where people were before: transfers each April, read backwards so that earlier charts are as full as today's.

Those who were engaged on 1 April came into places that had become free; their predecessors left the day before. Going
back a year, the leavers take high places again and everybody who moved stands, at most, where they stand now.
"""

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from groupware.db import FOREVER
from groupware.demo.context import DemoContext, DemoPerson, DemoPost, DemoUnit
from groupware.demo.names import Names
from groupware.directory.enums import EmploymentType

Field = tuple[str, int]

CHARTED_YEARS = 3
"""For so many Aprils back the whole chart is consistent; older posts are single lines on a person's card."""

MOVED_SHARE = 0.24
SETTLED = frozenset({EmploymentType.REGULAR.value, EmploymentType.REAPPOINTED.value})


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A post in a unit that one person holds."""

    unit: DemoUnit
    post: DemoPost
    category: str
    matter: str = ""
    superior: DemoPerson | None = None

    @property
    def field(self) -> Field:
        """Within what people are transferred: one profession, one body."""
        return self.category, self.unit.line()[0].id


@dataclass(slots=True)
class Spell:
    """A person at a place from a day to a day (half-open)."""

    person: DemoPerson
    place: Place
    since: date
    until: date = FOREVER


def careers(context: DemoContext) -> list[Spell]:
    """The main appointments of everybody, past and present. Adds those who left to `context.former_people`."""
    return [*_charted(context), *_yearly(context)]


def _charted(context: DemoContext) -> list[Spell]:
    rng = context.rng("careers")
    names = Names(context.rng("former names"))
    holders: dict[DemoPerson, Spell] = {}
    finished: list[Spell] = []
    for person in context.people:
        if person.employment != EmploymentType.FISCAL_YEAR:
            place = Place(person.unit, person.post, person.category, person.matter, person.superior)
            holders[person] = Spell(person, place, person.hired_on)
    for years_ago in range(CHARTED_YEARS):
        day = context.april(years_ago)
        moving: dict[Field, list[DemoPerson]] = defaultdict(list)
        freed: dict[Field, list[Place]] = defaultdict(list)
        for person, spell in holders.items():
            if person.employment not in SETTLED:
                continue
            is_new = person.hired_on >= day
            # Who works in a unit that began on this day was somewhere else before.
            must_move = spell.place.unit.new_since == years_ago + 1
            if is_new or must_move or rng.random() < MOVED_SHARE:
                freed[spell.place.field].append(spell.place)
                if not is_new:
                    moving[spell.place.field].append(person)
        newcomers = [person for person in holders if person.hired_on >= day]
        finished.extend(holders.pop(person) for person in newcomers)
        for field in sorted(freed):
            places = [place for place in freed[field] if place.unit.new_since <= years_ago]
            places.sort(key=lambda place: (place.post.rank, rng.random()))
            people = sorted(moving[field], key=lambda person: (holders[person].place.post.rank, rng.random()))
            gone_from = _leavers(places, len(places) - len(people), rng)
            for place in places:
                if place in gone_from:
                    gone = _former(context, rng, names, place, day)
                    holders[gone] = Spell(gone, place, gone.hired_on, day)
            free = [place for place in places if place not in gone_from]
            for person, place in zip_longest(people, free):
                current = holders[person]
                before = place or Place(context.root.children[-1], current.place.post, current.place.category)
                if before is not current.place:
                    finished.append(Spell(person, current.place, day, current.until))
                    holders[person] = Spell(person, before, person.hired_on, day)
    finished.extend(_earlier(context, rng, holders.values()))
    return finished


def _leavers(places: list[Place], count: int, rng: random.Random) -> set[Place]:
    """Which of the free places were held by people who left: rather the high ones, which are first in the list."""
    if count <= 0:
        return set()
    chosen: set[Place] = set()
    while len(chosen) < count:
        chosen.add(places[min(int(len(places) * rng.random() ** 1.6), len(places) - 1)])
    return chosen


def _former(
    context: DemoContext, rng: random.Random, names: Names, place: Place, left_on: date
) -> DemoPerson:
    sex = "f" if rng.random() < 0.35 else "m"
    age = 61 if place.post.rank <= 30 else rng.randint(28, 61)
    family, given = names.full(sex, left_on.year - age)
    person = DemoPerson(
        id=len(context.people) + len(context.former_people) + 1,
        name=f"{family.written} {given.written}",
        kana=f"{family.reading} {given.reading}",
        legal_name=f"{family.written} {given.written}",
        sex=sex,
        category=place.category,
        employment=EmploymentType.REGULAR,
        hired_on=date(left_on.year - max(age - 22, 5), 4, 1),
        unit=place.unit,
        post=place.post,
        left_on=left_on,
    )
    context.former_people.append(person)
    return person


def _earlier(context: DemoContext, rng: random.Random, spells: Iterable[Spell]) -> Iterable[Spell]:
    """Cut the time before the charted years into spells in lower posts."""
    sections: dict[str, list[DemoUnit]] = defaultdict(list)
    for unit in context.units:
        if unit.weight and not unit.new_since and not unit.is_affiliated:
            sections[unit.staffing].append(unit)
    ladder = {name: context.posts[name] for name in ("課長", "係長", "主任", "主事")}
    first_charted = context.april(CHARTED_YEARS - 1)
    for spell in spells:
        person = spell.person
        if person.employment not in SETTLED:
            yield spell
            continue
        since = max(person.hired_on, context.april(CHARTED_YEARS + rng.randint(0, 3)))
        if spell.until != FOREVER:
            since = min(since, first_charted)
        since = max(since, person.hired_on)
        yield Spell(person, spell.place, since, spell.until)
        end = since
        kin = sections[spell.place.unit.staffing] or [spell.place.unit]
        rank = spell.place.post.rank
        for _ in range(3 if rank <= 20 else 2 if rank <= 30 else 1 if rng.random() < 0.5 else 0):
            start = date(end.year - rng.randint(2, 5), 4, 1)
            start = max(start, person.hired_on)
            if start >= end:
                break
            rank = min(rank + 10, 50) if rank >= 10 else 20
            post = _on_ladder(ladder, rank, spell.place.post)
            yield Spell(person, Place(rng.choice(kin), post, spell.place.category), start, end)
            end = start


def _on_ladder(ladder: dict[str, DemoPost], rank: int, today: DemoPost) -> DemoPost:
    if rank >= today.rank >= 40:
        return today
    name = "課長" if rank <= 20 else "係長" if rank <= 30 else "主任" if rank <= 40 else "主事"
    return ladder[name]


def _yearly(context: DemoContext) -> Iterable[Spell]:
    """Fiscal-year appointees are engaged anew each April (administration.md 2)."""
    for person in context.people:
        if person.employment != EmploymentType.FISCAL_YEAR:
            continue
        place = Place(person.unit, person.post, person.category)
        years = [max(person.hired_on.year, context.fiscal_year - CHARTED_YEARS + 1)]
        if person.unit.new_since:
            years.append(context.april(person.unit.new_since - 1).year)
        for year in range(max(years), context.fiscal_year + 1):
            is_last = year == context.fiscal_year
            until = term_end(context) if is_last else date(year + 1, 4, 1)
            yield Spell(person, place, date(year, 4, 1), until)


def term_end(context: DemoContext) -> date:
    """When the term of today's fiscal-year appointees ends: on 31 March, from January on already that of next year."""
    return context.april(-2 if context.today.month <= 3 else -1)
