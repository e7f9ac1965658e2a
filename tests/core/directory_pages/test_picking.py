"""Values of the picker: what they name, their words, their principals, what was chosen lately."""

import pytest
from sqlalchemy import func, select

from groupware.access.enums import PrincipalKind
from groupware.access.models import Principal
from groupware.directory.enums import GroupKind
from groupware.directory.models import DutyKind, Group, RecentPick
from groupware.directory.picking import (
    MOST,
    RECENT,
    Ref,
    choices_of,
    label_of,
    labels_of,
    parse,
    parse_principals,
    people_of,
    recent_choices,
    remember,
)
from groupware.errors import Invalid
from tests.core.directory_pages.conftest import own


@pytest.fixture
def duty_kind(city, read):
    """The kind 総務担当者."""
    with read() as session:
        return session.scalars(select(DutyKind.id).where(DutyKind.code == "general_affairs")).one()


@pytest.fixture
def group(city, write):
    """A personal group of the mayor's."""
    with write() as session:
        made = Group(kind=GroupKind.PERSONAL, name="飲み友達", owner_id=city.people["海野 市長"])
        session.add(made)
        session.flush()
        return made.id


@pytest.mark.parametrize("value", ["person:77", "unit_tree:12", "unit:12", "rank:10", "post:3", "group:3",
                                   "duty_kind:1", "duty:1:12", "everyone:0"])  # fmt: skip
def test_value_that_is_read_is_spelt_the_same_again(value):
    assert parse(value).value == value


@pytest.mark.parametrize("value", ["", "person", "person:", "person:x", "person:1:2", "duty:1", "robot:1", "person:-1",
                                   "person:１", "person:99999999999999999999"])  # fmt: skip
def test_value_that_no_picker_writes_is_refused(value):
    with pytest.raises(Invalid):
        parse(value)


def test_values_say_what_they_are_in_japanese(city, read, duty_kind, group):
    city.person("東 課長", "保護課", "課長")
    unit_id = city.units["保護課"]
    values = [
        f"person:{city.people['東 課長']}", f"unit_tree:{unit_id}", f"unit:{unit_id}", "rank:10",
        f"post:{city.posts['課長']}", f"group:{group}", f"duty_kind:{duty_kind}", f"duty:{duty_kind}:{unit_id}",
        "everyone:0",
    ]  # fmt: skip
    with read():
        chosen = {choice.value: (choice.label, choice.detail) for choice in choices_of(values)}
    assert list(chosen.values()) == [
        ("東 課長", "福祉局 保護課 課長"),
        ("保護課(全体)", "福祉局"),
        ("保護課(直属)", "福祉局"),
        ("局長級以上", ""),
        ("課長", "役職"),
        ("飲み友達", "個人グループ"),
        ("総務担当者", "全組織"),
        ("保護課の総務担当者", ""),
        ("全職員", ""),
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_labels_of_many_principals_take_one_query(city, write, read, count_queries, number, duty_kind):
    for index in range(number):
        city.person(f"職員 {index}", "保護課", "主事")
    values = [f"person:{city.people[f'職員 {index}']}" for index in range(number)]
    values += [
        f"post:{city.posts['課長']}",
        f"duty_kind:{duty_kind}",
        "rank:10",
        f"unit:{city.units['保護課']}",
    ]
    with write():
        ids = [principal.id for principal in parse_principals(values)]
    with read() as session:
        named = session.scalars(select(Principal).where(Principal.id.in_(ids))).all()
        labels_of(named)
        with count_queries() as statements:
            assert len(labels_of(named)) == number + 4
        assert own(statements) == 1


def test_label_of_what_is_gone_says_so(city, write):
    with write() as session:
        gone = Principal(kind=PrincipalKind.GROUP, ref=4711)
        session.add(gone)
        session.flush()
        assert label_of(gone) == "現在は存在しません"


def test_principals_are_made_once_and_found_again(city, write, read):
    values = [f"unit_tree:{city.units['保護課']}", "everyone:0", "everyone:0"]
    with write():
        first = [principal.id for principal in parse_principals(values)]
    with write():
        assert [principal.id for principal in parse_principals(values)] == first
    assert len(first) == 2


def test_principals_of_what_does_not_exist_are_refused(city, write):
    for value in ("person:4711", "unit:4711", "group:4711", "post:4711", "duty_kind:4711", "rank:3"):
        with write(), pytest.raises(Invalid):
            parse_principals([value])


def test_personal_group_of_somebody_else_is_refused(city, write, factory, group):
    city.person("東 課長", "保護課", "課長")
    mayor, other = (factory.actor(city.people[name]) for name in ("海野 市長", "東 課長"))
    with write():
        assert len(parse_principals([f"group:{group}"], mayor)) == 1
    with write(), pytest.raises(Invalid):
        parse_principals([f"group:{group}"], other)


def test_people_of_a_field_for_people_refuses_anything_else():
    assert people_of(["person:3", "person:3", "person:5"]) == [3, 5]
    with pytest.raises(Invalid):
        people_of(["person:3", "everyone:0"])
    with pytest.raises(Invalid):
        people_of(f"person:{number}" for number in range(MOST + 1))


def test_recent_choices_are_newest_first_and_capped(city, write, read, factory):
    actor = factory.actor(city.people["海野 市長"])
    with write():
        remember(actor, [f"post:{city.posts['課長']}", f"unit:{city.units['保護課']}"])
    later = factory.actor(city.people["海野 市長"])
    with write():
        remember(later, [f"person:{actor.person_id}", f"unit:{city.units['保護課']}"])
    with read():
        assert {choice.label for choice in recent_choices(actor)} == {"海野 市長", "保護課(直属)", "課長"}
        assert recent_choices(actor)[-1].label == "課長"
        assert [choice.label for choice in recent_choices(actor, only_people=True)] == ["海野 市長"]
    latest = factory.actor(city.people["海野 市長"])
    with write():
        remember(latest, [f"group:{number}" for number in range(RECENT)])
    with read() as session:
        assert session.scalar(select(func.count()).select_from(RecentPick)) == RECENT


def test_ref_of_a_duty_of_a_unit_has_two_parts():
    assert Ref(PrincipalKind.DUTY, 1, 12).value == "duty:1:12"
