"""Commands for plugins."""

import click

from groupware.commands.group import application, cli


@cli.command()
@click.pass_context
def plugins(context: click.Context) -> None:
    """List the plugins of this installation."""
    with application(context, needs_database=False) as app:
        for plugin in app.extensions["groupware_registry"]:
            click.echo(f"{plugin.id:16} {plugin.title}")
