"""Commands for rights: see them, give them, take them back from the machine itself.

The machine can give what nobody holds with delegation, such as the reading of legal names, and can let somebody in again
when no administrator is left.
"""

from datetime import datetime

import click
from sqlalchemy import select

from groupware import access, clock
from groupware.access.enums import PrincipalKind
from groupware.access.labels import labels, scope_words
from groupware.access.models import Grant
from groupware.access.principals import principal
from groupware.access.roles import enrol
from groupware.actor import system
from groupware.auth.models import Account
from groupware.commands.group import application, cli
from groupware.db import FOREVER, session, unit
from groupware.directory.enums import GroupKind
from groupware.directory.models import Group, OrgUnit
from groupware.directory.tree import org_tree
from groupware.i18n import speaking


@cli.group()
def grants() -> None:
    """Rights: list, give, revoke, add to a role."""


@grants.command("list")
@click.option("--permission", help="Only this permission.")
@click.pass_context
def list_grants(context: click.Context, permission: str | None) -> None:
    """List the grants that hold today."""
    with application(context), unit("read"), speaking("ja"):
        today = clock.today()
        statement = select(Grant).where(Grant.valid_until > today).order_by(Grant.permission, Grant.id)
        rows = [
            row for row in session.scalars(statement) if permission is None or row.permission == permission
        ]
        words = labels(row.principal_id for row in rows)
        for row in rows:
            holder = words[row.principal_id]
            scope = scope_words(row.scope, row.unit_id, org_tree(today), holder.kind)
            marks = " +delegation" if row.with_delegation else ""
            end = "" if row.valid_until == FOREVER else f" until {row.valid_until}"
            click.echo(f"{row.id:6} {row.permission:36} {holder.text} ({scope}){marks}{end}")


@grants.command()
@click.argument("permission")
@click.option("--login", help="The person with this user name.")
@click.option("--role", help="The role of this name.")
@click.option("--unit", "code", help="Over this organisation and below; without it, everywhere.")
@click.option("--delegate", is_flag=True, help="They may pass it on.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="First day on which it no longer holds.")
@click.pass_context
def give(
    context: click.Context,
    permission: str,
    login: str | None,
    role: str | None,
    code: str | None,
    delegate: bool,
    until: datetime | None,
) -> None:
    """Give PERMISSION to a person or a role."""
    if (login is None) == (role is None):
        raise click.UsageError("Name either --login or --role.")
    with application(context), unit("write"), speaking("en"):
        if login is not None:
            holder = principal(PrincipalKind.PERSON, _person(login))
        else:
            holder = principal(PrincipalKind.GROUP, _role(str(role)))
        given = access.grant(
            system(),
            holder,
            permission,
            scope="subtree" if code else "all",
            unit_id=_unit(code) if code else None,
            with_delegation=delegate,
            valid_until=until.date() if until is not None else FOREVER,
        )
        click.echo(f"Given as grant {given.id}.")


@grants.command()
@click.argument("number", type=int)
@click.pass_context
def revoke(context: click.Context, number: int) -> None:
    """Take the grant with this NUMBER back."""
    with application(context), unit("write"), speaking("en"):
        access.revoke(system(), number)
        click.echo(f"Grant {number} is taken back.")


@grants.command("add-to-role")
@click.argument("role")
@click.argument("login")
@click.pass_context
def add_to_role(context: click.Context, role: str, login: str) -> None:
    """Add the person with the user name LOGIN to ROLE, for example to 監査担当者."""
    with application(context), unit("write"), speaking("en"):
        added = enrol(system(), _role(role), [_person(login)])
        click.echo(f"{login} is in {role}{'' if added else ' already'}.")


def _person(login: str) -> int:
    found = session.scalar(select(Account.person_id).where(Account.login == login.lower()))
    if found is None:
        raise click.ClickException(f"There is no account {login!r}.")
    return found


def _role(name: str) -> int:
    found = session.scalar(select(Group.id).where(Group.kind == GroupKind.ROLE, Group.name == name))
    if found is None:
        raise click.ClickException(f"There is no role {name!r}.")
    return found


def _unit(code: str) -> int:
    found = session.scalar(select(OrgUnit.id).where(OrgUnit.code == code))
    if found is None:
        raise click.ClickException(f"There is no organisation with the code {code!r}.")
    return found
