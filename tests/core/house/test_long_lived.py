"""A process that stays does not look again and again through what it began with."""

import gc

import pytest
from click import Context

from groupware.commands import cli, group
from groupware.commands.group import application


@pytest.mark.parametrize(("role", "is_frozen"), [("web", True), ("worker", True), ("command", False)])
def test_only_a_process_that_stays_keeps_what_it_began_with_from_the_collector(
    app, monkeypatch, tmp_path, role, is_frozen
):
    monkeypatch.setattr(group, "create_app", lambda *_args, **_values: app)
    monkeypatch.setattr(group, "load", lambda *_: app.extensions["groupware_settings"])
    monkeypatch.setattr("groupware.logs.install", lambda *_: None)
    here_before = [object()]
    try:
        with application(Context(cli, obj=tmp_path), role=role, needs_database=False):
            is_looked_at = any(one is here_before for one in gc.get_objects())
            assert is_looked_at is not is_frozen
    finally:
        gc.unfreeze()
