"""One of many numbers, as one value: what it finds, and that it is one statement however many there are."""

from uuid import uuid4

import pytest
from sqlalchemy import or_, select

from groupware.among import among, one_of
from groupware.db import fetch
from groupware.directory.models import Person

_wanted = select(Person.id).where(among(Person.id, "people")).order_by(Person.id)
_others = select(Person.id).where(~among(Person.id, "people")).order_by(Person.id)
_named = select(Person.id).where(among(Person.uid, "uids")).order_by(Person.id)
_either = (
    select(Person.id).where(or_(among(Person.id, "people"), Person.display_name == "東")).order_by(Person.id)
)


@pytest.fixture
def people(factory):
    section = factory.unit("総務課")
    post = factory.post("主事", 50)
    return [factory.person(name, section, post) for name in ("東", "西", "南")]


def test_finds_those_that_are_named(people, read):
    east, west, south = people
    with read():
        assert [*fetch(_wanted, {"people": [south, west, 10**15]}).scalars()] == [west, south]
        assert [*fetch(_wanted, {"people": {east}}).scalars()] == [east]
        assert [*fetch(_others, {"people": (east, south)}).scalars()] == [west]
        assert [*fetch(_either, {"people": [west]}).scalars()] == [east, west]


def test_nobody_named_is_nobody_found(people, read):
    with read():
        assert [*fetch(_wanted, {"people": []}).scalars()] == []
        assert [*fetch(_others, {"people": ()}).scalars()] == people


def test_text_of_the_statement_does_not_grow_with_the_numbers(people, read, count_queries):
    with read(), count_queries() as asked:
        for number in (1, 3, 400):
            fetch(_wanted, {"people": range(number)}).all()
    assert len(set(asked.texts)) == 1


def test_uuids_are_one_value_as_well(people, read):
    with read():
        known = {row.id: row.uid for row in fetch(select(Person.id, Person.uid))}
        named = fetch(_named, {"uids": [known[people[2]], uuid4()]}).scalars()
        assert [*named] == [people[2]]
        assert [*fetch(_named, {"uids": []}).scalars()] == []


def test_codes_of_the_programme_stand_in_the_statement(people, read, count_queries):
    wanted = select(Person.id).where(one_of(Person.display_name, ("東", "南"))).order_by(Person.id)
    others = select(Person.id).where(~one_of(Person.display_name, ("東", "南")))
    with read(), count_queries() as asked:
        assert [*fetch(wanted).scalars()] == [people[0], people[2]]
        assert [*fetch(others).scalars()] == [people[1]]
    assert all("IN ('東', '南')" in text for text in asked.texts)


@pytest.mark.parametrize("code", ["a'b", "", "a b", "%"])
def test_what_is_no_code_does_not_stand_in_a_statement(code):
    with pytest.raises(ValueError, match="no codes"):
        one_of(Person.display_name, [code])
