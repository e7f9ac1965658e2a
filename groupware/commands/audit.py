"""Commands for the audit: seal it, prove it, send it on."""

import click

from groupware.actor import system
from groupware.audit import forwarding, sealing
from groupware.commands.group import application, cli
from groupware.db import unit


@cli.group()
def audit() -> None:
    """The audit log: seal, verify, forward."""


@audit.command()
@click.pass_context
def seal(context: click.Context) -> None:
    """Seal the records that have settled. The worker does the same every few minutes."""
    with application(context), unit("write"):
        click.echo(f"Sealed: {sealing.seal(system())}")


@audit.command()
@click.pass_context
def verify(context: click.Context) -> None:
    """Recompute every seal; exit code 1 and the place if a record was changed or removed."""
    with application(context), unit("read"):
        result = sealing.verify()
    for fault in result.faults:
        kind = "does not continue the seal before it" if fault.is_chain else "does not match its records"
        click.echo(f"Seal {fault.seal_id} (records {fault.first_id} to {fault.last_id}) {kind}.")
    click.echo(f"{result.seals} seals over {result.records} records; not yet sealed: {result.unsealed}")
    click.echo(f"Newest seal: {result.head}")
    if result.faults:
        raise click.ClickException("The audit log was changed behind the programme's back.")
    click.echo("The sealed audit log is unchanged.")


@audit.command()
@click.pass_context
def forward(context: click.Context) -> None:
    """Send what was not sent yet to the receiver named by the setting `syslog`."""
    with application(context) as app:
        settings = app.extensions["groupware_settings"]
        if forwarding.target(settings.syslog) is None:
            raise click.ClickException("The setting syslog is empty: there is no receiver.")
        sent = 0
        while True:
            with unit("write"):
                done = forwarding.forward_due(system(), settings)
            sent += done
            if not done:
                break
        click.echo(f"Sent: {sent}")
