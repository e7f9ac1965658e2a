"""The group that all commands hang on, and what they share: the instance, the application, faults without traceback."""

import gc
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy.exc import InterfaceError, OperationalError

from groupware import __version__, clock, logs, metrics
from groupware.app import create_app
from groupware.config import Settings, load
from groupware.db import db
from groupware.errors import ConfigurationError, DomainError
from groupware.migrations import runner
from groupware.realtime.sockets import AsyncMode

RETRY_SECONDS = 1.0
"""Between two attempts of a serving process to reach the database at its start."""
TOLD_AGAIN_SECONDS = 30.0
_log = logging.getLogger("groupware.commands")


class Command(click.Group):
    """Turns faults that a person can mend into one sentence and exit code 1 (2 for a wrong call)."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take `--instance` wherever it stands, also behind the command's name."""
        for position, word in enumerate(args):
            if word == "--instance":
                args = args[position : position + 2] + args[:position] + args[position + 2 :]
            elif word.startswith("--instance="):
                args = [word, *args[:position], *args[position + 1 :]]
            else:
                continue
            break
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (ConfigurationError, DomainError) as error:
            raise click.ClickException(str(error)) from error
        except (OperationalError, InterfaceError) as error:
            reason = str(error.orig).strip().splitlines()[0]
            raise click.ClickException(f"The database cannot be reached: {reason}") from error


@click.group(cls=Command, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__)
@click.option(
    "--instance",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the instance.  [./instance]",
)
@click.pass_context
def cli(context: click.Context, instance: Path | None) -> None:
    """Groupware for a municipality. Settings: config.toml of the instance, or GROUPWARE_* variables."""
    context.obj = instance


def settings_of(context: click.Context) -> Settings:
    """The settings of the instance that was named."""
    return load(context.find_root().obj)


@contextmanager
def application(
    context: click.Context,
    *,
    needs_database: bool = True,
    role: str = "command",
    sockets: AsyncMode | None = None,
    pause: Callable[[float], bool | None] = time.sleep,
) -> Iterator[Flask]:
    """The application inside its context. Says what to do if the database is missing or behind.

    What is not a command waits for its database, for so many seconds at a time with `pause`, and ends if that says so.
    """
    settings = settings_of(context)
    logs.install(settings, role)
    if role == "command":
        logs.begin(f"command-{logs.new_request_id()[:12]}")
    app = create_app(settings, sockets=sockets)
    if role != "command":
        # A quarter of a million objects live as long as the process: looking through them stops it for 0.2 seconds.
        gc.freeze()
    with app.app_context():
        try:
            if needs_database:
                if role != "command":
                    _await_database(pause)
                _require_database(app)
            yield app
        finally:
            db.engine.dispose()


metrics_port = click.option(
    "--metrics-port",
    type=click.IntRange(1, 65535),
    help="Offer /metrics to Prometheus on this port.  [none]",
)


def offer_metrics(app: Flask, port: int | None) -> None:
    """Offer /metrics on the port, where one was named."""
    if port is None:
        return
    try:
        metrics.offer(app, port)
    except OSError as error:
        raise click.ClickException(f"Cannot listen on port {port}: {error.strerror}") from error


def _await_database(pause: Callable[[float], bool | None]) -> None:
    """Wait for the database: after a power cut the machines of an installation come back in any order."""
    told_at = 0.0
    while True:
        try:
            with db.engine.connect():
                break
        except (OperationalError, InterfaceError) as error:
            if clock.monotonic() >= told_at:
                reason = (str(error.orig).strip().splitlines() or [""])[0]
                _log.warning("the database cannot be reached, waiting for it: %s", reason)
                told_at = clock.monotonic() + TOLD_AGAIN_SECONDS
        if pause(RETRY_SECONDS):
            raise click.exceptions.Exit
    if told_at:
        _log.info("the database answers")


def _require_database(app: Flask) -> None:
    if runner.is_empty(db.engine):
        raise click.ClickException(
            f"The instance {app.instance_path} is empty. Start it with one of:\n"
            "  groupware init                  an empty municipality and its first administrator\n"
            "  groupware demo --size village   a municipality of sample people to try things out"
        )
    behind = runner.pending(db.engine, app.extensions["groupware_registry"])
    if behind:
        raise click.ClickException(
            f"The database is older than the programme ({', '.join(behind)}). Run: groupware upgrade"
        )
