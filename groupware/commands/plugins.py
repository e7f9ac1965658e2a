"""Commands for plugins: what is there, and switching it on and off."""

import click
from sqlalchemy import select

from groupware import rules
from groupware.actor import system
from groupware.commands.group import application, cli
from groupware.db import session, unit
from groupware.directory.models import OrgUnit
from groupware.i18n import speaking
from groupware.registry import enabled_rule, registry
from groupware.rules.queries import settings_of
from groupware.rules.services import set_rule


@cli.group(invoke_without_command=True)
@click.pass_context
def plugins(context: click.Context) -> None:
    """List the plugins of this installation and whether they are switched on; enable and disable them."""
    if context.invoked_subcommand is None:
        with application(context), unit("read"), speaking("en"):
            for plugin in registry():
                click.echo(f"{plugin.id:16} {_state(plugin.id):28} {plugin.title}")


def _state(plugin_id: str) -> str:
    known = registry()
    plugin = known.get(plugin_id)
    if plugin is None or known.is_core(plugin_id):
        return "part of the house"
    state = "on" if rules.is_enabled(plugin, None) else "off"
    own = sum(unit_id is not None for unit_id in settings_of(enabled_rule(plugin)))
    return f"{state}, {own} organisations differ" if own else state


@plugins.command()
@click.argument("plugin_id", metavar="ID")
@click.option("--unit", "code", help="Code of an organisation; without it, the whole installation.")
@click.pass_context
def enable(context: click.Context, plugin_id: str, code: str | None) -> None:
    """Switch a plugin on."""
    _switch(context, plugin_id, code, is_on=True)


@plugins.command()
@click.argument("plugin_id", metavar="ID")
@click.option("--unit", "code", help="Code of an organisation; without it, the whole installation.")
@click.pass_context
def disable(context: click.Context, plugin_id: str, code: str | None) -> None:
    """Switch a plugin off: it vanishes within five seconds, its data stays."""
    _switch(context, plugin_id, code, is_on=False)


def _switch(context: click.Context, plugin_id: str, code: str | None, *, is_on: bool) -> None:
    with application(context), unit("write"), speaking("en"):
        known = registry()
        plugin = known.get(plugin_id)
        if plugin is None:
            raise click.ClickException(
                f"There is no plugin {plugin_id!r}. Known: {', '.join(p.id for p in known)}"
            )
        if known.is_core(plugin_id):
            raise click.ClickException(f"{plugin_id!r} is part of the house and always on.")
        unit_id = None
        if code is not None:
            unit_id = session.scalar(select(OrgUnit.id).where(OrgUnit.code == code))
            if unit_id is None:
                raise click.ClickException(f"There is no organisation with the code {code!r}.")
        changed = set_rule(system(), enabled_rule(plugin), unit_id, is_on)
        where = f" for {code}" if code else ""
        click.echo(f"{plugin_id} is {'on' if is_on else 'off'}{where}{'' if changed else ' already'}.")
