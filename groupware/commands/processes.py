"""Commands of an installation with many processes: `web` here, `worker` and `serve` in `site.py`."""

import socket

import click

from groupware import metrics, processes
from groupware.commands.group import application, cli, metrics_port, settings_of
from groupware.processes import own_command


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on."
)
@click.option(
    "--processes",
    "count",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="How many share the port: one per core.",
)
@metrics_port
@click.pass_context
def web(context: click.Context, host: str, port: int, count: int, metrics_port: int | None) -> None:
    """Answer pages only: no sockets, no jobs. SIGHUP replaces the processes one by one and loses no request.

    With several processes, each offers its metrics on a port of its own, counted up from --metrics-port.
    """
    with application(context, role="web"):
        instance = str(settings_of(context).instance)

    def command(number: int) -> list[str]:
        offered = ["--metrics-port", str(metrics_port + number)] if metrics_port is not None else []
        return own_command(instance, "web-process", *offered)

    try:
        listener = processes.listen(host, port)
    except OSError as error:
        raise click.ClickException(f"Cannot listen on {host}:{port}: {error.strerror}") from error
    try:
        processes.Parent(listener, count, command).run()
    except RuntimeError as error:
        raise click.ClickException(f"Not started: {error}.") from error


@cli.command("web-process", hidden=True)
@click.option("--listener", type=int, required=True)
@click.option("--ready", type=int, required=True)
@metrics_port
@click.pass_context
def web_process(context: click.Context, listener: int, ready: int, metrics_port: int | None) -> None:
    """One process of `groupware web`: takes over the socket of its parent."""
    from groupware.server import serve_pages  # noqa: PLC0415  eventlet is for the serving process only

    with application(context, role="web") as app:
        if metrics_port is not None:
            metrics.offer_when_free(app, metrics_port)
    serve_pages(app, socket.socket(fileno=listener), ready)
