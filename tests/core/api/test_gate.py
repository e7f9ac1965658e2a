"""Who gets in with a token, and how a refusal is told to a program."""

from datetime import timedelta

import pytest
from flask import Blueprint, jsonify
from sqlalchemy import select, update

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.actor import system
from groupware.api.models import AccessToken
from groupware.api.services import issue, issue_for_system, revoke
from groupware.audit.models import AuditRecord
from groupware.auth.models import Account
from groupware.db import session, unit
from groupware.directory.enums import AppointmentKind
from groupware.directory.models import Appointment, Person
from groupware.errors import Invalid
from groupware.guards import zoning
from groupware.guards.enums import Act
from groupware.guards.rules import ZONE_RULES
from groupware.plugin import CONTRACT, Plugin, Scope
from groupware.rules.services import set_rule
from groupware.setup import initialise
from groupware.testing.factories import Factory
from groupware.testing.signing_in import csrf_token, sign_in_as
from groupware.web.boundary import actor, calling_system
from groupware.web.gate import called_by
from groupware.zones import Zone

TOKEN = "/api/v1/token"


def change(app, statement):
    with app.app_context(), unit("write"):
        session.execute(statement)


def problem(response, status, code):
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert response.json["status"] == status
    assert response.json["code"] == code
    assert response.headers["Cache-Control"] == "no-store"
    return response.json


def test_token_says_whose_it_is_and_what_it_may_do(program_of, person):
    found = program_of(person, "directory:read", "bulletin:read").get(TOKEN)
    assert found.status_code == 200
    assert found.json["kind"] == "personal"
    assert found.json["person"]["display_name"] == "佐藤 花子"
    assert found.json["scopes"] == ["bulletin:read", "directory:read"]


def test_call_without_a_token_is_asked_for_one(client):
    found = client.get(TOKEN)
    problem(found, 401, "needs_token")
    assert found.headers["WWW-Authenticate"] == 'Bearer realm="groupware"'


@pytest.mark.parametrize("sent", ["Bearer", "Bearer x", "Bearer " + "x" * 5000, "bearer 日本"])
def test_unknown_or_malformed_token_is_refused(client, sent):
    found = client.get(TOKEN, headers={"Authorization": sent.encode("utf-8").decode("latin-1")})
    problem(found, 401, "invalid_token")
    assert 'error="invalid_token"' in found.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    "end",
    [
        lambda person: update(AccessToken).values(expires_at=clock.now() - timedelta(seconds=1)),
        lambda person: update(Account).values(is_suspended=True),
        lambda person: update(Person).values(left_on=clock.today()),
        lambda person: update(Person).values(hired_on=clock.today() + timedelta(days=1)),
        lambda person: update(Appointment).values(kind=AppointmentKind.LEAVE.value),
    ],
    ids=["expired", "suspended", "left", "not yet hired", "on leave"],
)
def test_token_ends_with_what_it_stands_on(app, program, person, end):
    assert program.get(TOKEN).status_code == 200
    change(app, end(person))
    problem(program.get(TOKEN), 401, "invalid_token")


def test_revoked_token_is_refused_from_the_next_call_on(app, factory, program, person):
    who = factory.actor(person)
    with app.app_context(), unit("write"):
        revoke(who, program.token_id)
    problem(program.get(TOKEN), 401, "invalid_token")


def test_person_who_must_choose_a_password_first_has_no_access(app, program):
    change(app, update(Account).values(must_change=True))
    problem(program.get(TOKEN), 403, "must_change_password")


def test_bureau_that_allows_no_tokens_refuses_those_that_exist(app, program, section):
    with app.app_context(), unit("write"):
        set_rule(system(), "api.personal_tokens", section, False)
    problem(program.get(TOKEN), 403, "tokens_off")


def test_token_holds_only_in_the_zone_where_it_was_issued(app, program):
    change(app, update(AccessToken).values(zone=Zone.INTERNET.value))
    problem(program.get(TOKEN), 401, "invalid_token")


def test_rule_of_a_zone_holds_for_programs_too(app, program, section):
    with app.app_context(), unit("write"):
        set_rule(system(), ZONE_RULES[Act.VIEW], section, (Zone.NUMBER.value,))
    problem(program.get(TOKEN), 403, zoning.REFUSED)


def test_secret_is_nowhere_in_the_database(app, program):
    with app.app_context(), unit("read"):
        token = session.scalars(select(AccessToken)).one()
        assert program.secret not in repr(vars(token))
        assert len(token.digest) == 64


def test_last_use_is_noted_at_most_once_a_minute(app, program):
    program.get(TOKEN).close()
    with app.app_context(), unit("read"):
        first = session.scalars(select(AccessToken.last_used_at)).one()
    assert first is not None
    program.get(TOKEN).close()
    with app.app_context(), unit("read"):
        assert session.scalars(select(AccessToken.last_used_at)).one() == first


# ---- Routes of a function, with and without a cookie -------------------------------------------------------------------


def _shop():
    blueprint = Blueprint("shop", __name__)

    @blueprint.post("/wares")
    @called_by("session", "personal", scope="shop:write")
    def add():
        who = actor()
        return jsonify(person=who.person_id, via=who.via, session=who.session_id is not None)

    @blueprint.post("/orders")
    @called_by("system", scope="shop.orders:write")
    def order():
        return jsonify(system=calling_system().name)

    return Plugin(
        id="shop",
        contract=CONTRACT,
        title="Shop",
        summary="Shop.",
        icon="tag",
        order=1,
        in_menu=False,
        blueprint=blueprint,
        mount=None,
        scopes=(
            Scope(id="shop:write", title="Shop"),
            Scope(id="shop.orders:write", title="Orders", is_for_systems=True),
        ),
    )


