"""Who can see this and why, in words, for whoever can see it."""

import uuid

import pytest

from groupware import clock
from groupware.access.objects import ObjectAccess
from groupware.actor import system
from groupware.portal.models import SectionPage
from groupware.rules.services import set_rule

UID = uuid.UUID(int=7)


@pytest.fixture
def page(city, write, monkeypatch):
    """A page of 保護課 that only holders of the right to write there may see."""
    access = ObjectAccess(type="test.page", read="portal:page:write", unit=SectionPage.unit_id)
    monkeypatch.setattr(SectionPage, "access", access)
    with write() as current:
        current.add(
            SectionPage(
                uid=UID,
                unit_id=city.protection,
                title="様式集",
                html="秘密",
                created_at=clock.now(),
                changed_at=clock.now(),
            )
        )
    return f"/admin/explain?type=test.page&uid={UID}"


def test_reader_learns_who_else_and_by_what(page, sign_in, city):
    text = sign_in(city.administrator).get(page).text
    assert "「様式集」" in text
    assert "福祉局の機能管理者" in text
    assert "システム管理者" in text
    assert "権限の付与(機能管理者、福祉局以下)によります。" in text
    assert "秘密" not in text


def test_reader_asks_about_another_person(page, sign_in, city):
    client = sign_in(city.administrator)
    assert "この職員には認められていません。" in client.get(f"{page}&person=person:{city.clerk}").text
    assert "全体" in client.get(f"{page}&person=person:{city.system_administrator}").text
    for wrong in ("person:999999", "unit:1", "nonsense"):
        assert 'id="person-error"' in client.get(f"{page}&person={wrong}").text


def test_whoever_cannot_see_it_gets_the_same_as_for_nothing(page, sign_in, city):
    client = sign_in(city.staff, elevated=True)
    answers = {
        client.get(path).status_code
        for path in (
            page,
            f"/admin/explain?type=test.page&uid={uuid.UUID(int=8)}",
            "/admin/explain?type=gone.thing&uid=x",
        )
    }
    assert answers == {404}


@pytest.mark.parametrize(
    "query", ["", "type=test.page", f"uid={UID}", "type=test.page&uid=x", "type=core.person&uid=x"]
)
def test_address_that_names_nothing_is_not_found(page, sign_in, city, query):
    assert sign_in(city.administrator).get(f"/admin/explain?{query}").status_code == 404


def test_permission_that_has_nothing_to_do_with_it_is_not_found(page, sign_in, city):
    client = sign_in(city.administrator)
    assert client.get(f"{page}&permission=administration:system:manage").status_code == 404
    assert client.get(f"{page}&permission=portal:page:write").status_code == 200


def test_deleted_object_is_not_explained(page, sign_in, city, write):
    with write() as current:
        current.query(SectionPage).one().deleted_at = clock.now()
    assert sign_in(city.administrator).get(page).status_code == 404


def test_object_of_a_function_that_is_out_of_use_is_not_explained(city, page, write, sign_in, monkeypatch):
    client = sign_in(city.administrator, elevated=True)
    assert client.get(page).status_code == 200
    held = ObjectAccess(type="test.page", read="shop:shelf:manage", unit=SectionPage.unit_id)
    monkeypatch.setattr(SectionPage, "access", held)
    assert client.get(page).status_code == 200
    with write():
        set_rule(system(), "shop.enabled", city.welfare, False)
    assert client.get(page).status_code == 404


def test_page_of_a_section_leads_to_its_explanation(city, write, sign_in):
    with write() as current:
        made = SectionPage(
            unit_id=city.protection, title="様式集", html="", created_at=clock.now(), changed_at=clock.now()
        )
        current.add(made)
        current.flush()
        uid = made.uid
    client = sign_in(city.clerk)
    address = f"/admin/explain?type=core.section_page&amp;uid={uid}"
    assert address in client.get(f"/portal/pages/{uid}").text
    assert client.get(address.replace("&amp;", "&")).status_code == 200
