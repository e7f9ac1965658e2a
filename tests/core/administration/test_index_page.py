"""The first page of administration shows what the person may do, and whom to ask."""

from datetime import timedelta

import pytest

from groupware import clock
from groupware.actor import system
from groupware.administration.queries import administrators_of
from groupware.db import session
from groupware.directory.models import DutyHolder
from groupware.rules.services import set_rule


def test_clerk_finds_nothing_to_do_and_the_names_of_the_administrators(sign_in, city):
    text = sign_in(city.clerk).get("/admin/").text
    assert "管理できる項目はありません。" in text
    assert "高橋 陽菜" in text
    assert 'href="/admin/rules"' not in text


@pytest.mark.parametrize(
    ("who", "shown", "hidden"),
    [
        (
            "administrator",
            ["/admin/rules", "/admin/plugins", "/admin/accounts", "/admin/grants"],
            ["/admin/audit", "/admin/records"],
        ),
        ("auditor", ["/admin/audit", "/admin/grants"], ["/admin/rules", "/admin/accounts", "/admin/records"]),
        (
            "system_administrator",
            ["/admin/rules", "/admin/grants", "/admin/roles", "/shop/shelves"],
            ["/admin/audit"],
        ),
    ],
)
def test_cards_follow_from_rights(sign_in, city, who, shown, hidden):
    text = sign_in(getattr(city, who), elevated=True).get("/admin/").text.partition('id="content"')[2]
    for url in shown:
        assert f'href="{url}"' in text, url
    for url in hidden:
        assert f'href="{url}"' not in text, url


def test_hint_at_the_password_until_it_was_given(sign_in, city):
    hint = "パスワードを入力して始める"
    assert hint in sign_in(city.administrator).get("/admin/").text
    assert hint not in sign_in(city.administrator, elevated=True).get("/admin/").text
    assert hint not in sign_in(city.clerk).get("/admin/").text


def test_page_of_a_function_is_offered_while_the_function_is_on(sign_in, city, write):
    client = sign_in(city.system_administrator, elevated=True)
    assert "棚の管理" in client.get("/admin/").text
    with write():
        set_rule(system(), "shop.enabled", None, False)
    assert "棚の管理" not in client.get("/admin/").text


def test_administrators_of_the_nearest_unit_count(factory, city, read):
    factory.duty(city.clerk, city.protection)
    with read():
        assert [one.person_id for one in administrators_of(city.protection)] == [city.clerk]
        assert [one.person_id for one in administrators_of(city.care)] == [city.administrator]
        assert [one.unit_name for one in administrators_of(city.waste)] == ["環境局"]
        assert administrators_of(city.root) == []
        assert administrators_of(None) == []
        assert administrators_of(999_999) == []


def test_deputies_come_after_holders_and_those_who_ended_not_at_all(factory, city, write, read):
    factory.duty(city.staff, city.welfare)
    factory.duty(city.clerk, city.welfare)
    with write():
        rows = {row.person_id: row for row in session.query(DutyHolder)}
        rows[city.staff].deputy_order = 1
        rows[city.clerk].valid_to = clock.today()
    with read():
        found = administrators_of(city.care)
        assert [(one.person_id, one.is_deputy) for one in found] == [
            (city.administrator, False),
            (city.staff, True),
        ]
        assert len(administrators_of(city.care, clock.today() - timedelta(days=1))) == 3
