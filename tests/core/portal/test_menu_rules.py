"""The menu's order and words, as bureaus decide."""

import pytest

from groupware.portal.rules import menu_labels, menu_order
from groupware.rules.services import set_rule


@pytest.fixture
def rule(factory, write, city):
    def change(rule_id, unit_id, value):
        factory.grant("person", city.system_administrator, "administration:rule:set")
        actor = factory.actor(city.system_administrator)
        with write():
            set_rule(actor, rule_id, unit_id, value)

    return change


def menu(client):
    """Ids of the menu in their order."""
    text = client.get("/").text
    return [part.split('"', 1)[0] for part in text.split('data-menu-item="')[1:]]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", []),
        ("bulletin portal", ["bulletin", "portal"]),
        (" bulletin,portal、 directory ", ["bulletin", "portal", "directory"]),
        ("portal portal", ["portal"]),
    ],
)
def test_menu_order_is_read_from_words(text, ids):
    assert menu_order(text) == ids


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("", {}),
        ("bulletin=庁内だより, directory = 電話 帳", {"bulletin": "庁内だより", "directory": "電話 帳"}),
        ("bulletin＝だより、directory=", {"bulletin": "だより"}),
        ("nonsense", {}),
    ],
)
def test_menu_labels_are_read_from_pairs(text, labels):
    assert menu_labels(text) == labels


def test_menu_without_a_rule_has_the_declared_order(city, sign_in):
    assert menu(sign_in(city.clerk)) == ["portal", "sample", "directory"]


def test_menu_order_of_a_bureau_holds_below_it_only(city, sign_in, rule):
    rule("portal.menu_order", city.bureau, "directory unknown portal")
    assert menu(sign_in(city.clerk)) == ["directory", "portal", "sample"]
    assert menu(sign_in(city.stranger)) == ["portal", "sample", "directory"]


def test_menu_label_of_a_bureau_is_shown_and_escaped(city, sign_in, rule):
    rule("portal.menu_labels", city.bureau, "sample=<b>だより</b>")
    text = sign_in(city.clerk).get("/").text
    assert "&lt;b&gt;だより&lt;/b&gt;" in text
    assert "<b>だより</b>" not in text


def test_header_always_names_person_and_unit(city, sign_in):
    for path in ("/", "/help/", "/search", "/portal/pages"):
        text = sign_in(city.clerk).get(path).text
        assert '<span class="me-unit">総務課</span>' in text
        assert '<span class="me-person">佐藤 葵</span>' in text


def test_section_bar_leads_to_the_help_of_its_function(city, sign_in):
    client = sign_in(city.clerk)
    assert 'href="/help/portal"' in client.get("/").text
    assert client.get("/help/portal").status_code == 200


def test_printed_page_bears_unit_name_and_wareki_date(city, sign_in):
    text = sign_in(city.clerk).get("/").text
    header = text.split('class="print-header', 1)[1].split("</div>", 1)[0]
    assert "総務課 佐藤 葵" in header
    assert "令和" in header
