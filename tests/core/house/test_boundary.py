"""A request is one unit of work behind the gate."""

import pytest
from flask import Blueprint
from sqlalchemy import select

from groupware.audit.models import AuditRecord
from groupware.db import session, unit
from groupware.directory.models import Post
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.plugin import CONTRACT, Permission, Plugin
from groupware.setup import initialise
from groupware.testing.factories import Factory
from groupware.testing.signing_in import csrf_token, sign_in_as
from groupware.web.boundary import afterwards
from groupware.web.gate import public, requires, signed_in

ERRORS = {"invalid": Invalid, "denied": Denied, "missing": NotFound, "conflict": Conflict}


def _sample() -> Plugin:
    pages = Blueprint("sample", __name__)

    def add(code):
        session.add(Post(code=code, name="主事", rank=50))
        session.flush()

    @pages.post("/answer/<int:status>")
    @signed_in
    def answer(status):
        add(f"a{status}")
        return "done", status

    @pages.post("/raise/<kind>")
    @signed_in
    def fail(kind):
        add(kind)
        raise ERRORS[kind]("短い理由", permission="sample:thing:do")

    @pages.get("/later")
    @signed_in
    def later():
        afterwards(lambda: add("later"))
        return "answered"

    @pages.get("/undeclared")
    def undeclared():
        return "open"

    @pages.get("/open")
    @public
    def open_page():
        return "open"

    @pages.get("/secret")
    @requires("sample:thing:do")
    def secret():
        return "secret"

    return Plugin(
        id="sample", contract=CONTRACT, title="Sample", summary="Sample.", icon="info", order=1, in_menu=False,
        blueprint=pages, permissions=(Permission(id="sample:thing:do", title="Do"),),
    )  # fmt: skip


@pytest.fixture
def app(make_app):
    built = make_app(chosen=[_sample()])
    with built.app_context(), unit("write"):
        initialise()
    return built


@pytest.fixture
def clerk(app):
    factory = Factory(app)
    return sign_in_as(app, factory.person("佐藤 葵", factory.unit("総務課"), factory.post("課長", 20)))


def _post(client, path, **headers):
    token = csrf_token(client, "/")
    return client.post(path, data={"csrf_token": token}, headers=headers)


def _codes(app):
    with app.app_context(), unit("read"):
        return set(session.scalars(select(Post.code))) - {"p2"}


@pytest.mark.parametrize(
    ("status", "kept"), [(200, True), (303, True), (422, False), (409, False), (500, False)]
)
def test_write_is_kept_only_when_the_answer_is_a_success_or_a_redirect(app, clerk, status, kept):
    assert _post(clerk, f"/sample/answer/{status}").status_code == status
    assert (f"a{status}" in _codes(app)) is kept


@pytest.mark.parametrize(
    ("kind", "status"), [("invalid", 422), ("denied", 403), ("missing", 404), ("conflict", 409)]
)
def test_refusal_has_its_status_and_leaves_nothing(app, clerk, kind, status):
    response = _post(clerk, f"/sample/raise/{kind}")
    assert response.status_code == status
    assert kind not in _codes(app)
    as_json = _post(clerk, f"/sample/raise/{kind}", Accept="application/json")
    assert as_json.json["message"] == "短い理由"


def test_refused_permission_is_recorded_although_the_act_was_rolled_back(app, clerk):
    _post(clerk, "/sample/raise/denied")
    with app.app_context(), unit("read"):
        actions = session.scalars(select(AuditRecord.action).where(AuditRecord.outcome == "refused")).all()
    assert actions == ["sample:thing:do"]


def test_view_without_declaration_does_not_exist(clerk):
    assert clerk.get("/sample/undeclared").status_code == 404


def test_what_may_wait_happens_after_the_answer(app, clerk):
    assert clerk.get("/sample/later", buffered=True).text == "answered"
    assert "later" in _codes(app)


def test_nobody_is_sent_to_the_sign_in_page_and_back(app):
    response = app.test_client().get("/sample/secret?x=1")
    assert response.status_code == 302
    assert response.location.startswith("/login?next=")
    assert app.test_client().get("/sample/open").text == "open"


def test_page_of_a_permission_is_closed_to_others(clerk):
    assert clerk.get("/sample/secret").status_code == 403


def test_wrong_token_changes_nothing_and_offers_the_form_again(app, clerk):
    response = clerk.post(
        "/sample/answer/200",
        data={"csrf_token": "wrong", "title": "消えない題名"},
        headers={"Origin": "http://localhost"},
    )
    assert response.status_code == 400
    assert "消えない題名" in response.text
    assert _codes(app) == set()


def test_wrong_token_from_elsewhere_offers_nothing(clerk):
    response = clerk.post(
        "/sample/answer/200",
        data={"csrf_token": "wrong", "title": "よそ"},
        headers={"Origin": "http://evil.example"},
    )
    assert response.status_code == 400
    assert "よそ" not in response.text


def test_every_answer_forbids_foreign_and_inline_code(clerk):
    response = clerk.get("/")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
