"""Build the demo: one unit of work, so that an interrupted run leaves nothing behind, and a progress bar."""

from collections.abc import Callable

import click
from flask import Flask
from sqlalchemy import func, select, text

from groupware import caches, clock
from groupware.access.principals import rebuild
from groupware.config import Settings
from groupware.db import Base, db, session, unit
from groupware.demo import (
    accounts,
    advance_notice,
    careers,
    directory,
    duties,
    organisation,
    people,
    portal,
    staffing,
)
from groupware.demo.context import SIZES, DemoContext
from groupware.directory.models import DutyKind, Person
from groupware.directory.people_index import reindex
from groupware.directory.tree import CACHE
from groupware.registry import registry
from groupware.setup import initialise

PEOPLE_AT_ONCE = 4000


def build_demo(app: Flask, size: str, *, if_empty: bool = False) -> None:
    """Fill the database of `app` with a sample municipality and write demo-accounts.csv into its instance.

    The same size on the same day gives the same municipality, passwords aside. Raises click.ClickException when there
    are people already; with `if_empty` that does nothing.
    """
    settings: Settings = app.extensions["groupware_settings"]
    context = DemoContext(size=SIZES[size], today=clock.today(settings.zone), now=clock.now())
    with unit("read"):
        count = session.scalar(select(func.count()).select_from(Person)) or 0
    if count and if_empty:
        return
    if count:
        raise click.ClickException(
            f"The instance {settings.instance} has {count} people already; the sample municipality goes into an "
            "empty one. Choose another folder with --instance, or let --if-empty keep what is there."
        )
    settings.instance.mkdir(parents=True, exist_ok=True)
    length = _length(context)
    with click.progressbar(length=length, label=f"Sample municipality {size}", width=30) as bar:
        context.bar = bar
        with unit("write"):
            lines = _fill(context)
            _move_sequences()
            accounts.save(settings.instance, lines)
        _analyze()
        bar.update(length - bar.pos)
    _write_config(settings)
    click.echo(
        f"{len(context.people)} people in {len(context.units)} organisations. "
        f"{len(context.samples)} of them can sign in: {settings.instance / accounts.FILE}"
    )


def _length(context: DemoContext) -> int:
    """About how many steps the progress bar will make; it is set to its end when all is done."""
    return context.size.people * 40 + context.size.accounts * accounts.HASH_STEPS


def _fill(context: DemoContext) -> list[tuple[str, str, str, str]]:
    """Make the municipality in memory, then write it, then let the plugins add what is theirs."""
    if not session.scalar(select(func.count()).select_from(DutyKind)):
        initialise()
    context.posts = {post.name: post for post in staffing.posts()}
    organisation.grow(context)
    people.engage(context, staffing.positions(context))
    spells = careers.careers(context)
    people.number_staff(context)
    directory.end_terms(context)
    directory.write_units(context)
    directory.write_people(context)
    directory.write_appointments(context, spells)
    duties.assign(context)
    duties.write_duties(context)
    duties.write_groups(context)
    duties.write_section_accounts(context)
    accounts.choose_samples(context)
    passwords = accounts.Passwords(context)
    try:
        _index(context)
        caches.bump(CACHE)
        portal.write_portal(context)
        for seed in _seeds():
            seed(context)
        advance_notice.stage(context)
        return accounts.write_accounts(context, passwords)
    finally:
        passwords.close()


def _index(context: DemoContext) -> None:
    """What is derived from the directory: who is what, and the people search."""
    ids = [person.id for person in context.everybody]
    for start in range(0, len(ids), PEOPLE_AT_ONCE):
        part = ids[start : start + PEOPLE_AT_ONCE]
        rebuild(part)
        context.advance(len(part) * 15)
        reindex(part)
        context.advance(len(part) * 10)


def _seeds() -> list[Callable[[DemoContext], None]]:
    return [plugin.seed for plugin in registry() if plugin.seed is not None]


def _move_sequences() -> None:
    """Keys were given by hand; PostgreSQL has to be told where to go on."""
    if session.connection().dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        key = table.primary_key.columns.get("id")
        if key is None or len(table.primary_key.columns) > 1:
            continue
        session.execute(
            text(
                f"SELECT setval(sequence, greatest((SELECT coalesce(max(id), 0) FROM {table.name}), 1)) "  # noqa: S608  our own table names
                f"FROM pg_get_serial_sequence('{table.name}', 'id') AS sequence WHERE sequence IS NOT NULL"
            )
        )


def _analyze() -> None:
    """Tell the database's planner how much there is now."""
    engine = db.engine
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql("VACUUM (ANALYZE)")
            return
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        connection.rollback()
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _write_config(settings: Settings) -> None:
    """A demo instance says that it is one, unless somebody has configured it already."""
    if settings.config_file.exists():
        return
    settings.config_file.write_text(
        f'municipality = "{organisation.MUNICIPALITY[0]}"\ndemo = true\n', encoding="utf-8"
    )
