"""Every address × every kind of person, from the URL map and the declared access: nobody gets further than declared."""

import uuid
from dataclasses import dataclass

import pytest
from flask import Blueprint, Flask
from werkzeug.routing import Rule

from groupware import clock
from groupware.access import held
from groupware.api.limiting import Limits
from groupware.api.models import AccessToken
from groupware.api.services import issue
from groupware.auth.tokens import digest
from groupware.config import Settings
from groupware.db import session, unit
from groupware.plugin import CONTRACT, Plugin
from groupware.testing.contract import faults
from groupware.testing.factories import Factory
from groupware.testing.signing_in import sign_in_as
from groupware.web.gate import declaration
from tests.core.administration.sample import build

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ABSENT = {
    "IntegerConverter": 999_999_999,
    "UUIDConverter": uuid.UUID(int=0),
    "UnicodeConverter": "absent",
    "PathConverter": "absent/absent",
}

# What each kind of person holds in some scope besides what is given to all; permissions of the house only.
FUNCTION_ADMINISTRATOR = {
    "administration:rule:set",
    "administration:account:manage",
    "directory:unit:manage",
    "portal:layout:manage",
    "portal:page:write",
}
SYSTEM_ADMINISTRATOR = FUNCTION_ADMINISTRATOR | {
    "administration:system:manage",
    "administration:grant:manage",
    "directory:batch:load",
    "portal:launcher:manage",
}
HOUSE = {
    "staff": set(),
    "administrator of another bureau": FUNCTION_ADMINISTRATOR,
    "administrator of the own bureau": FUNCTION_ADMINISTRATOR,
    "auditor": {"administration:audit:read"},
    "system administrator, not elevated": SYSTEM_ADMINISTRATOR,
    "system administrator, elevated": SYSTEM_ADMINISTRATOR,
}


@dataclass
class Visitor:
    """A kind of person at the door."""

    kind: str
    person_id: int | None
    is_elevated: bool
    app: Flask
    holds: frozenset[str] = frozenset()
    client: object = None

    def enter(self):
        """A browser with a fresh session."""
        if self.person_id is None:
            self.client = self.app.test_client()
        else:
            self.client = sign_in_as(self.app, self.person_id, elevated=self.is_elevated)


@pytest.fixture
def open_app(make_app, initialised):
    """All plugins, and no token asked for: the gate itself is tried, not what stands before it."""
    app = initialised(make_app())
    app.config["WTF_CSRF_ENABLED"] = False
    # A fault becomes the answer 500 and is listed with the others.
    app.testing = False
    return app


@pytest.fixture
def visitors(open_app):
    """One of each kind, signed in."""
    factory = Factory(open_app)
    city = build(factory)
    people = [
        Visitor("nobody", None, False, open_app),
        Visitor("staff", city.staff, True, open_app),
        Visitor("administrator of another bureau", city.other_administrator, True, open_app),
        Visitor("administrator of the own bureau", city.administrator, True, open_app),
        Visitor("auditor", city.auditor, True, open_app),
        Visitor("system administrator, not elevated", city.system_administrator, False, open_app),
        Visitor("system administrator, elevated", city.system_administrator, True, open_app),
    ]
    known = open_app.extensions["groupware_registry"].permissions
    for visitor in people:
        visitor.enter()
        if visitor.person_id is not None:
            actor = factory.actor(visitor.person_id)
            with open_app.app_context(), unit("read"):
                visitor.holds = frozenset(name for name in known if held(actor, name))
    return people


def views(app):
    """Every rule with each of its methods, static files aside."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            for method in METHODS:
                if method in rule.methods:
                    yield rule, method


def address(app: Flask, rule: Rule) -> str:
    """The rule's address with ids that do not exist."""
    values = {}
    for name, converter in rule._converters.items():
        kind = type(converter).__name__
        values[name] = min(converter.items) if kind == "AnyConverter" else ABSENT[kind]
    return app.url_map.bind("localhost").build(
        rule.endpoint, values, method=next(iter(rule.methods - {"HEAD", "OPTIONS"}))
    )


def leads_to(response, path):
    return response.status_code in (301, 302, 303) and response.location.partition("?")[0] == path


