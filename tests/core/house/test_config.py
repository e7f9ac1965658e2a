"""Site configuration: the environment wins, and what is not known stops the start by its name."""

import stat

import pytest

from groupware.config import load, secret_key
from groupware.errors import ConfigurationError
from tests.support.databases import run_command

MAIL = "smtp_host = 'mail'\nsmtp_sender = 'a@b'\npublic_url = 'https://gw.city.example'\n"


def test_environment_wins_over_the_file(tmp_path):
    (tmp_path / "config.toml").write_text('municipality = "港町"\nsession_hours = 4\n', encoding="utf-8")
    settings = load(
        tmp_path, {"GROUPWARE_MUNICIPALITY": "みなと町", "GROUPWARE_DEMO": "true", "HOME": "/nowhere"}
    )
    assert (settings.municipality, settings.session_hours, settings.demo) == ("みなと町", 4, True)


@pytest.mark.parametrize(
    ("content", "environ", "named"),
    [
        ("colour = 'red'", {}, "colour"),
        ("session_hours = 'four'", {}, "session_hours"),
        ("session_hours = true", {}, "session_hours"),
        ("session_hours = 0", {}, "session_hours"),
        ("label = 'test'", {}, "label"),
        ("locale = 'fr'", {}, "locale"),
        ("timezone = 'Asia/Nowhere'", {}, "timezone"),
        ("database_url = 'mysql://x'", {}, "database_url"),
        ("smtp_host = 'mail'", {}, "smtp_sender"),
        ("smtp_host = 'mail'\nsmtp_sender = 'a@b'", {}, "public_url"),
        (f"{MAIL}smtp_security = 'ssl'", {}, "smtp_security"),
        (f"{MAIL}smtp_port = 0", {}, "smtp_port"),
        (f"{MAIL}smtp_timeout = 3600", {}, "smtp_timeout"),
        (f"{MAIL}smtp_password_file = '/nowhere/at/all'", {}, "smtp_password_file"),
        ("= 3", {}, "config.toml"),
        ("", {"GROUPWARE_COLOUR": "red"}, "GROUPWARE_COLOUR"),
        ("", {"GROUPWARE_SESSION_HOURS": "four"}, "GROUPWARE_SESSION_HOURS"),
        ("", {"GROUPWARE_DEMO": "perhaps"}, "GROUPWARE_DEMO"),
    ],
)
def test_fault_in_a_setting_names_it(tmp_path, content, environ, named):
    (tmp_path / "config.toml").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=named):
        load(tmp_path, environ)


def test_secret_key_is_made_once_and_is_the_owners_alone(tmp_path):
    settings = load(tmp_path / "new", {})
    key = secret_key(settings)
    assert len(key) >= 48
    assert secret_key(settings) == key
    assert stat.S_IMODE((tmp_path / "new" / "secret.key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://city@db/groupware", "postgresql+psycopg://city@db/groupware"),
        ("postgres://city@db/groupware", "postgresql+psycopg://city@db/groupware"),
        ("postgresql+psycopg://db/x", "postgresql+psycopg://db/x"),
    ],
)
def test_database_url_names_its_driver(tmp_path, given, used):
    assert load(tmp_path, {"GROUPWARE_DATABASE_URL": given}).url == used


def test_what_a_command_writes_into_the_instance_is_the_owners_alone(tmp_path):
    folder = tmp_path / "instance"
    run_command(folder, "init")
    written = [folder, *folder.iterdir()]
    assert len(written) > 1
    assert [file.name for file in written if stat.S_IMODE(file.stat().st_mode) & 0o077] == []
