"""Write units, posts, people and appointments of all kinds."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from groupware.db import FOREVER
from groupware.demo.careers import CHARTED_YEARS, Spell, term_end
from groupware.demo.context import DemoContext, DemoPerson, DemoUnit
from groupware.demo.organisation import AUTHORITIES
from groupware.demo.people import yearly_number
from groupware.demo.portraits import portrait
from groupware.directory.enums import AppointmentKind, EmploymentType
from groupware.directory.models import (
    Appointment,
    OrgUnit,
    OrgUnitVersion,
    Person,
    Post,
    StaffNumber,
)
from groupware.text.folding import fold

FOUNDED = date(2010, 4, 1)
LEAVE_SHARE = 0.012
PORTRAYED_RANK = 2
"""Mayor and deputy mayors let their portraits be shown; of the others nobody was asked."""
BESIDE_ROSTER = 900
"""Who holds a post beside another stands behind those whose main post it is."""


def write_units(context: DemoContext) -> None:
    """Units with their former names, and posts."""
    rng = context.rng("units")
    context.insert(
        OrgUnit,
        [
            {"id": unit.id, "uid": context.uid(rng, context.at(FOUNDED)), "code": unit.code}
            for unit in context.units
        ],
    )
    rows: list[dict[str, Any]] = []
    for unit in context.units:
        since = context.april(unit.new_since - 1) if unit.new_since else FOUNDED
        if unit.former_name is not None:
            name, kana, years = unit.former_name
            renamed = context.april(years - 1)
            rows.append(_version(unit, since, renamed, name, kana, unit.short_name.replace(unit.name, name)))
            since = renamed
        rows.append(_version(unit, since, FOREVER, unit.name, unit.kana, unit.short_name))
    context.insert(OrgUnitVersion, rows)
    context.insert(
        Post,
        [
            {"id": post.id, "code": post.code, "name": post.name, "rank": post.rank}
            for post in context.posts.values()
        ],
    )


def _version(
    unit: DemoUnit, since: date, until: date, name: str, kana: str, short_name: str
) -> dict[str, Any]:
    return {
        "unit_id": unit.id,
        "parent_id": unit.parent.id if unit.parent else None,
        "name": name,
        "kana": kana,
        "short_name": short_name,
        "kind": unit.kind,
        "executive_organ": unit.organ,
        "appointing_authority": AUTHORITIES.get(unit.organ, unit.organ),
        "official_order": unit.order,
        "phone": unit.phone,
        "location": unit.location,
        "valid_from": since,
        "valid_to": until,
    }


def write_people(context: DemoContext) -> None:
    """People with the numbers they carry and carried."""
    rng = context.rng("people rows")
    rows: list[dict[str, Any]] = []
    numbers: list[dict[str, Any]] = []
    former_serials: dict[int, int] = defaultdict(int)
    portrayed = {person.id for person in context.people if person.post.rank <= PORTRAYED_RANK}
    for person in context.everybody:
        rows.append(
            {
                "id": person.id,
                "uid": context.uid(rng, context.at(person.hired_on)),
                "staff_number": person.staff_number,
                "display_name": person.name,
                "legal_name": person.legal_name,
                "kana_name": person.kana,
                "sort_kana": fold(person.kana),
                "email": person.email,
                "phone": person.phone,
                "extension": person.extension,
                "employment_type": str(person.employment),
                "job_category": person.category,
                "hired_on": person.hired_on,
                "left_on": person.left_on,
                "has_photo_consent": person.id in portrayed,
                "photo": portrait(person.id) if person.id in portrayed else None,
            }
        )
        since = person.hired_on
        if person.employment == EmploymentType.FISCAL_YEAR:
            since = context.april()
            for years_ago in range(1, CHARTED_YEARS):
                start = context.april(years_ago)
                if start >= person.hired_on:
                    former_serials[start.year] += 1
                    number = yearly_number(start.year, former_serials[start.year])
                    numbers.append(_number(person, number, start, context.april(years_ago - 1)))
        numbers.append(_number(person, person.staff_number, since, FOREVER))
    context.insert(Person, rows)
    context.insert(StaffNumber, numbers)


def _number(person: DemoPerson, number: str, since: date, until: date) -> dict[str, Any]:
    return {"person_id": person.id, "number": number, "valid_from": since, "valid_to": until}


def end_terms(context: DemoContext) -> None:
    """Fiscal-year appointees leave when their term ends, unless the next delivery of personnel engages them again."""
    for person in context.people:
        if person.employment == EmploymentType.FISCAL_YEAR:
            person.left_on = term_end(context)


def write_appointments(context: DemoContext, spells: list[Spell]) -> None:
    """Main appointments first, then what people hold beside them."""
    rows = []
    for spell in spells:
        is_current = spell.until > context.today
        rows.append(
            _appointment(
                spell.person,
                spell.place.unit,
                spell.place.post.id,
                AppointmentKind.MAIN,
                spell.since,
                spell.until,
                roster=spell.person.roster if is_current else 0,
                superior=spell.place.superior if is_current else None,
                matter=spell.place.matter,
            )
        )
    rows.sort(key=lambda row: (row["person_id"], row["valid_from"]))
    context.insert(Appointment, rows)
    context.insert(Appointment, _further(context))


def _appointment(
    person: DemoPerson,
    unit: DemoUnit,
    post_id: int,
    kind: AppointmentKind,
    since: date,
    until: date = FOREVER,
    *,
    roster: int = 0,
    superior: DemoPerson | None = None,
    matter: str = "",
) -> dict[str, Any]:
    return {
        "person_id": person.id,
        "unit_id": unit.id,
        "post_id": post_id,
        "kind": kind.value,
        "roster": roster,
        "line_superior_id": superior.id if superior else None,
        "matter": matter,
        "valid_from": since,
        "valid_to": until,
    }


def _further(context: DemoContext) -> list[dict[str, Any]]:
    """兼務, 併任, 事務取扱, 職務代理, 派遣, 休職 (administration.md 2)."""
    return [*_acting(context), *_beside(context), *_secondments(context), *_leave(context)]


def _beside_row(
    context: DemoContext,
    person: DemoPerson | None,
    unit: DemoUnit | None,
    post: str,
    kind: AppointmentKind,
    matter: str = "",
) -> Iterator[dict[str, Any]]:
    """A post beside the main one, where both exist: the smaller municipalities lack some units."""
    if person is not None and unit is not None and unit is not person.unit:
        since = max(person.hired_on, context.april(), context.april(max(unit.new_since - 1, 0)))
        yield _appointment(
            person, unit, context.posts[post].id, kind, since, matter=matter, roster=BESIDE_ROSTER
        )


def _acting(context: DemoContext) -> Iterator[dict[str, Any]]:
    """A vacant post of a head: the superior holds it, or the next in rank acts."""
    for unit in context.units:
        if unit.head == "none" and unit.parent is not None:
            superior = unit.parent.chief
            yield from _beside_row(context, superior, unit, "課長", AppointmentKind.FOR_SUBORDINATE)
        if unit.head == "deputy" and unit.chief is not None:
            since = max(unit.chief.hired_on, context.april())
            post = context.posts["所長"].id
            yield _appointment(unit.chief, unit, post, AppointmentKind.FOR_SUPERIOR, since)


def _beside(context: DemoContext) -> Iterator[dict[str, Any]]:
    """Concurrent posts under the same authority, cross-authority posts under another."""
    concurrent, crossing = AppointmentKind.CONCURRENT, AppointmentKind.CROSS_AUTHORITY
    digital = context.find("デジタル改革課")
    strategy = context.find("情報化戦略課")
    election = context.find("選挙管理委員会事務局")
    crisis = context.find("防災企画課")
    for person in (strategy.people if strategy else [])[4:10:2]:
        yield from _beside_row(context, person, digital, person.post.name, concurrent)
    for unit in context.units:
        if unit.name != "総務課" or unit.parent is None:
            continue
        if unit.parent.kind == "区":
            yield from _beside_row(context, unit.chief, crisis, "担当課長", concurrent, "区本部担当")
            for person in unit.people[2:4]:
                yield from _beside_row(context, person, election, person.post.name, crossing)
        elif unit.people[1:]:
            yield from _beside_row(context, unit.people[1], crisis, "係長", concurrent, "危機管理連絡員")
    for origin, target, kind in (("政策課", "秘書課", concurrent), ("学校教育課", "保育課", crossing)):
        office = context.find(origin, "企画調整局") or context.find(origin)
        if office is not None:
            junior = _youngest(office)
            yield from _beside_row(context, junior, context.find(target), junior.post.name, kind)


def _settled(context: DemoContext) -> list[DemoPerson]:
    return [p for p in context.people if p.post.rank in (40, 50) and p.employment == EmploymentType.REGULAR]


def _secondments(context: DemoContext) -> Iterator[dict[str, Any]]:
    """A few people of the city work for its affiliated bodies."""
    rng = context.rng("secondments")
    people = [person for person in _settled(context) if not person.unit.is_affiliated]
    for unit in context.units:
        if unit.is_affiliated and unit.weight:
            for person in rng.sample(people, 3):
                yield from _beside_row(context, person, unit, person.post.name, AppointmentKind.SECONDMENT)


def _leave(context: DemoContext) -> Iterator[dict[str, Any]]:
    """A few rest for some months; why is nobody's business."""
    rng = context.rng("leave")
    for person in _settled(context):
        if rng.random() < LEAVE_SHARE and person.hired_on < context.april():
            since = max(context.april(0 if rng.random() < 0.6 else 1), person.hired_on)
            person.is_on_leave = True
            yield _appointment(person, person.unit, person.post.id, AppointmentKind.LEAVE, since)


def _youngest(unit: DemoUnit) -> DemoPerson:
    regular = [person for person in unit.people if person.employment == EmploymentType.REGULAR]
    return (regular or unit.people)[-1]
