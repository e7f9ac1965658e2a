"""One of many numbers, as one value: what it finds, and that it is one statement however many there are."""

import pytest
from sqlalchemy import or_, select

from groupware.among import among
from groupware.db import fetch
from groupware.directory.models import Person

_wanted = select(Person.id).where(among(Person.id, "people")).order_by(Person.id)
_others = select(Person.id).where(~among(Person.id, "people")).order_by(Person.id)
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
