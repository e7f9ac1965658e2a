"""Commands for accounts, as whoever runs the machine calls them."""

from io import BytesIO

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from groupware.commands import cli
from groupware.db import session, unit
from groupware.directory.models import OrgUnit


@pytest.fixture
def run(app, tmp_path, monkeypatch):
    """`run("user", "unlock", "sato")`: exit code and output of the command on the test's instance."""
    monkeypatch.setenv("GROUPWARE_DATABASE_URL", app.extensions["groupware_settings"].database_url)
    monkeypatch.chdir(tmp_path)

    def invoke(*words):
        done = CliRunner().invoke(cli, ["--instance", str(tmp_path), *words], catch_exceptions=False)
        return done.exit_code, done.output

    return invoke


@pytest.fixture
def code(app, town):
    """The code of 総務課."""
    with app.app_context(), unit("read"):
        return session.get(OrgUnit, town["section"]).code


def _slips(run, code, *more):
    return run("user", "slips", "--unit", code, "--address", "https://groupware.example/", *more)


def test_slips_are_made_for_those_who_wait_and_only_for_them(run, code, sato, factory, town, tmp_path):
    factory.person("鈴木 一郎", town["section"], town["clerk"])
    status, output = _slips(run, code)
    assert status == 0
    file = tmp_path / f"slips-{code}.pdf"
    text = PdfReader(BytesIO(file.read_bytes())).pages[0].extract_text()
    assert "鈴木 一郎" in text
    assert "佐藤 花子" not in text
    assert file.stat().st_mode & 0o077 == 0
    assert "1 slips" in output


def test_slips_for_everybody_replace_chosen_passwords(app, run, code, sato, enter):
    assert _slips(run, code, "--everybody")[0] == 0
    assert enter(app.test_client()).status_code == 422


def test_slips_reach_subunits_when_asked(run, town, app, sato, factory):
    factory.person("鈴木 一郎", town["section"], town["clerk"])
    with app.app_context(), unit("read"):
        bureau = session.get(OrgUnit, town["bureau"]).code
    assert _slips(run, bureau)[0] == 1
    assert _slips(run, bureau, "--with-subunits", "--output", "other.pdf")[0] == 0


def test_existing_file_stops_before_any_password_is_replaced(app, run, code, sato, tmp_path, enter):
    (tmp_path / f"slips-{code}.pdf").touch()
    status, output = _slips(run, code, "--everybody")
    assert status == 1
    assert "exists already" in output
    assert enter(app.test_client()).status_code == 303


def test_unknown_unit_is_named(run, sato):
    status, output = _slips(run, "nothing")
    assert status == 1
    assert "'nothing'" in output


def test_unlock_lets_somebody_in_again(app, run, sato, enter):
    for _ in range(5):
        enter(app.test_client(), password="wrong")
    assert run("user", "unlock", "sato")[0] == 0
    assert enter(app.test_client()).status_code == 303


def test_unknown_login_is_named(run, sato):
    status, output = run("user", "unlock", "nobody")
    assert status == 1
    assert "'nobody'" in output
