"""The editor of rules: what it shows, whom, where values come from, and that nothing typed is lost."""

from datetime import timedelta

import pytest

from groupware import clock, rules
from groupware.actor import system
from groupware.rules.history import history
from groupware.rules.services import set_rule
from groupware.testing.signing_in import csrf_token

DAYS = "/admin/rules/shop.days"


@pytest.fixture
def administrator(sign_in, city):
    return sign_in(city.system_administrator, elevated=True)


@pytest.fixture
def of_bureau(sign_in, city):
    return sign_in(city.administrator, elevated=True)


@pytest.fixture
def post():
    def send(client, path, **fields):
        return client.post(path, data={"csrf_token": csrf_token(client, path.partition("?")[0]), **fields})

    return send


def test_list_shows_every_rule_with_value_and_origin(city, write, administrator):
    with write():
        set_rule(system(), "shop.days", city.welfare, 7, is_locked=True)
    text = administrator.get("/admin/rules?unit=care").text
    assert "取り置き日数" in text
    assert "福祉局で固定" in text
    assert "機能の利用" in text
    text = administrator.get("/admin/rules?unit=welfare").text
    assert "この組織の設定" in text
    assert "福祉局で固定" not in text


def test_list_shows_who_set_a_value_and_what_is_planned(factory, city, write, administrator):
    actor = factory.actor(city.administrator)
    coming = clock.today() + timedelta(days=40)
    with write():
        set_rule(actor, "shop.days", city.welfare, 7)
        set_rule(actor, "shop.days", city.welfare, 9, effective_from=coming)
    text = administrator.get("/admin/rules?unit=welfare").text
    assert "高橋 陽菜" in text
    assert f"{coming.year}年{coming.month}月{coming.day}日" in text


def test_function_administrator_sees_the_own_subtree_only(of_bureau):
    text = of_bureau.get("/admin/rules").text
    assert "福祉局" in text
    assert "介護保険課" in text
    assert "環境局" not in text
    assert "?unit=all" not in text
    for code in ("environment", "waste", "root", "all", "nowhere"):
        assert of_bureau.get(f"/admin/rules?unit={code}").status_code == 404
        assert of_bureau.get(f"{DAYS}?unit={code}").status_code == 404
        assert of_bureau.get(f"{DAYS}/effect?unit={code}&value=3").status_code == 404


def test_clerk_is_refused_and_administrator_is_asked_for_the_password(sign_in, city):
    assert sign_in(city.clerk, elevated=True).get("/admin/rules").status_code == 403
    response = sign_in(city.administrator).get("/admin/rules")
    assert response.status_code == 302
    assert response.location.startswith("/session/elevate")


def test_saved_value_is_in_force_and_shown(city, read, of_bureau, post):
    response = post(of_bureau, f"{DAYS}?unit=care", value="21", effective_from="", act="save")
    assert (response.status_code, response.location) == (303, "/admin/rules?unit=care")
    assert "「取り置き日数」を保存しました。" in of_bureau.get(response.location).text
    with read():
        assert rules.value("shop.days", city.care) == 21
        assert history("shop.days", city.care)[0].person == "高橋 陽菜"


@pytest.mark.parametrize(
    ("fields", "message", "kept"),
    [
        ({"value": "99"}, "1から30までの整数を入力してください。", 'value="99"'),
        ({"value": "seven"}, "1から30までの整数を入力してください。", 'value="seven"'),
        (
            {"value": "7", "effective_from": "2020-04-01"},
            "「適用開始日」には今日以降の日付を入力してください。",
            'value="2020-04-01"',
        ),
        ({"value": "7", "effective_from": "tomorrow"}, "日付を入力してください。", 'value="tomorrow"'),
    ],
)
def test_refused_value_stays_in_the_field_with_its_reason(of_bureau, post, fields, message, kept):
    response = post(of_bureau, f"{DAYS}?unit=care", act="save", is_locked="1", **fields)
    assert response.status_code == 422
    assert message in response.text
    assert kept in response.text
    assert 'name="is_locked" value="1" checked' in response.text


