"""Commands for the files of an installation: whether they are whole, and sealing them with the key in use."""

from collections.abc import Iterator, Sequence

import click
from sqlalchemy import select, update

from groupware.attachments.models import StoredFile
from groupware.attachments.services.picturing import name_of
from groupware.attachments.storage import Damaged, Vault, previews, vault
from groupware.attachments.storage.keeping import digest_of
from groupware.commands.group import application, cli
from groupware.db import session, unit

CHUNK = 200


@cli.group()
def files() -> None:
    """Attachments in the storage."""


@files.command()
@click.pass_context
def verify(context: click.Context) -> None:
    """Read every file and compare it with its SHA-256; exit code 1 if one is missing or damaged."""
    with application(context):
        store, number, faults = vault(), 0, 0
        for one in _contents():
            number += 1
            if reason := _fault(store, one):
                faults += 1
                click.echo(f"{one.digest}: {reason}")
        click.echo(f"{number} files, {faults} of them missing or damaged.")
    if faults:
        context.exit(1)


def _fault(store: Vault, one: StoredFile) -> str:
    try:
        with store.open(one.address, one.digest) as content:
            return "" if digest_of(content) == one.digest else "is not what was written"
    except FileNotFoundError:
        return "is missing"
    except Damaged as error:
        return f"is damaged: {error}"


@files.command()
@click.pass_context
def reseal(context: click.Context) -> None:
    """Seal every file with the key in use, also those that lie there unsealed or under a former key.

    May run beside the servers and be interrupted: each file is written anew before the old one goes.
    """
    with application(context):
        store, number = vault(), 0
        for one in _contents():
            _follow(one)
            address = store.address(one.digest)
            if address == one.address:
                continue
            store.copy(one.address, one.digest)
            with unit("write"):
                moved = session.scalar(
                    update(StoredFile)
                    .where(StoredFile.id == one.id, StoredFile.address == one.address)
                    .values(address=address)
                    .returning(StoredFile.id)
                )
            if moved is not None:
                store.backend.remove(one.address)
                number += 1
        click.echo(f"{number} files were written anew.")


def _follow(one: StoredFile) -> None:
    """The pictures of a content take the key in use as well."""
    store = previews()
    for number in range(one.pages + 1 if one.pages else 0):
        name = name_of(one.digest, number)
        for address in store.possible(name)[1:]:
            if store.backend.has(address):
                store.copy(address, name)
                store.backend.remove(address)


def _contents() -> Iterator[StoredFile]:
    """Every content, in short units of work."""
    after = 0
    while True:
        with unit("read"):
            some: Sequence[StoredFile] = session.scalars(
                select(StoredFile).where(StoredFile.id > after).order_by(StoredFile.id).limit(CHUNK)
            ).all()
        if not some:
            return
        yield from some
        after = some[-1].id
