"""Numbers at the icons of business systems."""

import re

import pytest
from sqlalchemy import select

from groupware.db import session, unit
from groupware.errors import Invalid
from groupware.systems.models import SystemCounter
from groupware.systems.services import Count, Receiver, set_counters


@pytest.fixture
def put(app, caller):
    def call(*counts, **values):
        with app.app_context(), unit("write"):
            return set_counters(caller(), [Count(receiver, number) for receiver, number in counts], **values)

    return call


def person(number):
    return Receiver(staff_number=number)


def section(code, *, with_below=False):
    return Receiver(unit_code=code, with_below=with_below)


@pytest.fixture
def shown(sign_in):
    """`shown(person)` is the number at the icon on their portal."""

    def number(person_id):
        icon = re.search(r'class="launcher-icon">.*?</a>', sign_in(person_id).get("/").text, re.DOTALL)[0]
        found = re.search(r'class="badge[^"]*"[^>]*>(?:<[^>]*>)*\s*([0-9+]+)', icon)
        return found[1] if found else ""

    return number


def test_number_of_a_person_stands_at_the_icon_on_their_portal_only(city, put, shown):
    put((person("100001"), 4))
    assert shown(city.clerk) == "4"
    assert shown(city.colleague) == ""


def test_numbers_of_the_person_and_of_their_units_are_added(city, put, shown):
    put((person("100001"), 4), (section("S1"), 2), (section("B1", with_below=True), 10))
    assert shown(city.clerk) == "16"
    assert shown(city.colleague) == "12"
    assert shown(city.stranger) == "10"


def test_number_is_replaced_and_zero_takes_it_away(city, app, put, shown):
    put((person("100001"), 4), (person("100002"), 1))
    put((person("100001"), 7))
    assert shown(city.clerk) == "7"
    put((person("100001"), 0))
    assert shown(city.clerk) == ""
    with app.app_context(), unit("read"):
        assert session.scalars(select(SystemCounter.number)).all() == [1]


def test_complete_list_takes_all_others_away(city, put, shown):
    put((person("100001"), 4), (person("100002"), 1))
    put((person("100002"), 3), replaces_all=True)
    assert (shown(city.clerk), shown(city.colleague)) == ("", "3")


def test_unknown_receiver_refuses_everything_unless_it_is_skipped(city, put, shown):
    with pytest.raises(Invalid) as refusal:
        put((person("100001"), 4), (person("999999"), 1))
    assert list(refusal.value.fields) == ["counters/1"]
    assert shown(city.clerk) == ""
    done = put((person("100001"), 4), (person("999999"), 1), skips_unknown=True)
    assert (done.number, done.skipped) == (1, ("999999",))
    assert shown(city.clerk) == "4"


def test_portal_asks_for_numbers_only_where_a_system_has_a_token(app, city, sign_in, count_queries, put):
    put((person("100001"), 4))
    client = sign_in(city.clerk)
    client.get("/")
    with count_queries() as statements:
        client.get("/")
    asked = [text for text in statements.texts if "core_system_counters" in text]
    assert len(asked) == 1
