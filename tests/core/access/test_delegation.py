"""Nobody passes on more than they hold: not wider, not longer, not on any detour."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from groupware import clock
from groupware.access import grant, held, revoke
from groupware.access.delegation import delegable
from groupware.access.enums import PrincipalKind
from groupware.access.models import Grant
from groupware.access.principals import principal, rebuild
from groupware.actor import system
from groupware.db import FOREVER, session, unit
from groupware.directory.models import DutyHolder, Group
from groupware.directory.tree import org_tree
from groupware.errors import Conflict, Denied, Invalid, NeedsElevation, NotFound

PAGE = "portal:page:write"
SHORT = clock.today() + timedelta(days=30)
LONG = clock.today() + timedelta(days=300)
SCOPES = ("all", "root", "welfare", "protection", "environment")


def reach(city, name):
    return {"scope": "all"} if name == "all" else {"scope": "subtree", "unit_id": getattr(city, name)}


def covers(city, holding, asked):
    """The rule of this test, said once more in its own way."""
    inside = {
        "all": SCOPES,
        "root": ("root", "welfare", "protection", "environment"),
        "welfare": ("welfare", "protection"),
        "protection": ("protection",),
        "environment": ("environment",),
    }
    return asked in inside[holding]


@pytest.mark.parametrize("with_delegation", [True, False])
@pytest.mark.parametrize("holding", SCOPES)
def test_grant_is_given_exactly_within_what_the_giver_may_pass_on(
    app, factory, city, holding, with_delegation
):
    giver = city.clerk
    factory.grant(
        PrincipalKind.PERSON,
        giver,
        PAGE,
        with_delegation=with_delegation,
        valid_until=SHORT,
        **reach(city, holding),
    )
    actor = factory.actor(giver)
    for asked, until in product(
        SCOPES, (SHORT - timedelta(days=1), SHORT, SHORT + timedelta(days=1), FOREVER)
    ):
        is_allowed = with_delegation and covers(city, holding, asked) and until <= SHORT
        with app.app_context(), unit("write") as current:
            receiver = principal(PrincipalKind.PERSON, city.staff)
            try:
                grant(actor, receiver, PAGE, valid_until=until, **reach(city, asked))
                was_given = True
            except Denied:
                was_given = False
            current.rollback()
        assert was_given == is_allowed, (holding, asked, until)


def test_wider_and_longer_are_told_apart(factory, city, write):
    factory.grant(
        PrincipalKind.PERSON,
        city.clerk,
        PAGE,
        scope="subtree",
        unit_id=city.welfare,
        with_delegation=True,
        valid_until=SHORT,
    )
    actor = factory.actor(city.clerk)
    with write():
        receiver = principal(PrincipalKind.PERSON, city.staff)
        with pytest.raises(Denied) as wider:
            grant(actor, receiver, PAGE, scope="all", valid_until=SHORT)
        with pytest.raises(Denied) as longer:
            grant(actor, receiver, PAGE, scope="subtree", unit_id=city.welfare, valid_until=LONG)
    assert (wider.value.code, longer.value.code) == ("wider", "longer")


def test_somebody_elses_longer_grant_does_not_help(factory, city, write):
    factory.grant(PrincipalKind.PERSON, city.staff, PAGE, with_delegation=True)
    factory.grant(PrincipalKind.PERSON, city.clerk, PAGE, with_delegation=True, valid_until=SHORT)
    actor = factory.actor(city.clerk)
    with write(), pytest.raises(Denied):
        grant(actor, principal(PrincipalKind.PERSON, city.auditor), PAGE, scope="all", valid_until=LONG)


def test_a_wide_short_and_a_narrow_long_grant_do_not_add_up(factory, city, write):
    factory.grant(PrincipalKind.PERSON, city.clerk, PAGE, with_delegation=True, valid_until=SHORT)
    factory.grant(
        PrincipalKind.PERSON, city.clerk, PAGE, scope="subtree", unit_id=city.protection, with_delegation=True
    )
    actor = factory.actor(city.clerk)
    with write():
        receiver = principal(PrincipalKind.PERSON, city.staff)
        with pytest.raises(Denied):
            grant(actor, receiver, PAGE, scope="subtree", unit_id=city.welfare, valid_until=LONG)
        grant(actor, receiver, PAGE, scope="subtree", unit_id=city.protection, valid_until=LONG)


def test_duty_that_ends_ends_what_may_be_passed_on(factory, city, write):
    with write() as current:
        holder = current.scalars(select(DutyHolder).where(DutyHolder.person_id == city.administrator)).one()
        holder.valid_to = SHORT
        current.flush()
        rebuild([city.administrator])
    actor = factory.actor(city.administrator)
    with write():
        receiver = principal(PrincipalKind.PERSON, city.clerk)
        with pytest.raises(Denied) as longer:
            grant(actor, receiver, PAGE, scope="subtree", unit_id=city.protection)
        assert longer.value.code == "longer"
        grant(actor, receiver, PAGE, scope="subtree", unit_id=city.protection, valid_until=SHORT)


def test_implied_permission_may_be_passed_on_and_the_implying_one_may_not(factory, city, write):
    factory.grant(PrincipalKind.PERSON, city.clerk, "administration:system:manage", with_delegation=True)
    factory.grant(PrincipalKind.PERSON, city.staff, "administration:rule:set", with_delegation=True)
    above, beside = factory.actor(city.clerk), factory.actor(city.staff)
    with write():
        receiver = principal(PrincipalKind.PERSON, city.auditor)
        grant(above, receiver, "administration:rule:set", scope="all")
        with pytest.raises(Denied):
            grant(beside, receiver, "administration:system:manage", scope="all")


def test_own_scope_is_for_those_who_hold_it_everywhere(factory, city, write):
    factory.grant(
        PrincipalKind.PERSON, city.clerk, PAGE, scope="subtree", unit_id=city.root, with_delegation=True
    )
    factory.grant(PrincipalKind.PERSON, city.staff, PAGE, with_delegation=True)
    over_units, everywhere = factory.actor(city.clerk), factory.actor(city.staff)
    with write():
        receiver = principal(PrincipalKind.EVERYONE)
        with pytest.raises(Denied):
            grant(over_units, receiver, PAGE, scope="own")
        grant(everywhere, receiver, PAGE, scope="own")


def test_giving_asks_for_the_password_again(factory, city, write):
    factory.grant(PrincipalKind.PERSON, city.clerk, PAGE, with_delegation=True)
    actor = factory.actor(city.clerk, elevated=False)
    with write(), pytest.raises(NeedsElevation):
        grant(actor, principal(PrincipalKind.PERSON, city.staff), PAGE, scope="all")


def test_given_to_all_is_nothing_to_pass_on(factory, city, read):
    actor = factory.actor(city.clerk)
    with read():
        assert held(actor, "directory:person:read").everywhere
        assert not delegable(actor, "directory:person:read", FOREVER)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"permission": "portal:nothing:do"}, "unknown_permission"),
        ({"scope": "galaxy"}, "scope"),
        ({"scope": "subtree"}, "scope"),
        ({"scope": "all", "unit_id": 1}, "scope"),
        ({"scope": "object"}, "scope"),
        ({"scope": "subtree", "unit_id": 999_999}, "unit"),
        ({"valid_until": clock.today()}, "valid_until"),
        ({"valid_until": date(2020, 4, 1)}, "valid_until"),
    ],
)
def test_grant_that_does_not_fit_is_refused(city, write, changes, code):
    values = {"permission": PAGE, "scope": "all"} | changes
    with write(), pytest.raises(Invalid) as refused:
        grant(system(), principal(PrincipalKind.PERSON, city.clerk), values.pop("permission"), **values)
    assert refused.value.code == code


def test_group_whose_members_are_chosen_freely_gets_no_rights(city, write):
    with write() as current:
        for kind in ("personal", "shared"):
            group = Group(kind=kind, name="昼食会", owner_id=city.clerk)
            current.add(group)
            current.flush()
            with pytest.raises(Invalid) as refused:
                grant(system(), principal(PrincipalKind.GROUP, group.id), PAGE, scope="all")
            assert refused.value.code == "group"


def test_same_grant_twice_is_one(city, write):
    with write():
        receiver = principal(PrincipalKind.PERSON, city.clerk)
        grant(system(), receiver, PAGE, scope="all")
        with pytest.raises(Conflict):
            grant(system(), receiver, PAGE, scope="all", valid_until=SHORT)
        grant(system(), receiver, PAGE, scope="all", with_delegation=True)


def test_revoked_grant_holds_no_longer_and_stays_as_a_row(factory, city, write, read):
    number = factory.grant(PrincipalKind.PERSON, city.clerk, PAGE)
    actor = factory.actor(city.clerk)
    with write():
        assert held(actor, PAGE)
        revoke(system(), number)
        assert not held(actor, PAGE)
        with pytest.raises(NotFound):
            revoke(system(), number)
    with read() as current:
        assert current.get(Grant, number).valid_until == clock.today()


def test_revoking_needs_what_giving_would_need(factory, city, write):
    wide = factory.grant(PrincipalKind.PERSON, city.auditor, PAGE)
    narrow = factory.grant(
        PrincipalKind.PERSON, city.auditor, PAGE, scope="subtree", unit_id=city.protection, valid_until=SHORT
    )
    factory.grant(
        PrincipalKind.PERSON,
        city.clerk,
        PAGE,
        scope="subtree",
        unit_id=city.welfare,
        with_delegation=True,
        valid_until=SHORT,
    )
    actor = factory.actor(city.clerk)
    with write():
        with pytest.raises(Denied):
            revoke(actor, wide)
        revoke(actor, narrow)


def test_last_administrator_of_the_installation_cannot_be_lost(city, write):
    with write() as current:
        number = current.scalars(
            select(Grant.id).where(Grant.permission == "administration:system:manage")
        ).one()
        with pytest.raises(Conflict) as refused:
            revoke(system(), number)
    assert refused.value.code == "last_administrator"


def held_units(actor):
    mine = held(actor, PAGE)
    return set(org_tree().units) | {"everywhere"} if mine.everywhere else set(mine.units)


steps = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.integers(0, 3),
        st.sampled_from(SCOPES),
        st.booleans(),
        st.sampled_from((SHORT, LONG, FOREVER)),
    ),
    max_size=8,
)


@pytest.fixture
def people(factory, city):
    return [
        factory.actor(person) for person in (city.clerk, city.staff, city.auditor, city.other_administrator)
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.tuples(st.sampled_from(SCOPES), st.sampled_from((SHORT, LONG))), chain=steps)
def test_no_chain_of_grants_yields_more_than_was_held_at_its_beginning(app, city, people, first, chain):
    scope, end = first
    with app.app_context(), unit("write") as current:
        current.execute(Grant.__table__.delete().where(Grant.permission == PAGE))
        start = principal(PrincipalKind.PERSON, people[0].person_id)
        grant(system(), start, PAGE, with_delegation=True, valid_until=end, **reach(city, scope))
        most = held_units(people[0])
        for giver, receiver, asked, with_delegation, until in chain:
            holder = principal(PrincipalKind.PERSON, people[receiver].person_id)
            try:
                grant(
                    people[giver],
                    holder,
                    PAGE,
                    with_delegation=with_delegation,
                    valid_until=until,
                    **reach(city, asked),
                )
            except (Denied, Conflict):
                continue
        for actor in people:
            assert held_units(actor) <= most
        ends = session.scalars(select(Grant.valid_until).where(Grant.permission == PAGE)).all()
        assert max(ends) <= end
        current.rollback()
