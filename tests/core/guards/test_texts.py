"""The guard of free text in the house's own pages: by the rule of the organisation written for."""

from dataclasses import replace

import pytest

from groupware.actor import system
from groupware.db import unit
from groupware.errors import Invalid
from groupware.guards.enums import Confirmation
from groupware.guards.rules import NUMBERS
from groupware.portal.services.contents import add_content
from groupware.portal.services.layouts import Owner
from groupware.portal.services.pages import create_page
from groupware.rules.services import set_rule

TEXT = "<p>1234-5678-9018</p>"


@pytest.mark.parametrize(("is_confirmed", "rule"), [(False, "warn"), (True, "refuse")])
def test_section_page_and_free_text_refuse_a_number(app, city, factory, is_confirmed, rule):
    with app.app_context(), unit("write"):
        set_rule(system(), NUMBERS, city.welfare, rule)
    who = replace(
        factory.actor(city.administrator),
        confirmed=frozenset({Confirmation.INDIVIDUAL_NUMBER.value} if is_confirmed else ()),
    )
    acts = (
        lambda: create_page(who, city.protection, "窓口の案内", TEXT),
        lambda: add_content(who, Owner(f"unit-{city.welfare}", unit_id=city.welfare), "窓口の案内", TEXT),
    )
    for act in acts:
        with app.app_context(), pytest.raises(Invalid) as refused, unit("write"):
            act()
        assert refused.value.code == "individual_number"
        assert list(refused.value.fields) == ["text"]
        assert "123456789018" not in str(refused.value.fields).replace("-", "")


def test_confirmed_number_passes_where_the_rule_only_warns(app, city, factory):
    who = replace(
        factory.actor(city.administrator), confirmed=frozenset({Confirmation.INDIVIDUAL_NUMBER.value})
    )
    with app.app_context(), unit("write"):
        assert create_page(who, city.protection, "窓口の案内", TEXT).id
