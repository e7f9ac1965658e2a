"""More commands for accounts: first passwords for a section, lifting a lock."""

import os
from pathlib import Path
from typing import BinaryIO

import click

from groupware.actor import system
from groupware.auth.accounts import ManagedAccount, accounts_of_unit
from groupware.auth.queries import account_by_login
from groupware.auth.services import issue_first_passwords, unlock_account
from groupware.auth.slips import Slip, slips_pdf
from groupware.commands.group import application, settings_of
from groupware.commands.users import user
from groupware.db import unit
from groupware.directory.tree import OrgTree, org_tree
from groupware.i18n import speaking


@user.command("slips")
@click.option("--unit", "code", required=True, help="Code of the organisation.")
@click.option("--with-subunits", is_flag=True, help="Also everything below it.")
@click.option("--everybody", is_flag=True, help="Also those who have chosen a password of their own.")
@click.option("--address", required=True, help="Where people sign in, as it is to stand on the slips.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="PDF to write.  [./slips-CODE.pdf]"
)
@click.pass_context
def slips(
    context: click.Context, code: str, with_subunits: bool, everybody: bool, address: str, output: Path | None
) -> None:
    """Make new first passwords for the people of an organisation and print them as slips.

    The PDF holds passwords in clear and is readable by you only: print it and delete it.
    """
    file = output or Path(f"slips-{code}.pdf")
    with application(context) as app, speaking(settings_of(context).locale):
        actor = system("command")
        with unit("read"):
            tree = org_tree(actor.today)
            accounts = [
                account
                for unit_id in _units(tree, code, with_subunits)
                for account in accounts_of_unit(actor, unit_id)
                if everybody or account.state in ("none", "waiting")
            ]
        if not accounts:
            raise click.ClickException(
                f"Nobody in {code} waits for a first password. --everybody replaces chosen ones too."
            )
        # Before anybody's password is replaced: a file that cannot be written would lose them all.
        with _private_file(file) as handle:
            with click.progressbar(length=len(accounts), label="First passwords", width=30) as bar:
                made = issue_first_passwords(
                    actor, [account.person_id for account in accounts], progress=bar.update, most=None
                )
            rows = [
                Slip(tree.path_name(one.account.unit_id), one.account.display_name, one.login, one.password)
                for one in made
            ]
            municipality = app.extensions["groupware_settings"].municipality
            handle.write(slips_pdf(rows, municipality=municipality, address=address, day=actor.today))
    click.echo(f"{len(rows)} slips: {file}. They replace what these people used until now.")


@user.command("unlock")
@click.argument("login")
@click.pass_context
def unlock(context: click.Context, login: str) -> None:
    """Let the account LOGIN (or staff number) sign in again at once."""
    with application(context):
        uid = _uid(login)
        with unit("write"):
            account: ManagedAccount = unlock_account(system("command"), uid)
    click.echo(f"{account.display_name} can sign in again.")


def _uid(login: str) -> str:
    with unit("read"):
        account = account_by_login(login, "")
    if account is None:
        raise click.ClickException(f"There is no account {login!r}.")
    return str(account.uid)


def _units(tree: OrgTree, code: str, with_subunits: bool) -> list[int]:
    found = next((one for one in tree if one.code == code), None)
    if found is None:
        raise click.ClickException(f"There is no organisation with the code {code!r} today.")
    below = tree.subtree(found.id) if with_subunits else {found.id}
    return sorted(below, key=lambda unit_id: tree.order[unit_id])


def _private_file(file: Path) -> BinaryIO:
    try:
        return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except FileExistsError:
        raise click.ClickException(f"{file} exists already.") from None
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}") from error
