"""What changes if: units and people whose value would become another."""

import pytest

from groupware import clock
from groupware.actor import system
from groupware.db import unit
from groupware.directory.models import Appointment
from groupware.rules.effects import Proposal, effect
from groupware.rules.services import set_rule
from groupware.setup import initialise
from tests.core.rules.test_setting import LATER, SHOP


@pytest.fixture
def app(make_app):
    built = make_app(chosen=[SHOP])
    with built.app_context(), unit("write"):
        initialise()
    return built


def proposal(unit_id, **values):
    return Proposal(
        **({"rule_id": "shop.days", "unit_id": unit_id, "value": 7, "day": clock.today()} | values)
    )


def test_whole_subtree_changes_where_nobody_has_a_value_of_their_own(city, read):
    with read():
        found = effect(proposal(city.welfare))
    assert [change.unit_id for change in found.changes] == [city.welfare, city.protection, city.care]
    assert {(change.before, change.after) for change in found.changes} == {(14, 7)}
    assert found.people == 2


def test_units_with_their_own_value_keep_it(city, write, read):
    with write():
        set_rule(system(), "shop.days", city.care, 3)
    with read():
        found = effect(proposal(city.welfare))
    assert [change.unit_id for change in found.changes] == [city.welfare, city.protection]
    assert (found.kept, found.overruled) == ((city.care,), ())


def test_lock_overrules_them(city, write, read):
    with write():
        set_rule(system(), "shop.days", city.care, 3)
    with read():
        found = effect(proposal(city.welfare, is_locked=True))
    assert [change.unit_id for change in found.changes] == [city.welfare, city.protection, city.care]
    assert (found.kept, found.overruled) == ((), (city.care,))


def test_same_value_changes_nothing(city, read):
    with read():
        found = effect(proposal(city.welfare, value=14))
    assert (found.changes, found.people) == ((), 0)


def test_clearing_shows_the_way_back(city, write, read):
    with write():
        set_rule(system(), "shop.days", None, 20)
        set_rule(system(), "shop.days", city.welfare, 7)
    with read():
        found = effect(proposal(city.welfare, value=None, is_cleared=True))
    assert {(change.before, change.after) for change in found.changes} == {(7, 20)}


def test_installation_reaches_every_unit_and_everybody_once(city, write, read):
    with write() as session:
        session.add(
            Appointment(
                person_id=city.clerk,
                unit_id=city.waste,
                post_id=1,
                kind="concurrent",
                valid_from=clock.today(),
            )
        )
    with read():
        found = effect(proposal(None))
    assert len(found.changes) == 6
    assert found.people == 6


def test_future_proposal_is_measured_on_its_day(city, write, read):
    with write():
        set_rule(system(), "shop.days", city.welfare, 7, effective_from=LATER)
    with read():
        assert len(effect(proposal(city.welfare)).changes) == 3
        assert effect(proposal(city.welfare, day=LATER)).changes == ()
