"""Sample people exist in demo mode only."""

import pytest

from groupware.testing.signing_in import csrf_token

FILE = "login,password,role,name\r\nsato,minato-no-kaze,mayor,港 太郎\r\ntanaka,other,staff,田中 葵\r\n"


@pytest.fixture
def demo(make_app, tmp_path, sato):
    """A browser at an application in demo mode with two sample people."""
    (tmp_path / "demo-accounts.csv").write_text(FILE, encoding="utf-8-sig")
    return make_app(demo=True).test_client()


def test_sign_in_page_offers_one_button_a_role(demo):
    page = demo.get("/login").text
    assert page.count('class="sample"') == 2
    assert "市長" in page
    assert "港 太郎" in page


def test_passwords_of_sample_people_are_not_on_the_page(demo):
    assert "minato-no-kaze" not in demo.get("/login").text


def test_button_signs_in_as_the_sample_person(demo):
    answer = demo.post("/session/sample", data={"username": "sato", "csrf_token": csrf_token(demo, "/login")})
    assert answer.status_code == 303
    assert "佐藤 花子" in demo.get("/profile/").text


def test_somebody_who_is_no_sample_person_cannot_be_entered_like_this(demo):
    answer = demo.post(
        "/session/sample", data={"username": "suzuki", "csrf_token": csrf_token(demo, "/login")}
    )
    assert answer.status_code == 404


def test_file_without_demo_mode_offers_nobody(client, tmp_path, sato):
    (tmp_path / "demo-accounts.csv").write_text(FILE, encoding="utf-8-sig")
    assert "港 太郎" not in client.get("/login").text
    answer = client.post(
        "/session/sample", data={"username": "sato", "csrf_token": csrf_token(client, "/login")}
    )
    assert answer.status_code == 404


@pytest.mark.parametrize("content", ["", "login\r\n", "login,password,role,name\r\n,,,\r\nx,y,king,Z\r\n"])
def test_faulty_file_offers_nobody_and_breaks_nothing(make_app, tmp_path, content):
    (tmp_path / "demo-accounts.csv").write_text(content, encoding="utf-8-sig")
    page = make_app(demo=True).test_client().get("/login")
    assert page.status_code == 200
    assert "sample-role" not in page.text
