"""Units, people and appointments by hand: what is refused, with which words, and what follows from it."""

from datetime import date

import pytest
from sqlalchemy import select

from groupware import actor
from groupware.access.enums import PrincipalKind
from groupware.access.principals import everyone, principal
from groupware.access.queries import count_of
from groupware.db import FOREVER, session
from groupware.directory.enums import AppointmentKind
from groupware.directory.models import Appointment, DutyHolder, OrgUnitVersion, Person
from groupware.directory.people_index import search_text
from groupware.directory.services import people, units
from groupware.directory.tree import load_tree
from groupware.errors import Conflict, Denied, Invalid, NotFound

DAY = date(2026, 4, 1)
BEFORE = date(2026, 3, 31)
LATER = date(2027, 4, 1)


@pytest.fixture
def system():
    return actor.system()


@pytest.fixture
def city(factory):
    """City → 総務局 → 総務課; 港湾局."""
    root = factory.unit("みなと市", code="0000")
    affairs, port = factory.unit("総務局", root, code="0100"), factory.unit("港湾局", root, code="0200")
    section = factory.unit("総務課", affairs, code="0101")
    return {"root": root, "affairs": affairs, "port": port, "section": section}


@pytest.fixture
def clerk(factory):
    return factory.post("主事", 50)


@pytest.fixture
def sato(factory, city, clerk):
    return factory.person("佐藤 葵", city["section"], clerk)


def test_unit_that_would_stand_above_itself_is_refused_with_the_way_around(system, city, write, read):
    with pytest.raises(Invalid) as caught, write():
        units.change_unit(system, city["affairs"], DAY, parent_id=city["section"])
    assert caught.value.code == "cyclic"
    assert "総務局 (0100) → 総務課 (0101) → 総務局 (0100)" in str(caught.value.message)
    with read():
        assert load_tree(DAY).get(city["affairs"]).parent_id == city["root"]


def test_circle_that_closes_on_a_later_day_is_refused(system, city, write):
    with write():
        units.change_unit(system, city["affairs"], LATER, parent_id=city["port"])
    with pytest.raises(Invalid), write():
        units.change_unit(system, city["port"], DAY, parent_id=city["affairs"])


def test_change_of_a_unit_begins_on_its_day_and_moves_its_people(system, city, sato, write, read):
    with write():
        units.change_unit(system, city["section"], DAY, parent_id=city["port"], name="庶務課")
    with read():
        assert load_tree(BEFORE).path_name(city["section"]) == "総務局 総務課"
        assert load_tree(DAY).path_name(city["section"]) == "港湾局 庶務課"
        tree = principal(PrincipalKind.UNIT_TREE, city["port"]).id
        assert (count_of([tree], BEFORE), count_of([tree], DAY)) == (0, 1)


def test_second_change_on_the_same_day_is_no_further_version(system, city, write, read):
    for name in ("庶務課", "文書課"):
        with write():
            units.change_unit(system, city["section"], DAY, name=name)
    with read():
        versions = select(OrgUnitVersion.name).where(OrgUnitVersion.unit_id == city["section"])
        assert list(session.scalars(versions.order_by(OrgUnitVersion.valid_from))) == ["総務課", "文書課"]


def test_new_unit_needs_a_free_code_and_a_parent_of_that_day(system, city, write, read):
    with write():
        made = units.found_unit(system, "0202", DAY, name="振興課", kind="課", parent_id=city["port"]).id
    with read():
        assert made in load_tree(DAY)
        assert made not in load_tree(BEFORE)
    with pytest.raises(Invalid) as caught, write():
        units.found_unit(system, "0202", DAY, name="振興課", kind="課")
    assert caught.value.code == "duplicate_code"
    with pytest.raises(Invalid) as caught, write():
        units.found_unit(system, "0203", BEFORE, name="係", kind="係", parent_id=made)
    assert caught.value.code == "parent_not_in_force"


def test_unit_in_use_cannot_end(system, city, sato, write, read):
    for unit in ("section", "affairs"):
        with pytest.raises(Conflict), write():
            units.end_unit(system, city[unit], DAY)
    with write():
        units.end_unit(system, city["port"], DAY)
    with read():
        assert city["port"] not in load_tree(DAY)
        assert city["port"] in load_tree(BEFORE)


def test_duties_end_with_their_unit(system, city, sato, factory, write, read):
    factory.duty(sato, city["port"])
    with write():
        units.end_unit(system, city["port"], DAY)
    with read():
        assert session.scalars(select(DutyHolder.valid_to)).one() == DAY


