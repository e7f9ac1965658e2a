"""A photo is shown by consent and vanishes with it."""

from io import BytesIO

import pytest

from groupware.db import session, unit
from groupware.directory.models import Person
from groupware.directory.services import photos
from groupware.profile import views

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@pytest.fixture
def has_photo(app, person):
    """`has_photo()`: whether there is a photo and a consent."""

    def both():
        with app.app_context(), unit("read"):
            found = session.get(Person, person)
            return found.photo is not None, found.has_photo_consent

    return both


def _upload(content, name="me.png"):
    return {"photo": (BytesIO(content), name)}


def test_photo_with_consent_is_shown(browser_of, has_photo):
    client, send = browser_of
    assert send("/profile/photo", has_consent="y", **_upload(PNG)).status_code == 303
    assert has_photo() == (True, True)
    assert "写真を削除する" in client.get("/profile/photo").text


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (_upload(PNG), "写真は同意がある場合だけ表示します。"),
        ({"has_consent": "y"}, "写真を選んでください。"),
        ({"has_consent": "y"} | _upload(b"<svg onload=alert(1)>", "me.svg"), "JPEG"),
        ({"has_consent": "y"} | _upload(PNG + b"\0" * 2000), 'aria-invalid="true"'),
    ],
)
def test_photo_that_cannot_be_taken_is_refused_with_the_reason(
    browser_of, has_photo, fields, reason, monkeypatch
):
    for module in (photos, views):
        monkeypatch.setattr(module, "MAX_BYTES", 1024)
    _, send = browser_of
    answer = send("/profile/photo", **fields)
    assert answer.status_code == 422
    assert reason in answer.text
    assert has_photo() == (False, False)


def test_photo_taken_away_takes_the_consent_with_it(browser_of, has_photo):
    _, send = browser_of
    send("/profile/photo", has_consent="y", **_upload(PNG))
    assert send("/profile/photo/remove").status_code == 303
    assert has_photo() == (False, False)
