"""Commands for the directory: deliveries in and out, accounts."""

from pathlib import Path

import click

from groupware.commands.group import application, cli


@cli.command("import-directory")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.pass_context
def import_directory(context: click.Context, folder: Path) -> None:
    """Load units, posts, people and appointments from the CSV files in FOLDER."""
    with application(context):
        click.echo(str(folder))


@cli.command("export-directory")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.pass_context
def export_directory(context: click.Context, folder: Path) -> None:
    """Write the directory as CSV files into FOLDER."""
    with application(context):
        click.echo(str(folder))


@cli.group()
def user() -> None:
    """Accounts."""
