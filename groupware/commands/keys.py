"""Commands for the keys that seal backups and attachments."""

from pathlib import Path

import click

from groupware import crypto
from groupware.commands.group import cli


@cli.command("new-key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def new_key(file: Path) -> None:
    """Make a key and keep it in FILE, readable by you only.

    Keep a copy where neither a fire nor a thief finds both it and the backups: what a lost key has sealed is lost.
    """
    try:
        key = crypto.new_key(file)
    except FileExistsError:
        raise click.ClickException(f"{file} exists already. A key is never replaced.") from None
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}") from error
    click.echo(f"{file}: key {key.id}")
