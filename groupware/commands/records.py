"""Commands for records."""

import click

from groupware.commands.group import cli


@cli.group()
def retention() -> None:
    """Retention of records."""