def asks_to_sign_in(response):
    return leads_to(response, "/login") or leads_to(response, "/session/elevate")


def complaint(app, visitor, rule, method, response):
    """What is wrong with an answer, or None."""
    access = declaration(app.view_functions[rule.endpoint])
    status = response.status_code
    if status >= 500:
        return f"answers {status}"
    if access.kind == "public":
        # Signing out ends on the sign-in page; only looking at a public page must not.
        return "a public page sends away" if method == "GET" and leads_to(response, "/login") else None
    if access.kind == "api":
        return _call_complaint(access, visitor, rule, method, response)
    if visitor.person_id is None:
        fits = leads_to(response, "/login") if method == "GET" else status == 401
        return None if fits else f"nobody is signed in and it answers {status}"
    if access.kind == "signed_in":
        return _signed_in_complaint(rule, method, response)
    return _permission_complaint(app, visitor, access.permission, rule, method, response)


def _call_complaint(access, visitor, rule, method, response):
    """Nobody has a token here: only what takes sessions answers, and only to those who have one."""
    status = response.status_code
    if response.mimetype != "application/problem+json" and status >= 400:
        return f"a program gets {response.mimetype}"
    if access.address_part:
        return None if status in (404, 429) else f"an address that does not exist answers {status}"
    if visitor.person_id is None or "session" not in access.callers:
        return None if status == 401 else f"without a token it answers {status}"
    if status == 401:
        return "somebody is signed in and is asked for a token"
    if method == "GET" and rule.arguments and status not in (403, 404):
        return f"an id that does not exist answers {status}"
    return None


def _signed_in_complaint(rule, method, response):
    status, asks = response.status_code, leads_to(response, "/session/elevate")
    if leads_to(response, "/login"):
        return "somebody is signed in and is sent to sign in"
    if method == "GET" and rule.arguments and not (asks or status in (403, 404)):
        return f"an id that does not exist answers {status}"
    return None


def _permission_complaint(app, visitor, permission, rule, method, response):
    status = response.status_code
    declared = app.extensions["groupware_registry"].permissions[permission]
    if permission not in visitor.holds:
        return None if status in (403, 404) else f"without {permission} it answers {status}"
    if declared.is_elevated and not visitor.is_elevated:
        fits = leads_to(response, "/session/elevate") if method == "GET" else status == 401
        return None if fits else f"without the password given again it answers {status}"
    if leads_to(response, "/session/elevate") or status == 401:
        return f"with {permission} and the password given again it answers {status}"
    if method == "GET" and rule.arguments and status != 404:
        return f"an id that does not exist answers {status}"
    return None


def test_every_view_declares_who_may_open_it(open_app):
    undeclared = [
        rule.rule
        for rule, _ in views(open_app)
        if declaration(open_app.view_functions[rule.endpoint]) is None
    ]
    assert undeclared == []


def test_every_declared_permission_exists(open_app):
    known = open_app.extensions["groupware_registry"].permissions
    wanted = {declaration(open_app.view_functions[rule.endpoint]).permission for rule, _ in views(open_app)}
    assert wanted - {None} <= set(known)


def test_view_without_a_declaration_is_found_and_answers_nobody(make_app, initialised):
    blueprint = Blueprint("shop", __name__)
    blueprint.get("/")(lambda: "open to all by mistake")
    plugin = Plugin(
        id="shop",
        contract=CONTRACT,
        title="Shop",
        summary="Shop.",
        icon="tag",
        order=1,
        in_menu=False,
        blueprint=blueprint,
    )
    app = initialised(make_app(chosen=[plugin]))
    assert "route /shop/: the view declares no access" in list(faults(app, plugin))
    city = build(Factory(app))
    assert app.test_client().get("/shop/").status_code == 404
    assert sign_in_as(app, city.system_administrator, elevated=True).get("/shop/").status_code == 404


def test_kinds_of_people_hold_what_they_should(open_app, visitors):
    known = open_app.extensions["groupware_registry"].permissions
    house = ("administration:", "directory:", "portal:", "auth:", "profile:", "search:", "help:")
    everybody = {name for name, permission in known.items() if permission.given_to_all}
    for visitor in visitors[1:]:
        mine = {name for name in visitor.holds - everybody if name.startswith(house)}
        assert mine == HOUSE[visitor.kind] - everybody, visitor.kind


