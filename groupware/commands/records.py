"""Commands for records: what is due for disposal, the disposal itself once it was decided, and proof that a sealed file is whole."""

from datetime import date
from typing import BinaryIO

import click

from groupware import clock
from groupware.actor import system
from groupware.commands.group import application, cli
from groupware.db import unit
from groupware.records import sealing
from groupware.records.queries import CHUNK, Candidate, candidates, counts, kinds
from groupware.records.services import propose, propose_again, purge


@cli.group()
def retention() -> None:
    """Retention of records."""


@retention.command("list")
@click.pass_context
def list_kinds(context: click.Context) -> None:
    """List the kinds of records, their retention, and how many disposals are in which state."""
    with application(context), unit("read"):
        known = kinds()
        for kind in known.values():
            years = f"{kind.default_years} years" if kind.default_years else "for ever"
            click.echo(f"{kind.id:28} {years:10} {kind.title}")
        if not known:
            click.echo("No function of this installation keeps records.")
        found = counts(system())
        click.echo(", ".join(f"{state}: {number}" for state, number in found.items()))


@retention.command()
@click.option("--dry-run", is_flag=True, help="Only show what would be proposed and erased.")
@click.pass_context
def run(context: click.Context, dry_run: bool) -> None:
    """Propose records whose retention has ended, and erase those whose disposal was decided."""
    with application(context):
        day = clock.today()
        if dry_run:
            _show(day)
            return
        with unit("read"):
            found = [candidate for kind in kinds().values() for candidate in candidates(kind, day)]
        actor = system()
        with unit("write"):
            again = propose_again(actor)
        proposed = 0
        with click.progressbar(range(0, len(found), CHUNK), label="Proposing") as steps:
            for start in steps:
                with unit("write"):
                    proposed += propose(actor, found[start : start + CHUNK])
        erased = 0
        while True:
            with unit("write"):
                done = purge(actor)
            erased += done
            if not done:
                break
        click.echo(f"Proposed: {proposed}, proposed again after an extension: {again}, erased: {erased}")


def _show(day: date) -> None:
    with unit("read"):
        found: list[Candidate] = [c for kind in kinds().values() for c in candidates(kind, day)]
        decided = counts(system())["dispose"]
    for candidate in found:
        click.echo(f"{candidate.kind}  {candidate.expired_on}  {candidate.uid}  {candidate.title}")
    click.echo(f"Would be proposed: {len(found)}, decided and to be erased (holds aside): {decided}")


@cli.command("verify-record")
@click.argument("file", type=click.File("rb"))
@click.option("--register", is_flag=True, help="Also ask this installation whether it has sealed this file.")
@click.pass_context
def verify_record(context: click.Context, file: BinaryIO, *, register: bool) -> None:
    """Recompute a sealed record; exit code 1 and the first broken link if anything in it was changed.

    Needs no installation, unless its register is asked: a file that was made anew as a whole is not in it.
    """
    found = sealing.verify(file)
    for name, value in found.about.items():
        click.echo(f"{name}: {value}")
    for fault in found.faults:
        click.echo(fault)
    click.echo(f"Entries: {found.number}, last link: {found.head}")
    click.echo(f"Seal: {found.seal}")
    if found.faults:
        raise click.ClickException("The record was changed after it was sealed.")
    if register:
        with application(context), unit("read"):
            if not sealing.is_registered(found.seal):
                raise click.ClickException("This installation has not sealed this file.")
        click.echo("This installation has sealed this file.")
    click.echo("The record is whole.")
