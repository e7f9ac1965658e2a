"""Forms and words of rule values."""

import pytest

from groupware.errors import Invalid
from groupware.i18n import speaking
from groupware.rules.values import bounds, parsed, shown, spelt
from tests.core.rules.test_setting import SHOP

RULES = {rule.id: rule for rule in SHOP.rules}


@pytest.mark.parametrize(
    ("rule", "texts", "value"),
    [
        ("shop.days", ["7"], 7),
        ("shop.days", [" ３０ "], 30),
        ("shop.approval", ["on"], True),
        ("shop.approval", ["off"], False),
        ("shop.colour", ["blue"], "blue"),
        ("shop.weekdays", ["wed", "mon"], ("mon", "wed")),
        ("shop.weekdays", [], ()),
        ("shop.note", [" 内線 "], "内線"),
    ],
)
def test_form_is_read_as_the_rule_means_it(app, rule, texts, value):
    with app.app_context():
        assert parsed(RULES[rule], texts) == value
        assert parsed(RULES[rule], spelt(RULES[rule], value)) == value


@pytest.mark.parametrize(
    ("rule", "texts"),
    [
        ("shop.days", []),
        ("shop.days", ["seven"]),
        ("shop.days", ["7.5"]),
        ("shop.days", ["9" * 40]),
        ("shop.days", ["-1"]),
        ("shop.approval", []),
        ("shop.approval", ["true"]),
        ("shop.colour", [""]),
        ("shop.weekdays", ["sun"]),
    ],
)
def test_form_that_says_nothing_sensible_is_refused(app, rule, texts):
    with app.app_context(), pytest.raises(Invalid) as refused:
        parsed(RULES[rule], texts)
    assert "value" in refused.value.fields


@pytest.mark.parametrize(
    ("rule", "value", "words"),
    [
        ("shop.days", 7, "7"),
        ("shop.approval", True, "する"),
        ("shop.approval", False, "しない"),
        ("shop.colour", "blue", "Blue"),
        ("shop.weekdays", ("mon", "wed"), "M、W"),
        ("shop.weekdays", (), "なし"),
        ("shop.note", "", "(空欄)"),
        ("shop.note", "内線", "内線"),
    ],
)
def test_value_is_shown_in_words(app, rule, value, words):
    with app.app_context(), speaking("ja"):
        assert shown(RULES[rule], value) == words


def test_bounds_are_said(app):
    with app.app_context(), speaking("ja"):
        assert bounds(RULES["shop.days"]) == "1から30までの整数"
        assert bounds(RULES["shop.note"]) == "10文字以内"