def test_locked_rule_has_no_form_and_names_the_unit(city, write, of_bureau, post):
    token = csrf_token(of_bureau, DAYS)
    with write():
        set_rule(system(), "shop.days", city.welfare, 7, is_locked=True)
    page = of_bureau.get(f"{DAYS}?unit=care").text
    assert "福祉局で固定されています" in page
    assert 'id="rule-form"' not in page
    response = of_bureau.post(f"{DAYS}?unit=care", data={"csrf_token": token, "value": "3", "act": "save"})
    assert response.status_code == 409
    assert "福祉局" in response.text


def test_clearing_returns_to_the_value_from_above(city, write, read, of_bureau, post):
    with write():
        set_rule(system(), "shop.days", city.care, 3)
    assert post(of_bureau, f"{DAYS}?unit=care", act="clear").status_code == 303
    with read():
        assert rules.value("shop.days", city.care) == 14


def test_effect_names_units_and_people_and_writes_nothing(city, read, of_bureau, post):
    part = of_bureau.get(f"{DAYS}/effect?unit=welfare&value=3").text
    assert "<html" not in part
    assert "保護課" in part
    assert ">3<" in part.replace("\n", "")
    whole = post(of_bureau, f"{DAYS}?unit=welfare", value="3", act="check")
    assert whole.status_code == 200
    assert "保護課" in whole.text
    with read():
        assert rules.value("shop.days", city.care) == 14


def test_effect_of_a_value_that_is_refused_says_why(of_bureau):
    response = of_bureau.get(f"{DAYS}/effect?unit=welfare&value=99")
    assert response.status_code == 200
    assert "1から30までの整数を入力してください。" in response.text


def test_planned_setting_is_taken_back_by_its_button(factory, city, write, read, of_bureau, sign_in):
    coming = clock.today() + timedelta(days=40)
    with write():
        number = set_rule(system(), "shop.days", city.welfare, 9, effective_from=coming).id
    path = f"/admin/rules/settings/{number}/withdraw"
    token = csrf_token(of_bureau, DAYS)
    stranger = sign_in(city.other_administrator, elevated=True)
    foreign = csrf_token(stranger, DAYS)
    assert stranger.post(path, data={"csrf_token": foreign}).status_code == 404
    assert of_bureau.post(path, data={"csrf_token": token}).status_code == 303
    with read():
        assert rules.value("shop.days", city.care, coming) == 14


@pytest.mark.parametrize(
    ("rule", "fields", "value"),
    [
        ("shop.approval", {"value": "on"}, True),
        ("shop.colour", {"value": "blue"}, "blue"),
        ("shop.weekdays", {"value": ["tue", "mon"]}, ("mon", "tue")),
        ("shop.weekdays", {}, ()),
        ("shop.note", {"value": "内線12"}, "内線12"),
    ],
)
def test_every_kind_of_rule_can_be_set(city, read, of_bureau, post, rule, fields, value):
    assert post(of_bureau, f"/admin/rules/{rule}?unit=care", act="save", **fields).status_code == 303
    with read():
        assert rules.value(rule, city.care) == value


def test_whole_municipality_is_for_those_who_hold_it_everywhere(city, read, administrator, post):
    assert "全体" in administrator.get("/admin/rules").text
    assert post(administrator, f"{DAYS}?unit=all", value="5", act="save", is_locked="1").status_code == 303
    with read():
        assert rules.value("shop.days", city.waste) == 5


def test_unknown_rule_is_not_found(administrator):
    assert administrator.get("/admin/rules/shop.nothing").status_code == 404
    assert administrator.get("/admin/rules/portal.enabled").status_code == 404


def test_number_of_queries_does_not_grow_with_settings_or_units(
    factory, city, write, administrator, count_queries
):
    numbers = []
    for step in range(3):
        factory.unit(f"新課{step}", city.welfare)
        with write():
            set_rule(system(), "shop.days", city.welfare, step + 1)
        administrator.get("/admin/rules?unit=welfare")
        with count_queries() as statements:
            assert administrator.get("/admin/rules?unit=welfare").status_code == 200
        # Here every look at a cache asks for its version; elsewhere one question serves two seconds.
        numbers.append(sum("core_cache_versions" not in text for text in statements.texts))
    # Session, grants, who set the values shown.
    assert numbers == [3, 3, 3]
