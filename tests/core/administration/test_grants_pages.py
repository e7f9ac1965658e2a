"""Pages of rights and roles: who sees them, giving, taking back, and what stays in the form."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from groupware import clock
from groupware.access import held
from groupware.access.enums import PrincipalKind
from groupware.access.models import Grant
from groupware.db import FOREVER, session
from groupware.directory.models import Group, Person
from groupware.testing.signing_in import csrf_token

PAGE = "portal:page:write"


@pytest.fixture
def administrator(sign_in, city):
    return sign_in(city.system_administrator, elevated=True)


@pytest.fixture
def of_bureau(sign_in, city):
    """The function administrator of 福祉局, who may pass on the writing of pages there."""
    return sign_in(city.administrator, elevated=True)


def give(client, **fields):
    values = {
        "csrf_token": csrf_token(client, "/admin/grants/new"),
        "permission": PAGE,
        "scope": "all",
    } | fields
    return client.post("/admin/grants/new", data=values)


def given():
    return session.scalars(select(Grant).where(Grant.granted_by.is_not(None))).all()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/admin/grants", "システム全体の管理"),
        ("/admin/grants?plugin=portal", "所属のページの作成"),
        ("/admin/grants?permission=portal:page:write", "「所属のページの作成」だけを表示しています"),
        ("/admin/grants/matrix", "次の権限にも含まれます"),
        ("/admin/grants/person", "権限を表示"),
        ("/admin/grants/new", "再付与を認める"),
        ("/admin/roles", "監査担当者"),
    ],
)
def test_page_shows_what_it_is_for(administrator, path, words):
    response = administrator.get(path)
    assert response.status_code == 200
    assert words in response.text


@pytest.mark.parametrize(
    "path",
    ["/admin/grants", "/admin/grants/matrix", "/admin/grants/person", "/admin/grants/new", "/admin/roles"],
)
def test_page_of_rights_is_closed_to_clerks_and_asks_administrators_for_the_password(sign_in, city, path):
    assert sign_in(city.clerk, elevated=True).get(path).status_code == 403
    response = sign_in(city.system_administrator).get(path)
    assert response.status_code == 302
    assert response.location.startswith("/session/elevate")


def test_function_administrator_sees_only_what_may_be_passed_on_there(factory, city, of_bureau):
    factory.grant(PrincipalKind.PERSON, city.clerk, PAGE, scope="subtree", unit_id=city.protection)
    factory.grant(PrincipalKind.PERSON, city.staff, PAGE, scope="subtree", unit_id=city.environment)
    text = of_bureau.get("/admin/grants").text
    assert "佐藤 葵" in text
    assert "鈴木 蓮" not in text
    assert "システム管理者" not in text
    assert of_bureau.get("/admin/grants/person").status_code == 403


def test_right_is_given_to_several_until_the_last_day(city, read, administrator):
    last = clock.today() + timedelta(days=10)
    response = give(
        administrator,
        principals=[f"person:{city.clerk}", f"unit_tree:{city.environment}"],
        scope="subtree",
        unit="welfare",
        until=last.isoformat(),
        with_delegation="1",
    )
    assert response.status_code == 303
    with read():
        rows = given()
        assert [(row.scope, row.unit_id, row.with_delegation) for row in rows] == [
            ("subtree", city.welfare, True)
        ] * 2
        assert {row.valid_until for row in rows} == {last + timedelta(days=1)}
        assert {row.granted_by for row in rows} == {city.system_administrator}
    text = administrator.get("/admin/grants").text
    assert f"{last.year}年{last.month}月{last.day}日" in text
    assert "渡辺 樹" in text


def test_right_until_the_last_day_of_the_calendar_has_no_end(city, read, administrator):
    give(administrator, principals=f"person:{city.clerk}", scope="all", until="9999-12-31")
    with read():
        assert [row.valid_until for row in given()] == [FOREVER]


def test_function_administrator_gives_within_the_bureau_only(city, read, of_bureau):
    assert (
        give(of_bureau, principals=f"person:{city.clerk}", scope="subtree", unit="protection").status_code
        == 303
    )
    for scope in ({"scope": "all"}, {"scope": "subtree", "unit": "environment"}, {"scope": "own"}):
        response = give(of_bureau, principals=f"person:{city.clerk}", **scope)
        assert response.status_code == 403
        assert "範囲を超えて" in response.text
    with read():
        assert [(row.unit_id, row.valid_until) for row in given()] == [(city.protection, FOREVER)]


def test_form_keeps_what_was_typed_when_it_is_refused(city, read, administrator):
    response = give(
        administrator, principals=f"person:{city.clerk}", scope="subtree", unit="", until="2027-03-31"
    )
    assert response.status_code == 422
    assert "「組織」を選んでください。" in response.text
    for kept in ('value="2027-03-31"', "佐藤 葵", 'value="subtree" checked'):
        assert kept in response.text
    assert give(administrator).status_code == 422
    assert give(administrator, principals="nonsense:1").status_code == 422
    assert give(administrator, principals=f"person:{city.clerk}", until="soon").status_code == 422
    with read():
        assert given() == []


def test_one_refused_holder_means_that_nobody_gets_it(city, read, administrator):
    give(administrator, principals=f"person:{city.clerk}")
    assert give(administrator, principals=[f"person:{city.staff}", f"person:{city.clerk}"]).status_code == 409
    with read():
        assert len(given()) == 1


def test_right_is_taken_back_by_its_button(factory, city, read, administrator, of_bureau):
    number = factory.grant(PrincipalKind.PERSON, city.clerk, PAGE)
    token = csrf_token(of_bureau, "/admin/grants")
    assert of_bureau.post(f"/admin/grants/{number}/revoke", data={"csrf_token": token}).status_code == 403
    token = csrf_token(administrator, "/admin/grants")
    assert administrator.post(f"/admin/grants/{number}/revoke", data={"csrf_token": token}).status_code == 303
    assert administrator.post(f"/admin/grants/{number}/revoke", data={"csrf_token": token}).status_code == 404
    actor = factory.actor(city.clerk)
    with read():
        assert not held(actor, PAGE)


def test_rights_of_a_person_say_by_which_way_they_come(city, administrator):
    text = administrator.get(f"/admin/grants/person?person=person:{city.administrator}").text
    assert "ルールの設定" in text
    assert "機能管理者" in text
    assert "福祉局以下" in text
    assert (
        "付与されている権限はありません"
        in administrator.get(f"/admin/grants/person?person=person:{city.clerk}").text
    )
    assert "選んでください" in administrator.get("/admin/grants/person?person=unit:1").text


def test_list_costs_the_same_queries_for_many_grants(factory, city, administrator, count_queries):
    numbers = []
    for person in (city.clerk, city.staff, city.auditor):
        factory.grant(PrincipalKind.PERSON, person, PAGE)
        administrator.get("/admin/grants")
        with count_queries() as statements:
            administrator.get("/admin/grants")
        numbers.append(sum("core_cache_versions" not in text for text in statements.texts))
    # Session, what I hold, the grants with their givers, their principals, the names of these.
    assert numbers == [5, 5, 5]


# ---- Roles ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def role_path(app, read):
    def find(name):
        with read():
            return f"/admin/roles/{session.scalars(select(Group.uid).where(Group.name == name)).one()}"

    return find


def test_role_shows_people_and_rights(administrator, role_path):
    text = administrator.get(role_path("システム管理者")).text
    assert "渡辺 樹" in text
    assert "システム全体の管理" in text
    assert "職員を追加する" in text


def test_role_beyond_ones_rights_can_be_seen_and_not_changed(city, read, administrator, role_path):
    path = role_path("監査担当者")
    text = administrator.get(path).text
    assert "伊藤 結" in text
    assert "再付与できる人だけ" in text
    token = csrf_token(administrator, "/admin/roles")
    response = administrator.post(
        f"{path}/members", data={"csrf_token": token, "people": f"person:{city.clerk}"}
    )
    assert response.status_code == 403
    with read():
        uid = session.get(Person, city.auditor).uid
    assert administrator.post(f"{path}/members/{uid}/remove", data={"csrf_token": token}).status_code == 403


def test_people_are_added_and_taken_out(city, read, administrator, role_path):
    path = role_path("システム管理者")
    token = csrf_token(administrator, path)
    people = [f"person:{city.clerk}", f"person:{city.staff}"]
    assert (
        administrator.post(f"{path}/members", data={"csrf_token": token, "people": people}).status_code == 303
    )
    assert "2人を追加しました。" in administrator.get(path).text
    with read():
        uid = session.get(Person, city.clerk).uid
    assert administrator.post(f"{path}/members/{uid}/remove", data={"csrf_token": token}).status_code == 303
    assert "佐藤 葵" not in administrator.get(path).text
    response = administrator.post(f"{path}/members", data={"csrf_token": token, "people": "unit:1"})
    assert response.status_code == 422


def test_last_system_administrator_cannot_be_taken_out(city, read, administrator, role_path):
    path = role_path("システム管理者")
    with read():
        uid = session.get(Person, city.system_administrator).uid
    response = administrator.post(
        f"{path}/members/{uid}/remove", data={"csrf_token": csrf_token(administrator, path)}
    )
    assert response.status_code == 409
    assert "システム管理者がいなくなってしまいます" in response.text
    assert "渡辺 樹" in administrator.get(path).text


def test_role_is_made_with_a_name_of_its_own(administrator, of_bureau):
    token = csrf_token(administrator, "/admin/roles")
    response = administrator.post("/admin/roles", data={"csrf_token": token, "name": "報道担当"})
    assert response.status_code == 303
    assert "報道担当" in administrator.get(response.location).text
    again = administrator.post("/admin/roles", data={"csrf_token": token, "name": "報道担当"})
    assert again.status_code == 422
    assert "同じ名称のロール" in again.text
    foreign = csrf_token(of_bureau, "/admin/roles")
    assert of_bureau.post("/admin/roles", data={"csrf_token": foreign, "name": "別"}).status_code == 403
