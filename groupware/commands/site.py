"""Commands that set an instance up and serve it."""

from dataclasses import fields
from functools import partial

import click

from groupware.commands.group import application, cli, metrics_port, offer_metrics, settings_of
from groupware.config import Settings
from groupware.db import db, unit
from groupware.demo import build_demo
from groupware.migrations import runner
from groupware.registry import Registry
from groupware.setup import initialise
from groupware.worker import pause
from groupware.worker import work as run_jobs


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on."
)
@click.option(
    "--worker/--no-worker", "with_worker", default=True, help="Keep a worker child for jobs.  [default: keep]"
)
@metrics_port
@click.pass_context
def serve(context: click.Context, host: str, port: int, with_worker: bool, metrics_port: int | None) -> None:
    """Serve the groupware."""
    from groupware import server  # noqa: PLC0415  eventlet is for processes with sockets only

    with application(context, role="serve", sockets=server.MODE) as app:
        settings = settings_of(context)
        offer_metrics(app, metrics_port)
        click.echo(f"Groupware of {settings.municipality}: http://{host}:{port}/")
        if settings.demo:
            click.echo(
                f"Sign in with a sample person from the page, or from {settings.instance}/demo-accounts.csv"
            )
        click.echo("Stop with Ctrl+C.")
    try:
        server.serve(app, host, port, with_worker=with_worker)
    except OSError as error:
        raise click.ClickException(f"Cannot listen on {host}:{port}: {error.strerror}") from error


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8100, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on."
)
@metrics_port
@click.pass_context
def realtime(context: click.Context, host: str, port: int, metrics_port: int | None) -> None:
    """Hold the sockets of open pages, beside other processes that answer requests."""
    from groupware import server  # noqa: PLC0415  eventlet is for processes with sockets only

    with application(context, role="realtime", sockets=server.MODE) as app:
        offer_metrics(app, metrics_port)
        if not settings_of(context).redis_url:
            click.echo("Without redis_url pages learn of what other processes write within a second.")
    try:
        server.serve(app, host, port, with_worker=False)
    except OSError as error:
        raise click.ClickException(f"Cannot listen on {host}:{port}: {error.strerror}") from error


@cli.command()
@click.option("--until-parent-ends", is_flag=True, hidden=True)
@metrics_port
@click.pass_context
def worker(context: click.Context, until_parent_ends: bool, metrics_port: int | None) -> None:
    """Run the jobs of the plugins; `serve` keeps one such process by itself."""
    waiting = partial(pause, until_parent_ends=until_parent_ends)
    with application(context, role="worker", pause=waiting) as app:
        offer_metrics(app, metrics_port)
    run_jobs(app, until_parent_ends=until_parent_ends)


@cli.command()
@click.option("--if-missing", is_flag=True, help="Do nothing if the instance exists.")
@click.pass_context
def init(context: click.Context, if_missing: bool) -> None:
    """Make the database of a new instance."""
    with application(context, needs_database=False) as app:
        registry = app.extensions["groupware_registry"]
        if not runner.is_empty(db.engine):
            if if_missing:
                bring_up_to_date(registry)
                return
            raise click.ClickException(f"The instance {app.instance_path} exists already.")
        bring_up_to_date(registry)
        click.echo(f"The instance {app.instance_path} is ready. Next:")
        click.echo("  groupware user create-administrator    the first account")
        click.echo("  groupware import-directory FOLDER      organisations and people")
        click.echo("  groupware demo --size village          or a sample municipality instead")


@cli.command()
@click.pass_context
def upgrade(context: click.Context) -> None:
    """Bring the database up to the version of the programme, and give its functions' standard rights."""
    with application(context, needs_database=False) as app:
        moved, given = bring_up_to_date(app.extensions["groupware_registry"])
        click.echo(f"Upgraded: {', '.join(moved)}" if moved else "The database is up to date.")
        if given:
            click.echo(f"Standard rights given: {given}")


def bring_up_to_date(registry: Registry) -> tuple[list[str], int]:
    """The histories that moved, and how many standard rights were given that had never been given before."""
    moved = runner.upgrade(db.engine, registry)
    with unit("write"):
        return moved, initialise()


@cli.command()
@click.option("--size", type=click.Choice(["village", "city", "kobe"]), default="village", show_default=True)
@click.option("--if-empty", is_flag=True, help="Do nothing if there are people already.")
@click.pass_context
def demo(context: click.Context, size: str, if_empty: bool) -> None:
    """Fill an instance with a sample municipality and write demo-accounts.csv."""
    with application(context, needs_database=False) as app:
        runner.upgrade(db.engine, app.extensions["groupware_registry"])
        build_demo(app, size, if_empty=if_empty)


@cli.command()
@click.pass_context
def config(context: click.Context) -> None:
    """Print every setting, its value and its meaning; secrets are hidden."""
    settings = settings_of(context)
    for item in fields(Settings):
        value = getattr(settings, item.name)
        shown = "(set)" if item.metadata.get("secret") and value else value
        click.echo(f"{item.name} = {shown!r}" if not isinstance(shown, str) else f"{item.name} = {shown}")
        click.echo(f"    {item.metadata['help']}")


__all__ = ["bring_up_to_date", "config", "demo", "init", "realtime", "serve", "upgrade", "worker"]
