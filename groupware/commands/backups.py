"""Commands for backup and restore."""

from pathlib import Path

import click

from groupware import logs
from groupware import registry as plugins
from groupware.backup import making, restoring
from groupware.backup.archive import BackupError, size_of
from groupware.commands.group import application, cli, settings_of
from groupware.commands.site import bring_up_to_date
from groupware.registry import Registry


@cli.command()
@click.argument("target", type=click.Path(path_type=Path), metavar="FILE|FOLDER")
@click.option(
    "--verify", "only_verify", is_flag=True, help="Make nothing: read the backup FILE and prove all of it."
)
@click.option(
    "--without-files", is_flag=True, help="The database only, where the files are kept in another way."
)
@click.pass_context
def backup(context: click.Context, target: Path, only_verify: bool, without_files: bool) -> None:
    """Write database and files, sealed with the key of the setting backup_key_file, while everybody works on."""
    settings = settings_of(context)
    try:
        if only_verify:
            proven = restoring.verify(settings, target, making.key_of(settings))
            click.echo(f"{target} is sound: {proven.manifest.municipality}, {proven.manifest.made_at}")
            click.echo(f"{proven.entries:,} entries, {proven.size / 1_000_000:,.1f} MB")
            return
        with application(context) as app:
            made = making.make(app, target, with_files=not without_files)
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename or target}: {error.strerror}") from error
    click.echo(f"{made.file}: {made.entries:,} entries, {size_of(made.file)}")


@cli.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def restore(context: click.Context, file: Path) -> None:
    """Make an instance of a backup: into an empty database only, and only if all of the backup is sound."""
    settings = settings_of(context)
    logs.install(settings, "command")
    # No application yet: it would make a key for cookies, and the former one is in the backup.
    registry = Registry([*plugins.core_plugins(), *plugins.discovered(settings.disabled_plugins)])
    try:
        proven = restoring.restore(settings, registry, file, making.key_of(settings))
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename or file}: {error.strerror}") from error
    with application(context, needs_database=False) as app:
        moved, _ = bring_up_to_date(app.extensions["groupware_registry"])
    click.echo(f"{proven.manifest.municipality}, as of {proven.manifest.made_at}: {proven.entries:,} entries")
    if moved:
        click.echo(f"Upgraded: {', '.join(moved)}")
