"""Commands for mail: see whether the mail server takes any."""

import click

from groupware import clock
from groupware.commands.group import application, cli
from groupware.notifications.mail.letters import sample_message
from groupware.notifications.mail.server import NoMailServer, connected


@cli.group()
def mail() -> None:
    """Mail about what is new."""


@mail.command()
@click.argument("address")
@click.pass_context
def test(context: click.Context, address: str) -> None:
    """Send a mail to ADDRESS that says nothing but that mail works, and print what the mail server answers."""
    with application(context) as app:
        settings = app.extensions["groupware_settings"]
        if not settings.sends_mail:
            raise click.ClickException("The setting smtp_host is empty: this installation sends no mail.")
        try:
            with connected(settings) as server:
                refused = server.send(sample_message(address, settings, clock.now()), address)
        except NoMailServer as error:
            raise click.ClickException(str(error)) from error
    if refused is not None:
        raise click.ClickException(f"The mail server refuses it: {refused.code} {refused.reply}")
    click.echo(f"{settings.smtp_host}:{settings.smtp_port} has taken a mail to {address}.")
