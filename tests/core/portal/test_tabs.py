"""Which tabs a person has, and whose arrangement each shows."""

import pytest
from sqlalchemy import delete

from groupware.access.principals import rebuild
from groupware.directory.models import Appointment
from groupware.directory.tree import org_tree
from groupware.errors import NotFound
from groupware.portal.queries.tabs import labels, tabs
from groupware.portal.services import layouts
from groupware.portal.services.layouts import Edit, Owner


@pytest.fixture
def arranged(factory, write, city):
    """`arranged(unit_id)` gives a unit an arrangement of its own."""

    def arrange(unit_id):
        actor = factory.actor(city.system_administrator)
        with write():
            owner = Owner(f"unit-{unit_id}", unit_id=unit_id)
            layouts.move_block(actor, owner, Edit(0, "w"), "portal.section_pages", "right")

    return arrange


@pytest.fixture
def tabs_of(factory, read):
    """`tabs_of(person_id)` is a list of (key, owner)."""

    def find(person_id):
        actor = factory.actor(person_id)
        with read():
            return [(tab.key, tab.owner) for tab in tabs(actor)]

    return find


def test_tabs_without_any_arrangement_are_common_own_section_personal(city, tabs_of):
    assert tabs_of(city.clerk) == [
        ("common", "common"),
        (f"unit-{city.section}", f"unit-{city.section}"),
        ("mine", f"person-{city.clerk}"),
    ]


def test_organisation_tab_shows_the_nearest_arrangement_above(city, tabs_of, arranged):
    arranged(city.bureau)
    arranged(city.other_bureau)
    assert tabs_of(city.clerk)[1] == (f"unit-{city.section}", f"unit-{city.bureau}")


def test_organisation_tab_prefers_the_sections_own_arrangement(city, tabs_of, arranged):
    arranged(city.bureau)
    arranged(city.section)
    assert tabs_of(city.clerk)[1] == (f"unit-{city.section}", f"unit-{city.section}")


def test_each_concurrent_unit_has_a_tab_the_acting_one_first(city, tabs_of, concurrent, arranged):
    concurrent(city.stranger, city.section)
    arranged(city.bureau)
    assert tabs_of(city.stranger)[1:3] == [
        (f"unit-{city.other_section}", f"unit-{city.other_section}"),
        (f"unit-{city.section}", f"unit-{city.bureau}"),
    ]


def test_tabs_of_sections_with_the_same_name_are_told_apart(city, factory, read, concurrent):
    concurrent(city.clerk, factory.unit("総務課", city.other_bureau))
    actor = factory.actor(city.clerk)
    with read():
        found = labels(tabs(actor), org_tree(actor.today))
    assert set(found.values()) == {"総務局 総務課", "福祉局 総務課"}


def test_portal_opens_with_the_chosen_tab(city, factory, write, sign_in):
    actor = factory.actor(city.clerk)
    with write():
        layouts.choose_start(actor, f"unit-{city.section}")
    assert f'href="/portal/unit/{city.section}" aria-current="page"' in sign_in(city.clerk).get("/").text


def test_chosen_tab_keeps_the_persons_arrangement(city, factory, write, read):
    actor = factory.actor(city.clerk)
    owner = Owner(f"person-{city.clerk}", person_id=city.clerk)
    with write():
        layouts.move_block(actor, owner, Edit(0, "w"), "sample.news", "right")
        layouts.choose_start(actor, "mine")
    with read():
        assert "sample.news" in layouts.arrangement(actor, owner).columns["side"]


def test_tab_of_somebody_else_cannot_be_chosen(city, factory, write):
    actor = factory.actor(city.clerk)
    with pytest.raises(NotFound), write():
        layouts.choose_start(actor, f"unit-{city.other_section}")


def test_start_tab_that_the_person_has_lost_falls_back_to_common(city, factory, write, sign_in, concurrent):
    actor = factory.actor(city.clerk)
    concurrent(city.clerk, city.other_section)
    with write():
        layouts.choose_start(actor, f"unit-{city.other_section}")
    with write() as session:
        session.execute(
            delete(Appointment).where(Appointment.person_id == city.clerk, Appointment.kind == "concurrent")
        )
        rebuild([city.clerk])
    assert 'href="/portal/common" aria-current="page"' in sign_in(city.clerk).get("/").text


def test_tab_of_a_foreign_section_is_not_found_for_a_clerk(city, sign_in):
    assert sign_in(city.clerk).get(f"/portal/unit/{city.other_section}").status_code == 404


def test_tab_of_a_section_is_open_to_those_who_arrange_it(city, sign_in):
    assert sign_in(city.system_administrator).get(f"/portal/unit/{city.other_section}").status_code == 200
