"""Grants reach as far as their scope and not further."""

from groupware.access import PrincipalRef, can, holds_somewhere, principals_of
from groupware.access.enums import PrincipalKind


def test_grant_over_subtree_reaches_the_unit_and_what_is_below(app, factory, read):
    city = factory.unit("みなと市")
    bureau = factory.unit("福祉局", city)
    section = factory.unit("保護課", bureau)
    other = factory.unit("環境局", city)
    person = factory.person("佐藤 葵", section, factory.post("主事", 50))
    factory.grant(PrincipalKind.PERSON, person, "administration:rule:set", scope="subtree", unit_id=bureau)
    actor = factory.actor(person)
    with read():
        assert can(actor, "administration:rule:set", unit_id=section)
        assert can(actor, "administration:rule:set", unit_id=bureau)
        assert not can(actor, "administration:rule:set", unit_id=other)
        assert not can(actor, "administration:rule:set")
        assert holds_somewhere(actor, "administration:rule:set")


def test_grant_to_a_duty_reaches_the_units_where_it_is_held(app, factory, read):
    city = factory.unit("みなと市")
    mine, other = factory.unit("福祉局", city), factory.unit("環境局", city)
    person = factory.person("佐藤 葵", other, factory.post("主事", 50))
    kind = factory.duty(person, mine)
    factory.grant(PrincipalKind.DUTY_KIND, kind, "administration:rule:set", scope="own")
    actor = factory.actor(person)
    with read():
        assert can(actor, "administration:rule:set", unit_id=mine)
        assert not can(actor, "administration:rule:set", unit_id=other)


def test_principals_and_grants_of_a_person_come_with_one_query(app, factory, read, count_queries):
    city = factory.unit("みなと市")
    section = factory.unit("保護課", city)
    person = factory.person("佐藤 葵", section, factory.post("主事", 50))
    kind = factory.duty(person, section)
    factory.grant(PrincipalKind.DUTY_KIND, kind, "administration:rule:set", scope="own")
    actor = factory.actor(person)
    with read():
        can(actor, "administration:rule:set", unit_id=section)  # caches of the tree are warm from here
    with read(), count_queries() as statements:
        assert can(actor, "administration:rule:set", unit_id=section)
        mine = set(principals_of(actor).values())
    assert {
        PrincipalRef(PrincipalKind.PERSON, person, 0),
        PrincipalRef(PrincipalKind.UNIT, section, 0),
        PrincipalRef(PrincipalKind.UNIT_TREE, city, 0),
        PrincipalRef(PrincipalKind.DUTY, kind, section),
    } <= mine
    assert len([text for text in statements.texts if "core_cache_versions" not in text]) == 1
