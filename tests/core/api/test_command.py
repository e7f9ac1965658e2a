"""`groupware token` prints one secret and nothing else."""

import pytest
from click.testing import CliRunner

from groupware.auth.models import AccountNotice
from groupware.commands import cli
from groupware.db import session, unit


@pytest.fixture
def command(app, monkeypatch, tmp_path, fresh_database_url, person):
    """Runs the command on the test's own instance."""
    monkeypatch.setenv("GROUPWARE_DATABASE_URL", fresh_database_url)
    monkeypatch.setenv("GROUPWARE_SECRET_KEY", "x")
    return lambda *words: CliRunner().invoke(cli, ["--instance", str(tmp_path), "token", *words])


def test_secret_alone_goes_to_standard_output_and_works(app, command):
    done = command("hanako", "--scope", "directory:read", "--days", "1")
    assert done.exit_code == 0, done.output
    secret = done.stdout.strip()
    assert "\n" not in secret
    found = app.test_client().get("/api/v1/token", headers={"Authorization": f"Bearer {secret}"})
    assert found.json["scopes"] == ["directory:read"]
    with app.app_context(), unit("read"):
        assert session.query(AccountNotice.kind).scalar() == "token_issued"


@pytest.mark.parametrize("words", [["nobody"], ["hanako", "--scope", "x:read"], ["hanako", "--days", "0"]])
def test_refusal_is_a_sentence(command, words):
    done = command(*words)
    assert done.exit_code == 1
    assert "gwt_" not in done.output
    assert done.output.startswith("Error: ")
