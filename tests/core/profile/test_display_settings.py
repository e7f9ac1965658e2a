"""How pages look for one person, on every computer and for nobody else."""

import pytest

from groupware.auth.models import Preference
from groupware.auth.services import save_preferences
from groupware.db import session, unit
from groupware.errors import Invalid

CHOSEN = {
    "locale": "ja",
    "theme": "dark",
    "text_size": "x-large",
    "density": "compact",
    "date_style": "wareki",
    "start_page": "directory",
    "sending_key": "enter",
    "has_shortcuts": "y",
}


@pytest.fixture
def settings_of(app, person):
    """`settings_of()`: the row of the person, or None."""

    def row():
        with app.app_context(), unit("read"):
            found = session.get(Preference, person)
            return None if found is None else {name: getattr(found, name) for name in CHOSEN}

    return row


def test_form_shows_the_defaults_of_somebody_who_never_chose(browser_of):
    client, _ = browser_of
    page = client.get("/profile/").text
    assert 'name="text_size" type="radio" value="standard"' in page
    assert page.count(" checked") == 6


def test_saved_settings_are_kept_and_shape_the_page(browser_of, settings_of):
    client, send = browser_of
    assert send("/profile/", **CHOSEN).status_code == 303
    assert settings_of() == CHOSEN | {"has_shortcuts": True}
    page = client.get("/session/").text
    for mark in (
        'data-theme="dark"',
        'data-text-size="x-large"',
        'data-density="compact"',
        'data-shortcuts="on"',
    ):
        assert mark in page
    assert "令和" in client.get("/profile/sign-ins").text


def test_box_that_is_not_ticked_switches_shortcuts_off(browser_of, settings_of):
    _, send = browser_of
    send("/profile/", **CHOSEN)
    send("/profile/", **{name: value for name, value in CHOSEN.items() if name != "has_shortcuts"})
    assert settings_of()["has_shortcuts"] is False


def test_language_saved_here_wins_over_the_one_of_the_browser(browser_of):
    client, send = browser_of
    client.get("/session/language?locale=en")
    assert 'lang="en"' in client.get("/profile/").text
    send("/profile/", **CHOSEN)
    assert 'lang="ja"' in client.get("/profile/").text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("theme", "pink"),
        ("text_size", "huge"),
        ("locale", "fr"),
        ("density", ""),
        ("date_style", "maya"),
        ("start_page", "nothing"),
    ],
)
def test_value_outside_the_choices_is_refused_and_nothing_is_saved(browser_of, settings_of, field, value):
    _, send = browser_of
    assert send("/profile/", **(CHOSEN | {field: value})).status_code == 422
    assert settings_of() is None


def test_service_refuses_what_the_form_would_never_send(app, factory, person):
    actor = factory.actor(person)
    with app.app_context(), pytest.raises(Invalid) as refused, unit("write"):
        save_preferences(actor, theme="pink")
    assert list(refused.value.fields) == ["theme"]


def test_settings_need_somebody_who_is_signed_in(client):
    assert client.get("/profile/").location == "/login?next=/profile/"
