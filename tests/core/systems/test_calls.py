"""Business systems call over HTTP: what they are answered, and who is turned away."""

import pytest

from groupware.api.services import issue
from groupware.db import unit

NOTICES, COUNTERS = "/api/v1/systems/notices", "/api/v1/systems/counters"
CLERK = {"staff_number": "100001"}


@pytest.fixture
def call(app, city):
    """`call(method, path, body, token=…)` is the answer to the system's program."""

    def send(method, path, body=None, token=None):
        headers = {"Authorization": f"Bearer {token or city.secret}"}
        return app.test_client().open(path, method=method, json=body, headers=headers)

    return send


def notice(**values):
    return {"key": "case-1", "title": "決裁待ちの案件", "receivers": [CLERK]} | values


def test_notice_is_posted_once_and_withdrawn(city, call, sign_in):
    body = notice(url="https://kessai.example.jp/case/1", urgency="urgent")
    first, again = call("POST", NOTICES, body), call("POST", NOTICES, body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json == {"key": "case-1", "receivers": 1, "skipped": []}
    city.work()
    page = sign_in(city.clerk).get("/notifications/").text
    assert "決裁待ちの案件" in page
    assert "至急" in page
    assert [call("DELETE", f"{NOTICES}/case-1").status_code for _ in range(2)] == [204, 204]
    city.work()
    assert "決裁待ちの案件" not in sign_in(city.clerk).get("/notifications/").text
    assert call("DELETE", f"{NOTICES}/case-2").status_code == 404


def test_other_notice_under_the_same_key_is_a_conflict(call):
    call("POST", NOTICES, notice())
    answer = call("POST", NOTICES, notice(title="別の案件"))
    assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")
    assert answer.json["code"] == "key_reused"


def test_unknown_receivers_are_named_one_by_one(call):
    receivers = [CLERK, {"staff_number": "999999"}, {"unit_code": "X9"}]
    answer = call("POST", NOTICES, notice(receivers=receivers))
    assert (answer.status_code, answer.json["code"]) == (422, "unknown_receivers")
    assert [error["pointer"] for error in answer.json["errors"]] == ["#/receivers/1", "#/receivers/2"]
    skipping = call("POST", NOTICES, notice(receivers=receivers, unknown="skip"))
    assert skipping.json == {"key": "case-1", "receivers": 1, "skipped": ["999999", "X9"]}


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"key": ""}, "#/key"),
        ({"key": "a/b"}, "#/key"),
        ({"title": ""}, "#/title"),
        ({"title": "x" * 201}, "#/title"),
        ({"title": "\x00"}, "#/title"),
        ({"receivers": []}, "#/receivers"),
        ({"receivers": [{}]}, "#/receivers/0"),
        ({"receivers": [CLERK | {"unit_code": "S1"}]}, "#/receivers/0"),
        ({"receivers": [CLERK] * 5001}, "#/receivers"),
        ({"urgency": "very"}, "#/urgency"),
        ({"expires_at": "2026-12-01T10:00:00"}, "#/expires_at"),
        ({"url": "https://elsewhere.example.jp/"}, "#/url"),
        ({"colour": "red"}, "#/colour"),
    ],
)
def test_faulty_notice_is_refused_at_its_value(call, values, pointer):
    answer = call("POST", NOTICES, notice(**values))
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == pointer


def test_counters_are_set_and_replaced(city, call, sign_in):
    answer = call("PUT", COUNTERS, {"counters": [CLERK | {"number": 4}, {"unit_code": "S1", "number": 2}]})
    assert answer.json == {"set": 2, "skipped": []}
    assert ">6<" in sign_in(city.clerk).get("/").text.split('class="launcher-icon"', 1)[1].split("</a>", 1)[0]
    assert call("PUT", COUNTERS, {"counters": [], "replace": True}).json == {"set": 0, "skipped": []}
    assert call("PUT", COUNTERS, {"counters": [CLERK | {"number": -1}]}).status_code == 422


def test_only_tokens_of_systems_are_let_in(app, city, factory, call, sign_in):
    assert app.test_client().post(NOTICES, json=notice()).status_code == 401
    assert call("POST", NOTICES, notice(), token="gwt_wrong").status_code == 401
    who = factory.actor(city.clerk)
    with app.app_context(), unit("write"):
        personal = issue(who, "集計", ["notifications:write"], 30).secret
    answer = call("POST", NOTICES, notice(), token=personal)
    assert (answer.status_code, answer.json["code"]) == (403, "wrong_kind_of_token")
    assert sign_in(city.clerk).post(NOTICES, json=notice()).status_code in (400, 401, 403)


def test_token_of_a_system_reads_nothing(call):
    for path in ("/api/v1/directory/people", "/api/v1/notifications", "/notifications/", "/"):
        assert call("GET", path).status_code in (302, 401, 403, 404), path
