"""The municipality in memory: its sizes, its staffing and the careers of its people, without a database."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from groupware.db import FOREVER
from groupware.demo import careers, duties, organisation, people, staffing
from groupware.demo.context import SIZES, DemoContext
from groupware.demo.names import Names
from groupware.directory.enums import EmploymentType

DAYS = [date(2026, 11, 24), date(2027, 1, 15), date(2027, 3, 31), date(2027, 4, 1), date(2028, 2, 29)]


def context_of(size: str, day: date = DAYS[0]) -> DemoContext:
    """A municipality with its organisation and people."""
    now = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    context = DemoContext(size=SIZES[size], today=day, now=now)
    context.posts = {post.name: post for post in staffing.posts()}
    organisation.grow(context)
    people.engage(context, staffing.positions(context))
    return context


@pytest.mark.parametrize(("size", "units"), [("village", 24), ("city", 95), ("kobe", 450)])
def test_organisation_of_each_size_has_its_units_with_different_codes(size: str, units: int) -> None:
    context = context_of(size)

    assert len(context.units) == units
    assert len({unit.code for unit in context.units}) == units


@pytest.mark.parametrize("size", ["village", "city", "kobe"])
def test_municipality_of_each_size_has_exactly_its_people(size: str) -> None:
    context = context_of(size)

    assert len(context.people) == SIZES[size].people
    assert Counter(unit.kind for unit in context.units if not unit.people).keys() <= {"局", "課"}


def test_official_order_puts_every_unit_behind_the_one_it_belongs_to() -> None:
    context = context_of("kobe")

    seen = set()
    for unit in context.units:
        assert unit.parent is None or unit.parent.id in seen
        seen.add(unit.id)


def test_about_a_quarter_of_a_large_city_are_fiscal_year_appointees() -> None:
    context = context_of("kobe")

    share = sum(p.employment == EmploymentType.FISCAL_YEAR for p in context.people) / len(context.people)

    assert 0.2 < share < 0.3


def test_large_section_has_heads_for_matters_with_people_of_their_own() -> None:
    context = context_of("kobe")

    section = context.find("情報化戦略課")

    assert section is not None
    heads = [person for person in section.people if person.post.name == "担当課長"]
    assert [head.matter for head in heads] == ["業務改革担当", "情報基盤担当"]
    assert all(any(person.superior is head for person in section.people) for head in heads)


def test_family_names_of_a_village_are_all_different() -> None:
    context = context_of("village")

    assert len({person.kana.split(" ")[0] for person in context.people}) == 60


def test_names_have_readings_in_hiragana() -> None:
    context = context_of("city")

    for person in context.people:
        assert all("ぁ" <= letter <= "ー" or letter == " " for letter in person.kana), person.kana


def test_given_names_follow_the_generation() -> None:
    names = Names(context_of("village").rng("test"))

    old = Counter(names.given("f", 1960).written[-1] for _ in range(300))
    young = Counter(names.given("f", 2003).written[-1] for _ in range(300))

    assert old["子"] > 100 > young["子"]


@pytest.mark.parametrize("day", DAYS)
def test_nobody_holds_two_main_posts_on_a_day(day: date) -> None:
    context = context_of("city", day)

    spells = careers.careers(context)

    by_person: dict[int, list[tuple[date, date]]] = {}
    for spell in spells:
        assert spell.since < spell.until
        by_person.setdefault(spell.person.id, []).append((spell.since, spell.until))
    for ranges in by_person.values():
        ranges.sort()
        assert all(before[1] <= after[0] for before, after in pairwise(ranges))


@pytest.mark.parametrize("day", DAYS)
def test_everybody_has_a_post_today(day: date) -> None:
    context = context_of("city", day)

    holding = {spell.person.id for spell in careers.careers(context) if spell.since <= day < spell.until}

    assert holding == {person.id for person in context.people}


@pytest.mark.parametrize("years_ago", [1, 2])
def test_chart_of_an_earlier_year_has_a_holder_for_nearly_every_regular_place(years_ago: int) -> None:
    context = context_of("city")
    day = context.april(years_ago) + timedelta(30)

    spells = careers.careers(context)

    def regular(on: date) -> int:
        return sum(
            spell.since <= on < spell.until and spell.person.employment == EmploymentType.REGULAR
            for spell in spells
        )

    assert regular(day) > 0.97 * regular(context.today)


def test_no_section_ever_had_two_heads() -> None:
    context = context_of("kobe")
    spells = careers.careers(context)

    for years_ago in range(careers.CHARTED_YEARS):
        day = context.april(years_ago) + timedelta(1)
        heads = Counter(
            spell.place.unit.id
            for spell in spells
            if spell.since <= day < spell.until
            and spell.place.post.name in ("局長", "区長", "課長")
            and not spell.place.unit.new_since
        )
        assert max(heads.values()) <= 2
        assert sum(count > 1 for count in heads.values()) <= len(heads) // 20


def test_nobody_works_in_a_unit_before_it_exists() -> None:
    context = context_of("kobe")

    for spell in careers.careers(context):
        new = spell.place.unit.new_since
        assert not new or spell.since >= context.april(new - 1)


@pytest.mark.parametrize(("day", "end"), [(DAYS[0], date(2027, 4, 1)), (DAYS[1], date(2028, 4, 1))])
def test_terms_of_fiscal_year_appointees_end_on_31_march(day: date, end: date) -> None:
    context = context_of("village", day)

    ends = {
        spell.until
        for spell in careers.careers(context)
        if spell.person.employment == EmploymentType.FISCAL_YEAR and spell.until > day
    }

    assert ends == {end}


def test_people_who_left_held_a_place_until_they_left() -> None:
    context = context_of("city")
    spells = careers.careers(context)

    last = {spell.person.id: spell.until for spell in sorted(spells, key=lambda spell: spell.until)}

    assert context.former_people
    assert all(last[person.id] == person.left_on < FOREVER for person in context.former_people)


def test_every_section_with_regular_staff_has_its_officers() -> None:
    context = context_of("kobe")

    duties.assign(context)

    for unit in context.units:
        if unit.weight:
            assert context.duties["function_administrator", unit.id]
            assert context.duties["general_affairs", unit.id]
    for top in context.root.children:
        if not top.weight:
            assert context.duties["function_administrator", top.id]


def test_staff_numbers_are_all_different() -> None:
    context = context_of("kobe")
    careers.careers(context)

    people.number_staff(context)

    numbers = [person.staff_number for person in context.everybody]
    assert len(set(numbers)) == len(numbers)
