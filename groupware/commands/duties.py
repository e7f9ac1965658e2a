"""Commands for kinds of duty: the city adds its own."""

import click

from groupware.actor import system
from groupware.commands.group import application, cli
from groupware.db import unit
from groupware.directory.queries.managing import duty_kinds
from groupware.directory.services.duties import add_duty_kind


@cli.group("duty-kind")
def duty_kind() -> None:
    """Kinds of duty."""


@duty_kind.command("add")
@click.argument("code")
@click.argument("name")
@click.option("--name-en", default="", help="The name on English pages.  [NAME]")
@click.pass_context
def add(context: click.Context, code: str, name: str, name_en: str) -> None:
    """Add a kind of duty, such as `cash_officer 会計担当者`. Deliveries and grants name it by CODE."""
    with application(context), unit("write"):
        made = add_duty_kind(system("command"), code, name, name_en=name_en)
        click.echo(f"{made.name} ({made.code}) can be given to people now.")


@duty_kind.command("list")
@click.pass_context
def list_kinds(context: click.Context) -> None:
    """Print the kinds of duty in their order."""
    with application(context), unit("read"):
        for kind in duty_kinds():
            click.echo(f"{kind.code:28} {kind.name}  {kind.name_en}".rstrip())


__all__ = ["duty_kind"]