@pytest.fixture
def shop(make_app):
    """An application whose plugin takes calls."""
    app = make_app(chosen=[_shop()])
    with app.app_context(), unit("write"):
        initialise()
    return app


@pytest.fixture
def clerk(shop):
    """Somebody there."""
    factory = Factory(shop)
    return factory.person("佐藤 花子", factory.unit("総務課"), factory.post("主事", 50))


def _secret(app, person_id, *scopes):
    who = Factory(app).actor(person_id)
    with app.app_context(), unit("write"):
        return issue(who, "試験", scopes, 1).secret


def _system_secret(app, *scopes):
    with app.app_context(), unit("write"):
        return issue_for_system(system(), "電子決裁", "本番", scopes, 1).secret


def _bearer(secret):
    return {"Authorization": f"Bearer {secret}"}


def test_token_needs_no_csrf_token_and_a_session_does(shop, clerk):
    found = shop.test_client().post("/shop/wares", headers=_bearer(_secret(shop, clerk, "shop:write")))
    assert found.json == {"person": clerk, "via": "api", "session": False}
    browser = sign_in_as(shop, clerk)
    assert browser.post("/shop/wares").status_code == 400
    token = csrf_token(browser, "/profile/")
    assert browser.post("/shop/wares", headers={"X-CSRFToken": token}).json["session"] is True


def test_wrong_token_is_not_helped_by_a_session(shop, clerk):
    browser = sign_in_as(shop, clerk)
    token = csrf_token(browser, "/profile/")
    found = browser.post("/shop/wares", headers={"X-CSRFToken": token} | _bearer("gwt_wrong"))
    assert found.status_code == 401


def test_token_opens_no_page_and_forges_no_form(shop, clerk):
    headers = _bearer(_secret(shop, clerk, "shop:write"))
    assert shop.test_client().get("/profile/", headers=headers).status_code == 302
    browser = sign_in_as(shop, clerk)
    assert browser.post("/profile/", headers=headers).status_code == 400


def test_foreign_system_is_nobody_and_holds_its_scope_alone(shop, clerk):
    secret = _system_secret(shop, "shop.orders:write")
    client = shop.test_client()
    assert client.post("/shop/orders", headers=_bearer(secret)).json == {"system": "電子決裁"}
    assert client.post("/shop/wares", headers=_bearer(secret)).status_code == 403
    assert client.get("/api/v1/token", headers=_bearer(secret)).json["system"] == "電子決裁"
    person = _secret(shop, clerk, "shop:write")
    assert client.post("/shop/orders", headers=_bearer(person)).status_code == 403


def test_scopes_of_systems_are_not_given_to_people_nor_the_other_way(shop, clerk):
    with pytest.raises(Invalid):
        _secret(shop, clerk, "shop.orders:write")
    with pytest.raises(Invalid):
        _system_secret(shop, "shop:write")


# ---- Problems ------------------------------------------------------------------------------------------------------------


def test_every_address_below_api_answers_programs_in_their_way(client, program):
    problem(client.get("/api/nothing"), 404, "not_found")
    problem(program.get("/api/v1/nothing"), 404, "not_found")
    found = program.call("DELETE", TOKEN)
    problem(found, 405, "method_not_allowed")
    assert "GET" in found.headers["Allow"]
    assert client.get("/nothing").mimetype == "text/html"


def test_missing_scope_is_named(program_of, person, monkeypatch, app):
    monkeypatch.setitem(app.view_functions, "api.token", called_by("personal", scope="search:read")(jsonify))
    found = program_of(person, "directory:read").get(TOKEN)
    problem(found, 403, "insufficient_scope")
    assert 'scope="search:read"' in found.headers["WWW-Authenticate"]


def test_fault_and_missing_database_are_told_without_a_word_of_how(app, program, monkeypatch):
    def broken():
        raise RuntimeError("secret detail")

    app.testing = False
    monkeypatch.setitem(app.view_functions, "api.token", called_by("personal")(broken))
    found = program.get(TOKEN)
    assert "secret detail" not in found.text
    assert problem(found, 500, "fault")["request_id"]


# ---- Issuing -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", {"name": "  "}),
        ("name", {"name": "長" * 101}),
        ("scopes", {"scopes": ()}),
        ("scopes", {"scopes": ("directory:read", "everything:write")}),
        ("days", {"days": 0}),
        ("days", {"days": 367}),
    ],
)
def test_issuing_refuses_what_is_missing_or_unbounded(app, factory, person, field, values):
    wanted = {"name": "集計", "scopes": ("directory:read",), "days": 30} | values
    who = factory.actor(person)
    with app.app_context(), unit("write"), pytest.raises(Invalid) as refused:
        issue(who, **wanted)
    assert set(refused.value.fields) == {field}


def test_issuing_and_revoking_stand_in_the_audit_without_the_secret(app, factory, person, program):
    who = factory.actor(person)
    with app.app_context(), unit("write"):
        revoke(who, program.token_id)
    with app.app_context(), unit("read"):
        records = session.scalars(select(AuditRecord).where(AuditRecord.object_type == "core.token")).all()
        assert [record.action for record in records] == ["api.token_issued", "api.token_revoked"]
        assert all(program.secret not in repr(record.details) for record in records)


def test_grant_reaches_no_further_through_a_token(app, factory, program, person):
    """What asks for the password again is refused to programs, whoever they act for."""
    factory.grant(PrincipalKind.PERSON, person, "administration:account:manage")
    assert program.get("/admin/accounts").status_code == 302
