"""Give every position a person with name, age, number and extension."""

import random
from collections import defaultdict
from datetime import date

from groupware.demo.context import DemoContext, DemoPerson
from groupware.demo.names import Names
from groupware.demo.staffing import Position
from groupware.directory.enums import EmploymentType

MAIL_DOMAIN = "city.minato.example.jp"
FORMER_NAME_SHARE = 0.06
"""Women in service who go by the name they had before they married: display and legal name differ."""

AGES = {
    1: (58, 64),
    2: (56, 63),
    3: (57, 63),
    4: (58, 66),
    10: (55, 60),
    11: (55, 60),
    12: (54, 59),
    15: (51, 59),
    20: (45, 58),
    25: (43, 57),
    30: (37, 56),
    40: (30, 56),
    50: (19, 36),
    70: (22, 66),
    80: (26, 52),
}
"""Youngest and oldest by post rank."""


def engage(context: DemoContext, positions: list[Position]) -> None:
    """Fill `context.people`, one for each position, in the same order."""
    rng = context.rng("people")
    names = Names(context.rng("names"))
    persons: dict[Position, DemoPerson] = {}
    for number, position in enumerate(positions, 1):
        person = _person(context, rng, names, position, number)
        persons[position] = person
        position.unit.people.append(person)
        context.people.append(person)
    for position, person in persons.items():
        if position.superior is not None:
            person.superior = persons[position.superior]
    for unit in context.units:
        for roster, person in enumerate(unit.people, 1):
            person.roster = roster
    _extensions(context)


def _person(
    context: DemoContext, rng: random.Random, names: Names, position: Position, number: int
) -> DemoPerson:
    sex = "f" if rng.random() < position.women else "m"
    youngest, oldest = AGES[position.post.rank]
    if position.employment == EmploymentType.REAPPOINTED:
        youngest, oldest = 61, 65
    age = rng.randint(youngest, oldest)
    family, given = names.full(sex, context.fiscal_year - age, avoid_repeats=context.size.name == "village")
    legal = family
    if sex == "f" and rng.random() < FORMER_NAME_SHARE:
        legal = names.family()
    return DemoPerson(
        id=number,
        name=f"{family.written} {given.written}",
        kana=f"{family.reading} {given.reading}",
        legal_name=f"{legal.written} {given.written}",
        sex=sex,
        category=position.category,
        employment=position.employment,
        hired_on=_hired_on(context, rng, position, age),
        unit=position.unit,
        post=position.post,
        matter=position.matter,
        email="yes" if rng.random() < position.mail else "",
    )


def _hired_on(context: DemoContext, rng: random.Random, position: Position, age: int) -> date:
    if position.employment == EmploymentType.FISCAL_YEAR:
        return context.april(min(int(rng.expovariate(0.35)), age - 20, 5))
    if position.employment in (EmploymentType.CONTRACTOR, EmploymentType.SPECIAL_SERVICE):
        return context.april(rng.randint(0, 4))
    entered_at = rng.choice((18, 18, 22, 22, 22, 22, 24, 26)) if age > 26 else rng.choice((18, 19))
    if 22 <= age <= 26:
        entered_at = rng.choice((18, 22, 22))
    if rng.random() < 0.1 and age > 32:
        entered_at = rng.randint(27, 32)
    return context.april(max(0, age - entered_at))


def number_staff(context: DemoContext) -> None:
    """Staff numbers: two digits of the year of entry and a serial number; those of fiscal-year appointees begin with 9."""
    rng = context.rng("numbers")
    by_year: dict[tuple[bool, int], list[DemoPerson]] = defaultdict(list)
    for person in context.everybody:
        is_yearly = person.employment == EmploymentType.FISCAL_YEAR
        year = context.fiscal_year if is_yearly else person.hired_on.year
        by_year[is_yearly, year].append(person)
    for (is_yearly, year), persons in sorted(by_year.items(), key=lambda item: item[0]):
        rng.shuffle(persons)
        for serial, person in enumerate(persons, 1):
            person.staff_number = (
                yearly_number(year, serial) if is_yearly else f"{year % 100:02d}{serial:04d}"
            )
            if person.email:
                person.email = f"s{person.staff_number}@{MAIL_DOMAIN}"


def yearly_number(year: int, serial: int) -> str:
    """The number of a fiscal-year appointee, new every April."""
    return f"9{year % 100:02d}{serial:04d}"


def _extensions(context: DemoContext) -> None:
    """Chiefs have an extension of their own, about two others share one."""
    free = iter(range(1001, 99_999))
    for unit in context.units:
        share = 0
        current = ""
        for person in unit.people:
            if person.post.rank > 30 and person.employment == EmploymentType.FISCAL_YEAR and not person.email:
                continue
            if person.post.rank <= 30 or share % 2 == 0:
                current = str(next(free))
            person.extension = current
            share += person.post.rank > 30
            if person.post.rank <= 20:
                person.phone = unit.phone
