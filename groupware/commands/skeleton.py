"""The command that begins a new plugin."""

from pathlib import Path

import click

from groupware.commands.group import cli
from groupware.skeleton import write_skeleton


@cli.command("new-plugin")
@click.argument("name")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("plugins"),
    show_default=True,
    help="Folder to write into; other than plugins, a package of that name is assumed on the import path.",
)
def new_plugin(name: str, into: Path) -> None:
    """Write the skeleton of a plugin that keeps the contract."""
    package = f"plugins.{name}" if into.name == "plugins" else name
    for file in write_skeleton(name, into, package):
        click.echo(file)
    click.echo("Next: make catalogues, make reference, make run. docs/tutorial-plugin.md shows the way on.")
