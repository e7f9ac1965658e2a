"""Setting rules: who may, what is accepted, what a lock forbids, what is kept."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from groupware import clock, rules
from groupware.access.enums import PrincipalKind
from groupware.actor import system
from groupware.audit.models import AuditRecord
from groupware.caches import bump
from groupware.db import session, unit
from groupware.directory.models import OrgUnitVersion
from groupware.directory.tree import CACHE as TREE
from groupware.errors import Conflict, Denied, Invalid, NeedsElevation, NotFound
from groupware.plugin import CONTRACT, Plugin, Rule
from groupware.rules.history import history, planned
from groupware.rules.models import RuleValue
from groupware.rules.services import clear_rule, set_rule, withdraw_setting
from groupware.setup import initialise

SHOP = Plugin(
    id="shop",
    contract=CONTRACT,
    title="Shop",
    summary="Shop.",
    icon="info",
    order=1,
    in_menu=False,
    rules=(
        Rule(id="shop.days", title="Days", help="", default=14, minimum=1, maximum=30),
        Rule(id="shop.approval", title="Approval", help="", default=False),
        Rule(
            id="shop.colour",
            title="Colour",
            help="",
            default="red",
            choices=(("red", "Red"), ("blue", "Blue")),
        ),
        Rule(
            id="shop.weekdays",
            title="Weekdays",
            help="",
            default=("mon",),
            choices=(("mon", "M"), ("tue", "T"), ("wed", "W")),
        ),
        Rule(id="shop.note", title="Note", help="", default="", max_length=10),
    ),
)
TOMORROW = clock.today() + timedelta(days=1)
LATER = clock.today() + timedelta(days=10)


@pytest.fixture
def app(make_app):
    built = make_app(chosen=[SHOP])
    with built.app_context(), unit("write"):
        initialise()
    return built


def test_value_is_inherited_down_to_the_sections(city, write, read):
    with write():
        set_rule(system(), "shop.days", city.welfare, 7)
    with read():
        assert [rules.value("shop.days", u) for u in (None, city.root, city.welfare, city.care, city.waste)] == [
            14, 14, 7, 7, 14,
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ("shop.days", 0),
        ("shop.days", 31),
        ("shop.days", "7"),
        ("shop.days", True),
        ("shop.days", None),
        ("shop.approval", 1),
        ("shop.approval", "on"),
        ("shop.colour", "green"),
        ("shop.colour", None),
        ("shop.weekdays", ("sun",)),
        ("shop.weekdays", "mon"),
        ("shop.note", "あ" * 11),
        ("shop.note", "a\nb"),
        ("shop.note", 5),
    ],
)
def test_value_that_the_rule_does_not_accept_is_refused_at_its_field(city, write, rule, value):
    with write(), pytest.raises(Invalid) as refused:
        set_rule(system(), rule, city.welfare, value)
    assert set(refused.value.fields) == {"value"}


@pytest.mark.parametrize(
    ("rule", "given", "kept"),
    [
        ("shop.days", 30, 30),
        ("shop.approval", True, True),
        ("shop.colour", "blue", "blue"),
        ("shop.weekdays", ("wed", "mon", "mon"), ("mon", "wed")),
        ("shop.weekdays", (), ()),
        ("shop.note", "  あ" * 3, "あ  あ  あ"),
    ],
)
def test_value_comes_back_as_it_was_checked(city, write, read, rule, given, kept):
    with write():
        set_rule(system(), rule, city.welfare, given)
    with read():
        assert rules.value(rule, city.care) == kept


def test_function_administrator_sets_rules_of_the_own_subtree_only(factory, city, write):
    actor = factory.actor(city.administrator)
    with write():
        assert set_rule(actor, "shop.days", city.care, 3).set_by == city.administrator
        for foreign in (city.environment, city.waste, city.root, None):
            with pytest.raises(Denied):
                set_rule(actor, "shop.days", foreign, 3)
            with pytest.raises(Denied):
                clear_rule(actor, "shop.days", foreign)


def test_setting_asks_for_the_password_again(factory, city, write):
    actor = factory.actor(city.administrator, elevated=False)
    with write(), pytest.raises(NeedsElevation):
        set_rule(actor, "shop.days", city.care, 3)


def test_clerk_sets_nothing(factory, city, write):
    actor = factory.actor(city.clerk)
    with write(), pytest.raises(Denied):
        set_rule(actor, "shop.days", city.protection, 3)


@pytest.mark.parametrize("rule", ["shop.nothing", "portal.enabled", ""])
def test_rule_that_nobody_declares_is_not_found(city, write, rule):
    with write(), pytest.raises(NotFound):
        set_rule(system(), rule, None, value=False)


def test_unit_that_does_not_exist_is_not_found(city, write):
    with write(), pytest.raises(NotFound):
        set_rule(system(), "shop.days", 999_999, 3)


def test_lock_above_refuses_with_the_name_of_the_unit(city, write):
    with write():
        set_rule(system(), "shop.days", city.welfare, 5, is_locked=True)
        with pytest.raises(Conflict) as refused:
            set_rule(system(), "shop.days", city.care, 3)
    assert refused.value.code == "locked"
    assert "福祉局" in str(refused.value.message)


def test_lock_of_the_installation_says_so(city, write):
    with write():
        set_rule(system(), "shop.days", None, 5, is_locked=True)
        with pytest.raises(Conflict) as refused:
            set_rule(system(), "shop.days", city.care, 3)
    assert refused.value.details["unit_id"] is None


def test_lock_overrules_values_below_until_it_is_gone(city, write, read):
    with write():
        set_rule(system(), "shop.days", city.care, 3)
        set_rule(system(), "shop.days", city.welfare, 5, is_locked=True)
    with read():
        assert rules.value("shop.days", city.care) == 5
        assert rules.in_force("shop.days", city.care).is_locked
    with write():
        set_rule(system(), "shop.days", city.welfare, 5)
    with read():
        assert rules.value("shop.days", city.care) == 3


def test_locking_unit_may_change_its_own_value(city, write, read):
    with write():
        set_rule(system(), "shop.days", city.welfare, 5, is_locked=True)
        set_rule(system(), "shop.days", city.welfare, 6, is_locked=True)
    with read():
        assert rules.value("shop.days", city.care) == 6


def test_lock_counts_on_the_day_of_the_setting(city, write):
    with write():
        set_rule(system(), "shop.days", city.welfare, 5, is_locked=True, effective_from=LATER)
        set_rule(system(), "shop.days", city.care, 3)
        with pytest.raises(Conflict):
            set_rule(system(), "shop.days", city.care, 3, effective_from=LATER)


def test_value_comes_into_force_on_its_day(city, write, read):
    with write():
        set_rule(system(), "shop.days", city.welfare, 7, effective_from=TOMORROW)
    with read():
        assert rules.value("shop.days", city.care) == 14
        assert rules.value("shop.days", city.care, TOMORROW) == 7


@pytest.mark.parametrize("days", [-1, 365 * 300])
def test_day_in_the_past_or_far_away_is_refused_at_its_field(city, write, days):
    with write(), pytest.raises(Invalid) as refused:
        set_rule(system(), "shop.days", city.welfare, 7, effective_from=clock.today() + timedelta(days=days))
    assert set(refused.value.fields) == {"effective_from"}


def test_cleared_value_returns_to_the_one_above(city, write, read):
    with write():
        set_rule(system(), "shop.days", city.welfare, 7)
        set_rule(system(), "shop.days", city.care, 3)
        clear_rule(system(), "shop.days", city.care)
    with read():
        assert rules.value("shop.days", city.care) == 7


def test_same_setting_twice_leaves_one_row(city, write, read):
    with write():
        assert clear_rule(system(), "shop.days", city.welfare) is None
        assert set_rule(system(), "shop.weekdays", city.welfare, ("mon", "tue")) is not None
        assert set_rule(system(), "shop.weekdays", city.welfare, ("mon", "tue")) is None
        assert clear_rule(system(), "shop.weekdays", city.welfare) is not None
        assert clear_rule(system(), "shop.weekdays", city.welfare) is None
    with read() as session:
        assert session.scalar(select(func.count()).select_from(RuleValue)) == 2


def test_history_keeps_every_value_with_its_setter(factory, city, write, read):
    actor = factory.actor(city.administrator)
    with write():
        set_rule(system(), "shop.days", city.welfare, 7)
        set_rule(actor, "shop.days", city.welfare, 8, is_locked=True)
        clear_rule(actor, "shop.days", city.welfare)
    with read():
        found = history("shop.days", city.welfare)
    assert [(e.value, e.is_locked, e.is_cleared, e.person) for e in found] == [
        (None, False, True, "高橋 陽菜"),
        (8, True, False, "高橋 陽菜"),
        (7, False, False, None),
    ]


def test_planned_settings_are_those_that_will_still_count(city, write, read):
    with write():
        set_rule(system(), "shop.days", city.welfare, 7)
        set_rule(system(), "shop.days", city.welfare, 8, effective_from=TOMORROW)
        set_rule(system(), "shop.days", city.welfare, 9, effective_from=TOMORROW)
        set_rule(system(), "shop.days", city.welfare, 9, effective_from=LATER)
    with read():
        assert [(s.value, s.effective_from) for s in planned("shop.days", city.welfare, clock.today())] == [
            (9, TOMORROW)
        ]


def test_withdrawn_plan_lets_the_former_value_go_on(city, write, read):
    with write():
        set_rule(system(), "shop.days", city.welfare, 7)
        coming = set_rule(system(), "shop.days", city.welfare, 8, effective_from=LATER)
        withdraw_setting(system(), coming.id)
        with pytest.raises(Conflict):
            withdraw_setting(system(), coming.id)
    with read():
        assert rules.value("shop.days", city.welfare, LATER) == 7
        assert planned("shop.days", city.welfare, clock.today()) == []


def test_setting_in_force_cannot_be_withdrawn(factory, city, write):
    stranger = factory.actor(city.other_administrator)
    with write():
        coming = set_rule(system(), "shop.days", city.welfare, 8, effective_from=LATER)
        present = set_rule(system(), "shop.days", city.welfare, 8)
        with pytest.raises(Conflict):
            withdraw_setting(system(), present.id)
        with pytest.raises(Denied):
            withdraw_setting(stranger, coming.id)
        with pytest.raises(NotFound):
            withdraw_setting(system(), 999_999)


def test_audit_names_the_rule_and_not_the_value(city, write, read):
    with write():
        set_rule(system(), "shop.note", city.welfare, "内線1234")
    with read() as session:
        found = session.scalars(select(AuditRecord)).one()
        assert (found.action, found.object_unit_id) == ("rule.set", city.welfare)
        assert found.details["rule"] == "shop.note"
        assert "内線" not in str(found.details)


def test_another_app_on_the_same_database_sees_the_value(make_app, city, write):
    other = make_app(chosen=[SHOP])
    with other.app_context(), unit("read"):
        assert rules.value("shop.days", city.care) == 14
    with write():
        set_rule(system(), "shop.days", city.welfare, 7)
    with other.app_context(), unit("read"):
        assert rules.value("shop.days", city.care) == 7


def test_section_that_moves_obeys_its_new_bureau_at_once(city, write, read):
    with write():
        set_rule(system(), "shop.days", city.welfare, 7)
    with read():
        assert rules.value("shop.days", city.waste) == 14
    with write():
        session.execute(
            update(OrgUnitVersion).where(OrgUnitVersion.unit_id == city.waste).values(parent_id=city.welfare)
        )
        bump(TREE)
    with read():
        assert rules.value("shop.days", city.waste) == 7


def test_days_asked_in_turn_have_their_own_values(city, write, read):
    with write():
        set_rule(system(), "shop.days", city.welfare, 7, effective_from=LATER)
    with read():
        asked = [LATER, None, LATER, TOMORROW]
        assert [rules.value("shop.days", city.care, day) for day in asked] == [7, 14, 7, 14]


def test_what_is_derived_is_kept_until_a_rule_an_organisation_or_the_day_is_another(city, write, read):
    def kept(day=None):
        with read():
            return dict(rules.derived("shop.sums", day or clock.today()))

    def keep():
        with read():
            rules.derived("shop.sums", clock.today())["care"] = 14

    keep()
    assert kept() == {"care": 14}
    with read():
        assert not rules.derived("shop.others", clock.today())
    with write():
        set_rule(system(), "shop.days", city.welfare, 7)
    assert kept() == {}
    keep()
    with write():
        bump(TREE)
    assert kept() == {}
    keep()
    assert kept(TOMORROW) == {}


def test_right_over_everything_sets_the_installations_value(factory, city, write, read):
    factory.grant(PrincipalKind.PERSON, city.staff, "administration:rule:set")
    actor = factory.actor(city.staff)
    with write():
        set_rule(actor, "shop.approval", None, True)
    with read():
        assert rules.value("shop.approval", city.care) is True
        assert rules.value("shop.approval", None) is True
