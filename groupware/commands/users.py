"""Commands for accounts: the first administrator, a new password, a suspended account. Passwords are printed once."""

from typing import Any

import click
from sqlalchemy import Select, or_, select

from groupware.access.standard import SYSTEM_ADMINISTRATORS
from groupware.actor import system
from groupware.auth.attempts import folded
from groupware.auth.models import Account
from groupware.auth.services import reset_password, resume_account, suspend_account
from groupware.commands.group import application, cli
from groupware.db import session, unit
from groupware.directory.enums import EmploymentType, GroupKind
from groupware.directory.models import Group, GroupMember, Person
from groupware.directory.services.groups import add_members
from groupware.directory.services.people import add_person


@cli.group()
def user() -> None:
    """Accounts."""


@user.command("create-administrator")
@click.option("--number", prompt="Staff number", help="Staff number, which is also the login.")
@click.option("--name", default=None, help="Full name; asked for if nobody has the number yet.")
@click.option("--kana", default="", help="The name in kana.")
@click.pass_context
def create_administrator(context: click.Context, number: str, name: str | None, kana: str) -> None:
    """Make somebody a system administrator and print a temporary password.

    Whoever has the number already becomes administrator and keeps the password they have. Otherwise the person is added
    and kept by hand: no delivery ends them.
    """
    with application(context):
        actor = system()
        with unit("read"):
            known = session.execute(_people().where(Person.staff_number == number.strip())).first()
        if known is None and name is None:
            name = click.prompt("Full name")
        with unit("write"):
            role = select(Group.id).where(Group.kind == GroupKind.ROLE, Group.name == SYSTEM_ADMINISTRATORS)
            role_id = session.scalar(role)
            if role_id is None:
                raise click.ClickException(f"The role {SYSTEM_ADMINISTRATORS} is missing.")
            if known is None:
                person = add_person(
                    actor, number, name or "", kana_name=kana, employment_type=EmploymentType.REGULAR
                )
                person_id, uid = person.id, str(person.uid)
            else:
                person_id, uid = known.id, str(known.uid)
            is_member = session.get(GroupMember, (role_id, person_id)) is not None
            if not is_member:
                add_members(actor, role_id, [person_id])
        if known is not None and known.password_hash is not None:
            click.echo(f"{known.display_name} is system administrator and keeps the present password.")
            return
        issued = reset_password(actor, uid)
        click.echo(f"{issued.account.display_name} is system administrator.")
        _print_password(issued.login, issued.password)


@user.command("reset-password")
@click.argument("login")
@click.pass_context
def reset(context: click.Context, login: str) -> None:
    """Give LOGIN (or staff number) a temporary password, print it, and end all sessions."""
    with application(context):
        issued = reset_password(system(), _uid(login))
        _print_password(issued.login, issued.password)


@user.command()
@click.argument("login")
@click.pass_context
def suspend(context: click.Context, login: str) -> None:
    """Let nobody sign in as LOGIN (or staff number), and end all sessions."""
    with application(context):
        uid = _uid(login)
        with unit("write"):
            account = suspend_account(system(), uid)
        click.echo(f"The account of {account.display_name} is suspended.")


@user.command()
@click.argument("login")
@click.pass_context
def resume(context: click.Context, login: str) -> None:
    """Open a suspended account again."""
    with application(context):
        uid = _uid(login)
        with unit("write"):
            account = resume_account(system(), uid)
        click.echo(f"The account of {account.display_name} is open again.")


@user.command("list")
@click.option("--administrators", is_flag=True, help="System administrators only.")
@click.pass_context
def list_users(context: click.Context, administrators: bool) -> None:
    """List accounts: login, state, last sign-in, name."""
    with application(context), unit("read"):
        statement = _people().where(Account.id.is_not(None)).order_by(Account.login)
        if administrators:
            role = select(Group.id).where(Group.kind == GroupKind.ROLE, Group.name == SYSTEM_ADMINISTRATORS)
            members = select(GroupMember.person_id).where(GroupMember.group_id.in_(role))
            statement = statement.where(Person.id.in_(members))
        today = system().today
        for row in session.execute(statement):
            seen = f"{row.last_sign_in_at:%Y-%m-%d %H:%M}" if row.last_sign_in_at else "never"
            is_gone = row.left_on <= today
            state = "left" if is_gone else "suspended" if row.is_suspended else "open"
            if row.password_hash is None:
                state = "no password"
            click.echo(f"{row.login:20} {state:12} {seen:17} {row.display_name}")


def _people() -> Select[Any]:
    columns: tuple[Any, ...] = (
        Person.id,
        Person.uid,
        Person.display_name,
        Person.left_on,
        Account.login,
        Account.password_hash,
        Account.is_suspended,
        Account.last_sign_in_at,
    )
    return select(*columns).select_from(Person).outerjoin(Account, Account.person_id == Person.id)


def _uid(login: str) -> str:
    wanted = login.strip()
    statement = _people().where(or_(Account.login == folded(wanted), Person.staff_number == wanted))
    with unit("read"):
        row = session.execute(statement).first()
    if row is None:
        raise click.ClickException(f"Nobody has the login or staff number {wanted!r}.")
    return str(row.uid)


def _print_password(login: str, password: str) -> None:
    click.echo(f"  login     {login}")
    click.echo(f"  password  {password}")
    click.echo("It is shown this once and must be changed at the first sign-in.")


__all__ = ["user"]
