"""Administration asks for the password again, and for a limited time only."""

from datetime import timedelta

import pytest

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.testing.signing_in import csrf_token

PAGE = "/admin/accounts"


@pytest.fixture
def administrator(client, sato, factory, town, enter):
    """The browser of `sato`, who administers the accounts of 行財政局."""
    factory.grant(
        PrincipalKind.PERSON, sato, "administration:account:manage", scope="subtree", unit_id=town["bureau"]
    )
    enter(client)
    return client


@pytest.fixture
def elevate(client):
    """`elevate(password, **fields)` sends the form."""

    def send(password="minato-no-kaze", headers=None, **fields):
        token = client.get("/session/alive").json["csrf_token"]
        return client.post(
            "/session/elevate", data=fields | {"password": password, "csrf_token": token}, headers=headers
        )

    return send


def test_administration_page_asks_for_the_password_and_then_opens(administrator, elevate, actions):
    answer = administrator.get(PAGE)
    assert answer.location == "/session/elevate?next=/admin/accounts"
    assert (
        "管理者の操作を続けるには、もう一度パスワードを入力してください。"
        in administrator.get(answer.location).text
    )
    assert elevate(next=PAGE).location == PAGE
    assert administrator.get(PAGE).status_code == 200
    assert ("auth.elevated", "done") in actions()


def test_administration_ends_by_itself(administrator, elevate):
    elevate()
    with clock.frozen(clock.now() + timedelta(minutes=14)):
        assert administrator.get(PAGE).status_code == 200
    with clock.frozen(clock.now() + timedelta(minutes=15, seconds=1)):
        assert administrator.get(PAGE).status_code == 302
        assert administrator.get("/profile/").status_code == 200


def test_administration_can_be_ended_before(administrator, elevate, actions):
    elevate()
    administrator.post("/session/end-elevation", data={"csrf_token": csrf_token(administrator, "/session/")})
    assert administrator.get(PAGE).status_code == 302
    assert ("auth.elevation_ended", "done") in actions()


def test_wrong_password_does_not_elevate_and_five_lock(administrator, elevate, actions):
    assert "パスワードが違います。" in elevate("wrong").text
    answers = [elevate("wrong") for _ in range(4)]
    assert {answer.status_code for answer in answers} == {422}
    assert "15分間ログインできません" in answers[-1].text
    assert "15分間ログインできません" in elevate().text
    assert administrator.get(PAGE).status_code == 302
    assert actions().count(("auth.proof_failed", "failed")) == 6


def test_elevation_is_of_the_session_and_not_of_the_person(app, administrator, elevate, enter):
    elevate()
    other = app.test_client()
    enter(other)
    assert other.get(PAGE).location == "/session/elevate?next=/admin/accounts"


def test_elevation_gives_nobody_a_right(client, factory, town, give_password, enter, elevate):
    give_password(factory.person("田中 葵", town["section"], town["clerk"], login="tanaka"))
    enter(client, "tanaka")
    elevate()
    assert client.get(PAGE).status_code == 403


def test_form_sent_after_the_time_is_kept_and_offered_again(administrator, elevate):
    token = administrator.get("/session/alive").json["csrf_token"]
    path = "/admin/accounts/slips"
    answer = administrator.post(path, data={"person": ["1", "2"], "note": "急ぎです", "csrf_token": token})
    assert answer.status_code == 401
    kept = '[["person", "1"], ["person", "2"], ["note", "急ぎです"]]'
    assert kept in answer.text.replace("&#34;", '"')
    offered = elevate(next=path, kept=kept)
    assert offered.status_code == 200
    assert f'action="{path}"' in offered.text
    assert offered.text.count('name="person"') == 2
    assert "急ぎです" in offered.text


def test_script_is_told_where_to_give_the_password(administrator, elevate):
    answer = administrator.get(PAGE, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["X-Sign-In"]) == (401, "/session/elevate")
    assert elevate(headers={"Accept": "application/json"}).json["csrf_token"]
    assert administrator.get(PAGE, headers={"HX-Request": "true"}).status_code == 200


def test_nobody_elevates_without_being_signed_in(client, sato):
    assert client.get("/session/elevate").location == "/login?next=/session/elevate"
