"""What makes a password acceptable: length, nothing about oneself, nothing that is guessed first."""

import pytest

from groupware.auth.passwords import hash_password, matches, temporary_password
from groupware.auth.policy import require_acceptable
from groupware.errors import Invalid

PERSONAL = ("012345", "佐藤 花子", "さとう はなこ", "hanako.sato")


@pytest.fixture
def code(app):
    """`code(password, minimum=10)`: why it is refused, or None."""

    def judge(password, minimum=10):
        with app.test_request_context():
            try:
                require_acceptable(password, minimum=minimum, personal=PERSONAL)
            except Invalid as error:
                return error.code if list(error.fields) == ["new_password"] else f"{error.code} at no field"
        return None

    return judge


@pytest.mark.parametrize(
    "password",
    [
        "minato-no-kaze",
        "朝のコーヒーと新聞紙",
        "correct horse battery",
        "K7#mQ2!vXz",
        "あさがおとひぐらしと",
        "x" * 3 + "gqzwvtr",
    ],
)
def test_long_password_of_any_composition_is_accepted(code, password):
    assert code(password) is None


@pytest.mark.parametrize(
    ("length", "refusal"), [(9, "password_too_short"), (10, None), (128, None), (129, "password_too_long")]
)
def test_length_has_bounds(code, length, refusal):
    text = ("kumo-to-ame-no-machi-de-" * 6)[:length]
    assert code(text) == refusal


def test_minimum_is_the_rule_of_the_bureau(code):
    assert code("kumo-to-ame", 12) == "password_too_short"
    assert code("kumo-to-ame", 8) is None


@pytest.mark.parametrize(
    "password",
    [
        "kaze-012345-x",
        "佐藤のパスワード",
        "花子さんの毎日です",
        "hanako-no-hibi",
        "satou-ke-no-inu",
        "ＨＡＮＡＫＯ-to-kumo",
    ],
)
def test_name_and_number_in_any_writing_are_refused(code, password):
    assert code(password, 8) == "password_personal"


@pytest.mark.parametrize(
    "password",
    [
        "password2026",
        "Password!!!!",
        "2026sakura!!",
        "shiyakusho123",
        "arigatou2026",
        "ｐａｓｓｗｏｒｄ１２",
        "1234567890",
        "0987654321",
        "qwertyuiop",
        "qwerty123456",
        "asdfghjkl1234",
        "abcdefghijkl",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "12121212121",
    ],
)
def test_first_guesses_are_refused(code, password):
    assert code(password) == "password_too_common"


def test_temporary_passwords_differ_and_have_no_characters_that_look_alike():
    made = {temporary_password() for _ in range(200)}
    assert len(made) == 200
    assert all(len(password) == 14 for password in made)
    assert not set("".join(made)) & set("0O1lI")


def test_temporary_password_is_acceptable_as_a_password(code):
    assert code(temporary_password()) is None


def test_hash_is_argon2id_with_the_parameters_of_the_house():
    assert hash_password("minato-no-kaze").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize("stored", [None, "", "not a hash", "$argon2id$v=19$broken"])
def test_hash_that_cannot_be_read_matches_nothing(stored):
    assert not matches(stored, "minato-no-kaze")
