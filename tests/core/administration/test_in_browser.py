"""Administration in a browser: the effect of a rule appears while it is chosen, and axe finds nothing on any page."""

import csv

import pytest
from playwright.sync_api import expect

from tests.support.browser import axe_violations

pytestmark = pytest.mark.browser

PAGES = (
    "/admin/",
    "/admin/rules",
    "/admin/rules/bulletin.enabled",
    "/admin/plugins",
    "/admin/plugins/bulletin",
    "/admin/plugins/bulletin/switch?unit=all&to=off",
    "/admin/grants",
    "/admin/grants/matrix",
    "/admin/grants/person",
    "/admin/grants/new",
    "/admin/roles",
)
WIDE = {"width": 1920, "height": 1000}
"""All functions of the menu have room beside each other."""
OF_AUDITORS = ("/admin/audit", "/admin/audit/1")


@pytest.fixture
def sign_in(new_page, demo_server):
    """A browser in which a sample person of a role is signed in and has given the password again."""
    with (demo_server.instance / "demo-accounts.csv").open(encoding="utf-8-sig", newline="") as file:
        accounts = list(csv.DictReader(file))

    def enter(role, **options):
        account = next(account for account in accounts if account["role"] == role)
        page = new_page(base_url=demo_server.url, **options)
        page.goto("/login")
        page.fill("input[name=username]", account["login"])
        page.fill("input[name=password]", account["password"])
        page.press("input[name=password]", "Enter")
        page.wait_for_url("**/")
        page.goto("/session/elevate?next=/admin/")
        page.fill("input[name=password]", account["password"])
        page.press("input[name=password]", "Enter")
        page.wait_for_url("**/admin/")
        return page

    return enter


@pytest.mark.parametrize(
    "options",
    [{}, {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}}],
    ids=["wide", "narrow and dark"],
)
def test_pages_are_accessible_and_fit(sign_in, options):
    for role, addresses in (("administrator", PAGES), ("auditor", OF_AUDITORS)):
        page = sign_in(role, **options)
        for address in addresses:
            assert page.goto(address).status == 200
            assert axe_violations(page) == [], address
            overflow = page.evaluate(
                "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert overflow <= 0, address


def test_effect_of_a_rule_appears_while_it_is_chosen_and_the_value_is_saved(sign_in):
    page = sign_in("administrator")
    page.goto("/admin/rules/bulletin.enabled")
    effect = page.locator("#effect")
    page.get_by_label("利用しない").check()
    expect(effect.get_by_text("人に影響します")).to_be_visible()
    page.get_by_label("下位の組織では変更できないように固定する").check()
    page.get_by_role("button", name="保存する").click()
    page.wait_for_url("**/admin/rules?unit=all")
    expect(page.get_by_text("「機能の利用」を保存しました。")).to_be_visible()
    page.goto("/admin/rules/bulletin.enabled")
    page.get_by_role("button", name="上位の設定に戻す").click()
    expect(page.get_by_text("「機能の利用」を上位の設定に戻しました。")).to_be_visible()


def test_right_is_granted_with_the_picker_by_keyboard(sign_in):
    page = sign_in("administrator")
    page.goto("/admin/grants/new")
    page.get_by_label("権限", exact=False).first.select_option("portal:page:write")
    search = page.get_by_role("combobox", name="付与先", exact=False)
    search.fill("課長")
    options = page.locator("#principals-options").get_by_role("option")
    expect(options.first).to_be_visible()
    search.press("ArrowDown")
    search.press("Enter")
    page.get_by_role("button", name="付与する", exact=True).click()
    expect(page.get_by_text("権限を付与しました。")).to_be_visible()


def test_board_is_switched_off_and_on_again_and_a_colleague_sees_that_within_five_seconds(sign_in):
    administrator, colleague = sign_in("administrator"), sign_in("auditor", viewport=WIDE)
    menu = colleague.locator("[data-menu-item=bulletin]")
    switched_off = False
    try:
        colleague.goto("/")
        expect(menu).to_be_visible()
        administrator.goto("/admin/plugins/bulletin/switch?unit=all&to=off")
        administrator.get_by_role("button", name="利用を停止する").click()
        switched_off = True
        colleague.wait_for_timeout(5000)
        colleague.goto("/")
        expect(menu).to_have_count(0)
        assert colleague.goto("/bulletin/").status == 404
    finally:
        if switched_off:
            administrator.goto("/admin/plugins/bulletin/switch?unit=all&to=on")
            administrator.get_by_role("button", name="利用する").click()
            colleague.wait_for_timeout(5000)
    assert colleague.goto("/bulletin/").status == 200
    expect(menu).to_be_visible()
