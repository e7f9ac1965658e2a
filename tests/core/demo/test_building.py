"""Building a demo: nothing half-written, nothing overwritten, and an instance that goes on working."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from groupware import clock
from groupware.db import session, unit
from groupware.demo import accounts, build, build_demo
from groupware.directory.models import OrgUnit, Person
from groupware.testing.factories import Factory
from tests.core.demo.conftest import DAY


@pytest.fixture(autouse=True)
def without_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing sixty passwords takes two seconds, and nobody signs in here."""
    monkeypatch.setattr(accounts, "hash_password", lambda _password: "no hash")


def people(app: Flask) -> int:
    """How many people there are."""
    with app.app_context(), unit("read"):
        return session.scalar(select(func.count()).select_from(Person)) or 0


def test_run_that_fails_leaves_nothing_behind(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_context: Any) -> None:
        raise RuntimeError("interrupted")

    monkeypatch.setattr(build, "_seeds", lambda: [fail])

    with app.app_context(), pytest.raises(RuntimeError, match="interrupted"):
        build_demo(app, "village")

    assert people(app) == 0
    assert not (tmp_path / accounts.FILE).exists()


def test_settings_of_the_instance_are_kept(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "_seeds", list)
    (tmp_path / "config.toml").write_text('municipality = "北浜市"\n', encoding="utf-8")

    with app.app_context():
        build_demo(app, "village")

    assert (tmp_path / "config.toml").read_text(encoding="utf-8") == 'municipality = "北浜市"\n'


def test_new_rows_can_be_added_after_the_demo(
    app: Flask, factory: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "_seeds", list)
    with clock.frozen(DAY), app.app_context():
        build_demo(app, "village")
        with unit("read"):
            last_unit = session.scalar(select(func.max(OrgUnit.id))) or 0
            last_person = session.scalar(select(func.max(Person.id))) or 0

    unit_id = factory.unit("新しい課", code="9901")
    person_id = factory.person("新人 一郎", unit_id, factory.post("見習い", 60))

    assert unit_id == last_unit + 1
    assert person_id == last_person + 1


def test_sizes_without_a_password_for_everybody_have_an_account_for_everybody() -> None:
    assert all(size.accounts <= size.people for size in build.SIZES.values())