def test_units_and_people_need_the_permission_everywhere(city, sato, factory, clerk, write):
    factory.grant(
        PrincipalKind.PERSON, sato, "directory:batch:load", scope="subtree", unit_id=city["affairs"]
    )
    acting = factory.actor(sato)
    for act in (
        lambda: units.change_unit(acting, city["section"], DAY, name="庶務課"),
        lambda: units.found_unit(acting, "0102", DAY, name="人事課", kind="課", parent_id=city["affairs"]),
        lambda: units.end_unit(acting, city["port"], DAY),
        lambda: people.add_person(acting, "C-1", "委託 一郎"),
        lambda: people.leave(acting, sato, DAY),
        lambda: people.appoint(acting, sato, city["port"], clerk, DAY),
    ):
        with pytest.raises(Denied), write():
            act()


def test_person_added_by_hand_is_found_and_stays(system, write, read):
    with write():
        made = people.add_person(
            system, "C-0001", "委託　一郎", kana_name="イタク イチロウ", extension="2001"
        ).id
    with read():
        person = session.get(Person, made)
        assert (person.display_name, person.kana_name, person.is_kept_by_hand) == (
            "委託 一郎",
            "いたく いちろう",
            True,
        )
        assert person.search_text == search_text("委託 一郎", "いたく いちろう", ["C-0001"], "2001")
        assert count_of([everyone().id], actor.system().today) == 1


def test_number_in_use_is_refused_at_its_field(system, sato, write, read):
    with read():
        number = session.get(Person, sato).staff_number
    with pytest.raises(Invalid) as caught, write():
        people.add_person(system, number, "委託 一郎")
    assert "staff_number" in caught.value.fields


def test_second_main_post_is_refused_and_names_the_first(system, city, sato, clerk, write):
    with pytest.raises(Invalid) as caught, write():
        people.appoint(system, sato, city["port"], clerk, DAY)
    assert caught.value.code == "overlapping_main"
    assert "総務課" in str(caught.value.message)


def test_second_main_post_that_slips_past_the_check_meets_the_guard(
    system, city, sato, clerk, write, read, monkeypatch
):
    monkeypatch.setattr(people, "_require_no_main_post", lambda _made: None)
    with pytest.raises(Invalid) as caught, write():
        people.appoint(system, sato, city["port"], clerk, DAY)
    assert caught.value.code == "overlapping_main"
    with read():
        assert len(session.scalars(select(Appointment)).all()) == 1


def test_concurrent_post_is_welcome_beside_the_main_one(system, city, sato, clerk, write, read):
    with write():
        people.appoint(system, sato, city["port"], clerk, DAY, LATER, kind=AppointmentKind.CONCURRENT)
    with read():
        unit = principal(PrincipalKind.UNIT, city["port"]).id
        assert [count_of([unit], day) for day in (BEFORE, DAY, LATER)] == [0, 1, 0]


def test_main_post_may_begin_where_the_last_one_ends(system, city, sato, clerk, write, read):
    with read():
        first = session.scalars(select(Appointment.id)).one()
    with write():
        people.end_appointment(system, first, DAY)
    with write():
        people.appoint(system, sato, city["port"], clerk, DAY)
    with read():
        spans = session.execute(
            select(Appointment.valid_from, Appointment.valid_to).order_by(Appointment.valid_from)
        )
        assert [tuple(span) for span in spans][1:] == [(DAY, FOREVER)]


@pytest.mark.parametrize(
    ("begin", "end", "code"),
    [
        (DAY, DAY, "ends_before_begins"),
        (date(2001, 1, 1), DAY, "unit_not_in_force"),
        (LATER, FOREVER, "after_leaving"),
    ],
)
def test_appointment_that_does_not_fit_is_refused(system, city, sato, clerk, write, begin, end, code):
    with write():
        session.get(Person, sato).left_on = date(2026, 10, 1)
    with pytest.raises(Invalid) as caught, write():
        people.appoint(system, sato, city["port"], clerk, begin, end, kind=AppointmentKind.CONCURRENT)
    assert caught.value.code == code


def test_person_who_leaves_is_gone_at_midnight_with_posts_and_duties(
    system, city, sato, factory, write, read
):
    factory.duty(sato, city["section"])
    with write():
        people.leave(system, sato, DAY)
    with read():
        assert (count_of([everyone().id], BEFORE), count_of([everyone().id], DAY)) == (1, 0)
        assert session.scalars(select(Appointment.valid_to)).one() == DAY
        assert session.scalars(select(DutyHolder.valid_to)).one() == DAY


def test_person_who_has_left_cannot_leave_again(system, sato, write):
    with write():
        people.leave(system, sato, date(2020, 4, 1))
    with pytest.raises(Conflict), write():
        people.leave(system, sato, DAY)


def test_unknown_people_units_and_appointments_are_not_found(system, city, clerk, write):
    for act in (
        lambda: people.leave(system, 999, DAY),
        lambda: people.appoint(system, 999, city["port"], clerk, DAY),
        lambda: people.end_appointment(system, 999, DAY),
        lambda: units.end_unit(system, 999, DAY),
    ):
        with pytest.raises(NotFound), write():
            act()
