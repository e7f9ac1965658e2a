"""Commands for those who write migrations."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import click

from groupware.app import create_app
from groupware.commands.group import cli
from groupware.config import load
from groupware.db import db
from groupware.migrations import runner
from groupware.registry import Registry


@contextmanager
def _throw_away() -> Iterator[Registry]:
    """A migrated SQLite database that vanishes afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(load(folder, {}))
        registry: Registry = app.extensions["groupware_registry"]
        with app.app_context():
            try:
                runner.upgrade(db.engine, registry)
                yield registry
            finally:
                db.engine.dispose()


@cli.command("check-migrations", hidden=True)
def check_migrations() -> None:
    """Fail if models and migrations differ."""
    with _throw_away() as registry:
        found = runner.differences(db.engine, registry)
    for difference in found:
        click.echo(str(difference))
    if found:
        raise click.ClickException(
            "Models and migrations differ. Run: groupware new-migration HISTORY MESSAGE"
        )
    click.echo("Migrations are complete.")


@cli.command("new-migration", hidden=True)
@click.argument("history")
@click.argument("message")
def new_migration(history: str, message: str) -> None:
    """Write the next migration of HISTORY (core or a plugin's id) from the models."""
    with _throw_away() as registry:
        runner.write_revision(db.engine, registry, history, message)
