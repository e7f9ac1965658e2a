"""Letting a business system in: tokens on the administration of the launcher."""

import re

import pytest

from groupware.testing.signing_in import csrf_token


@pytest.fixture
def page(city):
    return f"/portal/launcher/{city.uid}/access"


@pytest.fixture
def manager(city, sign_in):
    return sign_in(city.manager, elevated=True)


def calls(app, secret):
    return app.test_client().get("/api/v1/token", headers={"Authorization": f"Bearer {secret}"})


def test_token_is_shown_once_speaks_for_the_system_and_can_be_revoked(app, page, manager):
    values = {"csrf_token": csrf_token(manager, page), "name": "検証", "days": "90"}
    answer = manager.post(page, data=values)
    secret = re.search(r"gwt_[\w-]+", answer.text)[0]
    assert calls(app, secret).json["system"] == "電子決裁"
    assert calls(app, secret).json["scopes"] == ["systems:write"]
    shown = manager.get(page).text
    assert "検証" in shown
    assert secret not in shown
    revoke = re.findall(rf'action="({page}/\d+/revoke)"', shown)[0]
    assert manager.post(revoke, data=values).status_code == 303
    assert calls(app, secret).status_code == 401
    assert manager.post(revoke, data=values).status_code == 404


def test_token_of_another_system_is_not_revoked_here(city, manager):
    other = city.link("財務会計", "https://zaimu.example.jp/")
    page = f"/portal/launcher/{other}/access"
    values = {"csrf_token": csrf_token(manager, page)}
    assert manager.post(f"{page}/{city.token_id}/revoke", data=values).status_code == 404


def test_nameless_token_is_refused_at_its_field(page, manager):
    values = {"csrf_token": csrf_token(manager, page), "name": " ", "days": "90"}
    answer = manager.post(page, data=values)
    assert answer.status_code == 422
    assert "field-error" in answer.text


def test_clerk_lets_nobody_in(city, page, sign_in):
    assert sign_in(city.clerk, elevated=True).get(page).status_code == 403
