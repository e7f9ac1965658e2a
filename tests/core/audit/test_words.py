"""Every action that the house records has words for the auditor's page."""

import re
from pathlib import Path

import groupware
from groupware.audit.words import ACTIONS, OBJECTS, action_words, groups, object_words
from groupware.i18n import speaking
from groupware.plugin import CONTRACT, Plugin, RecordKind
from groupware.portal.models import SectionPage

HOUSE = Path(groupware.__file__).parent
# An action is called `<package>.<thing>_<past tense>`; files that never name the audit record none.
RECORDED = re.compile(
    r'"((?:access|account|audit|auth|directory|list|portal|record|rule)\.(?:[a-z_]+_)?'
    r'(?:[a-z]+ed|begun|held|in|left|out|read|seen|set))"'
)
OBJECT = re.compile(r'object_type="(\w+\.\w+)"')
SHOP = Plugin(
    id="shop",
    contract=CONTRACT,
    title="店",
    summary="Shop.",
    icon="info",
    order=1,
    in_menu=False,
    records=(
        RecordKind(
            id="shop.article",
            title="商品",
            model=SectionPage,
            default_years=1,
            expired=lambda day: None,
            purge=lambda ids: None,
        ),
    ),
)


def sources():
    return [file.read_text(encoding="utf-8") for file in HOUSE.rglob("*.py") if "testing" not in file.parts]


def test_every_recorded_action_has_words():
    found = {action for text in sources() if "audit" in text for action in RECORDED.findall(text)}
    assert len(found) > 30
    assert found - set(ACTIONS) == set()


def test_every_recorded_object_has_words():
    found = {name for text in sources() for name in OBJECT.findall(text)}
    assert found - set(OBJECTS) == set()


def test_action_of_a_plugin_is_made_of_thing_and_verb(make_app):
    with make_app(chosen=[SHOP]).app_context(), speaking("ja"):
        assert action_words("shop.article_published") == "商品: 公開"
        assert action_words("shop.shelf_moved") == "店: 移動"
        assert action_words("shop.opened_wide") == "店: opened_wide"
        assert object_words("shop.article") == "商品"


def test_refusal_is_called_like_the_permission_that_was_missing(app):
    with app.app_context(), speaking("ja"):
        assert action_words("administration:rule:set") == "ルールの設定"
        assert action_words("gone.thing_done") == "gone.thing_done"


def test_groups_of_actions_begin_with_everything_and_hold_each_plugin_once(app):
    with app.app_context():
        prefixes = [prefix for prefix, _ in groups()]
    assert prefixes[0] == ""
    assert len(set(prefixes)) == len(prefixes)
    assert {"auth.", "rule.", "portal."} <= set(prefixes)
