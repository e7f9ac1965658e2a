"""Commands for records: what is due for disposal, and the disposal itself once it was decided."""

from datetime import date

import click

from groupware import clock
from groupware.actor import system
from groupware.commands.group import application, cli
from groupware.db import unit
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
