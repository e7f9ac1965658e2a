"""Commands for the directory: deliveries in and out. Accounts are in `users.py`."""

import csv
from datetime import date, datetime
from pathlib import Path

import click

from groupware import clock
from groupware.actor import system
from groupware.calendar.eras import DateFormatError, parse_date
from groupware.commands.group import application, cli, settings_of
from groupware.commands.users import user
from groupware.db import session, unit
from groupware.directory.delivery.exporting import export
from groupware.directory.delivery.findings import Finding
from groupware.directory.delivery.labels import KIND_LABELS
from groupware.directory.delivery.plan import UNCHANGED
from groupware.directory.delivery.reading import CP932, UTF_8, UTF_8_BOM, read_folder
from groupware.directory.enums import BatchState
from groupware.directory.exports_deliveries import findings_table
from groupware.directory.models import Batch, Person
from groupware.directory.queries.snapshot import load_snapshot
from groupware.directory.services.applying import STEPS
from groupware.directory.services.batches import Examined, examine_files, import_delivery, keep
from groupware.i18n import speaking
from groupware.web.exports import cell_text

ENCODINGS = {"auto": None, "utf-8": UTF_8, "cp932": CP932}
MOST_SHOWN = 200
"""Findings that are printed; all of them leave by --report."""


class Day(click.ParamType[date]):
    """A day, western or wareki."""

    name = "DATE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """2026-04-01 or R8.4.1."""
        if isinstance(value, date):
            return value
        try:
            return parse_date(str(value)).date
        except DateFormatError:
            self.fail(f"{value!r} is not a date; write 2026-04-01 or R8.4.1.", param, ctx)


@cli.command("import-directory")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option("--effective-on", type=Day(), help="First day on which the delivery holds.  [today]")
@click.option(
    "--publish-at",
    type=click.DateTime(["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"]),
    help="Keep it secret until then (local time); the worker publishes it.  [at once]",
)
@click.option("--encoding", type=click.Choice(list(ENCODINGS)), default="auto", show_default=True)
@click.option("--title", help="What the delivery is called in the list.  [name of the folder]")
@click.option(
    "--loader", "loaders", multiple=True, metavar="NUMBER", help="Staff number of who may see it; repeatable."
)
@click.option("--no-proposals", is_flag=True, help="Follow stated former numbers only, not probable ones.")
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="Write faults and remarks as CSV."
)
@click.pass_context
def import_directory(
    context: click.Context,
    folder: Path,
    dry_run: bool,
    effective_on: date | None,
    publish_at: datetime | None,
    encoding: str,
    title: str | None,
    loaders: tuple[str, ...],
    no_proposals: bool,
    report: Path | None,
) -> None:
    """Load units, posts, people, appointments and duties from the CSV files in FOLDER.

    FOLDER holds units.csv, posts.csv, people.csv, appointments.csv and perhaps duties.csv: the complete state from the
    effective day on. A single fault stops all of it.
    """
    settings = settings_of(context)
    files = read_folder(folder)
    day = effective_on or clock.today(settings.zone)
    name = title or folder.resolve().name or "delivery"
    with application(context), speaking(settings.locale):
        if dry_run or publish_at is not None:
            with unit("read"):
                examined = examine_files(system(), files, day, encoding=ENCODINGS[encoding])
            _report(examined.examination.findings, report)
            if examined.examination.plan is None:
                raise click.ClickException(_refused(examined.examination.findings))
            _show(examined.examination.plan.counts, examined.examination.proposed)
            if publish_at is not None and not dry_run:
                _stage(examined, name, publish_at.replace(tzinfo=settings.zone), loaders)
            return
        batch = _import(files, name, day, ENCODINGS[encoding], not no_proposals)
        findings = [Finding.from_json(values) for values in batch.findings]
        _report(findings, report)
        if batch.state != BatchState.PUBLISHED:
            raise click.ClickException(_refused(findings))
        _show(batch.summary["counts"], dict(batch.summary["proposed"]))
        click.echo("The delivery was taken.")


def _import(
    files: dict[str, bytes], title: str, day: date, encoding: str | None, has_proposals: bool
) -> Batch:
    with click.progressbar(length=STEPS + 1, label="Importing") as bar:
        done = 0

        def progress(steps: int) -> None:
            nonlocal done
            bar.update(steps + 1 - done)
            done = steps + 1

        with unit("write"):
            batch = import_delivery(
                system(), files, title, day, encoding=encoding, has_proposals=has_proposals, progress=progress
            )
            session.flush()
            session.refresh(batch, ["state", "summary", "findings"])
            session.expunge(batch)
        bar.update(STEPS + 1 - done)
    return batch


def _stage(examined: Examined, title: str, publication_time: datetime, loaders: tuple[str, ...]) -> None:
    with unit("write"):
        found = {
            person.staff_number: person.id
            for person in session.query(Person).filter(Person.staff_number.in_(loaders))
        }
        if missing := [number for number in loaders if number not in found]:
            raise click.ClickException(f"There is no person with the number {', '.join(missing)}.")
        keep(system(), examined, title, publication_time, co_loaders=sorted(found.values()))
    click.echo(
        f"The delivery waits for {publication_time:%Y-%m-%d %H:%M}. Until then only its loaders see it."
    )


def _report(findings: list[Finding], report: Path | None) -> None:
    for finding in findings[:MOST_SHOWN]:
        place = f"{finding.file}:{finding.line}" if finding.line else finding.file
        column = f" {finding.column}" if finding.column else ""
        kind = "fault" if finding.is_fault else "remark"
        click.echo(f"{kind:6} {place}{column}: {finding.text} [{finding.code}]", err=finding.is_fault)
    if len(findings) > MOST_SHOWN:
        click.echo(f"… and {len(findings) - MOST_SHOWN} more; --report FILE writes all of them.", err=True)
    if report is not None:
        columns, rows = findings_table(findings)
        with report.open("w", encoding=UTF_8_BOM, newline="") as target:
            writer = csv.writer(target)
            writer.writerows([[cell_text(cell) for cell in row] for row in (columns, *rows)])
        click.echo(f"Written: {report}")


def _refused(findings: list[Finding]) -> str:
    count = sum(1 for finding in findings if finding.is_fault)
    return f"{count} fault{'s' if count != 1 else ''}. Nothing was changed."


def _show(counts: dict[str, int], proposed: dict[str, str]) -> None:
    for kind, count in counts.items():
        if count or kind == UNCHANGED:
            click.echo(f"{count:8,} {KIND_LABELS[kind]}")
    for new, old in proposed.items():
        click.echo(f"         {new} probably continues {old}")


@cli.command("export-directory")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--as-of", type=Day(), help="The state of that day and what is to come after it.  [today]")
@click.option("--encoding", type=click.Choice([UTF_8_BOM, CP932]), default=UTF_8_BOM, show_default=True)
@click.pass_context
def export_directory(context: click.Context, folder: Path, as_of: date | None, encoding: str) -> None:
    """Write the directory as CSV files into FOLDER, in the shape that import-directory reads."""
    with application(context), unit("read"):
        made = export(load_snapshot(as_of or clock.today(settings_of(context).zone)), encoding)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in made.files.items():
        (folder / name).write_bytes(content)
        click.echo(f"{folder / name}: {made.rows[name]:,} rows")
    for one in made.replacements:
        click.echo(
            f"{one.file}:{one.line} {one.column}: {one.character!r} of {one.value!r} is not in CP932",
            err=True,
        )
    if made.replacements:
        click.echo(f"{len(made.replacements)} characters were replaced; UTF-8 keeps them.", err=True)


__all__ = ["export_directory", "import_directory", "user"]