def test_every_address_answers_every_kind_of_person_as_declared(open_app, visitors):
    wrong, tried = [], 0
    for rule, method in views(open_app):
        path = address(open_app, rule)
        for visitor in visitors:
            response = visitor.client.open(path, method=method)
            tried += 1
            if method == "GET" and response.status_code in (302, 303) and not asks_to_sign_in(response):
                # A part of a page sends browsers without scripts to the whole of it.
                response.close()
                response = visitor.client.get(response.location)
            reason = complaint(open_app, visitor, rule, method, response)
            response.close()
            if reason is not None:
                wrong.append(f"{method} {path} for {visitor.kind}: {reason}")
            if rule.endpoint.startswith("auth.") and method != "GET":
                # Signing out, in or over ends the session that the next addresses need.
                visitor.enter()
    assert not wrong, "\n".join(wrong)
    assert tried > 700


# ---- Programs ----------------------------------------------------------------------------------------------------------


def bearer(app, person_id, *scopes):
    """The header of a token with these scopes."""
    actor = Factory(app).actor(person_id, elevated=False)
    with app.app_context(), unit("write"):
        return {"Authorization": f"Bearer {issue(actor, '試験', scopes, 1).secret}"}


def bearer_of_system(app):
    """The header of a foreign system's token with every scope there is."""
    scopes = list(app.extensions["groupware_registry"].scopes)
    end = clock.in_seconds(60)
    with app.app_context(), unit("write"):
        session.add(
            AccessToken(
                digest=digest("gwt_system"),
                kind="system",
                system_name="電子決裁",
                name="試験",
                scopes=scopes,
                created_at=clock.now(),
                expires_at=end,
            )
        )
    return {"Authorization": "Bearer gwt_system"}


def call_complaint(access, holds_scope, method, response):
    """What is wrong with the answer to a program, or None."""
    status = response.status_code
    if status >= 400 and response.mimetype != "application/problem+json":
        return f"a program gets {response.mimetype}"
    if access.address_part:
        return None if status == 404 else f"an address that does not exist answers {status}"
    if "personal" not in access.callers:
        return None if status == 403 else f"a token of a person is taken with {status}"
    if access.scope is not None and not holds_scope:
        fits = status == 403 and response.json["code"] == "insufficient_scope"
        return None if fits else f"without {access.scope} it answers {status}"
    if status in (401, 412, 500):
        return f"with {access.scope} it answers {status}"
    return None


def test_every_call_answers_every_kind_of_person_as_scope_and_permission_say(open_app, visitors):
    scopes = open_app.extensions["groupware_registry"].scopes
    personal = [scope.id for scope in scopes.values() if not scope.is_for_systems]
    open_app.extensions["groupware_api_limits"] = Limits(
        Settings(instance=None, api_calls_per_minute=10**6, api_failures_per_minute=10**6)
    )
    calls = [
        (address(open_app, rule), method, declaration(open_app.view_functions[rule.endpoint]))
        for rule, method in views(open_app)
        if declaration(open_app.view_functions[rule.endpoint]).kind == "api"
    ]
    client, wrong = open_app.test_client(), []
    for visitor in visitors[1:]:
        held = {scope: bearer(open_app, visitor.person_id, scope) for scope in personal}
        for path, method, access in calls:
            for scope, headers in held.items():
                response = client.open(path, method=method, headers=headers, json={})
                reason = call_complaint(access, scope == access.scope, method, response)
                if reason is not None:
                    wrong.append(f"{method} {path} for {visitor.kind} with {scope}: {reason}")
    assert not wrong, "\n".join(wrong)
    assert len(calls) > 15


def test_no_call_that_is_made_for_people_takes_a_foreign_system(open_app):
    headers, client = bearer_of_system(open_app), open_app.test_client()
    for rule, method in views(open_app):
        access = declaration(open_app.view_functions[rule.endpoint])
        if access.kind == "api" and "system" not in access.callers:
            answer = client.open(address(open_app, rule), method=method, headers=headers, json={})
            assert (answer.status_code, answer.json["code"]) == (403, "wrong_kind_of_token"), rule.rule
