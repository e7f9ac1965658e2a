"""The command that issues an access token; its secret is printed once."""

import click
from sqlalchemy import or_, select

from groupware.actor import system
from groupware.api.enums import TokenKind
from groupware.api.services import issue_for, offered_scopes
from groupware.auth.attempts import folded
from groupware.auth.models import Account
from groupware.commands.group import application, cli
from groupware.db import session, unit
from groupware.directory.models import Person

DAYS = 90


@cli.command()
@click.argument("user")
@click.option(
    "--scope", "scopes", multiple=True, help="What the token may do; may be repeated.  [all scopes]"
)
@click.option("--days", default=DAYS, show_default=True, help="How long it holds.")
@click.option("--name", default="groupware token", show_default=True, help="What the person's list calls it.")
@click.pass_context
def token(context: click.Context, user: str, scopes: tuple[str, ...], days: int, name: str) -> None:
    """Issue an access token that acts for USER (login or staff number) and print it.

    The secret goes to standard output alone, so that a script can keep it; the person is told at the next sign-in.
    """
    with application(context):
        wanted = user.strip()
        with unit("write"):
            person_id = session.scalar(
                select(Person.id)
                .join(Account, Account.person_id == Person.id)
                .where(or_(Account.login == folded(wanted), Person.staff_number == wanted))
            )
            if person_id is None:
                raise click.ClickException(f"Nobody has the login or staff number {wanted!r}.")
            chosen = scopes or tuple(scope.id for scope in offered_scopes(TokenKind.PERSONAL))
            issued = issue_for(system(), person_id, name, chosen, days)
        click.echo(f"Holds until {issued.expires_at:%Y-%m-%d}, for {' '.join(chosen)}.", err=True)
        click.echo(issued.secret)


__all__ = ["token"]
