"""The command that makes the search index anew, or says whether it is in step."""

import click

from groupware.actor import system
from groupware.commands.group import application, cli
from groupware.db import unit
from groupware.plugin import SearchKind
from groupware.registry import registry
from groupware.search.services.indexing import CHUNK
from groupware.search.services.reindexing import check, number, step


@cli.command()
@click.argument("kind", required=False)
@click.option("--check", "is_check", is_flag=True, help="Change nothing; say what is indexed wrongly.")
@click.pass_context
def reindex(context: click.Context, kind: str | None, is_check: bool) -> None:
    """Index all contents, or those of one KIND, anew. People may go on searching and writing meanwhile."""
    with application(context):
        known = registry().search_kinds
        if kind is not None and kind not in known:
            raise click.ClickException(f"There is no kind {kind}. There are: {', '.join(known)}")
        wrong = sum(_walk(one, is_check=is_check) for one in known.values() if kind in (None, one.id))
        if wrong:
            raise click.ClickException(f"Indexed wrongly: {wrong}. Run without --check to repair.")
        click.echo("The index is in step." if is_check else "Everything is indexed.")


def _walk(kind: SearchKind, *, is_check: bool) -> int:
    """Go through the things of a kind, each piece in a unit of its own; returns how many are wrong."""
    with unit("read"):
        pieces = number(kind) // CHUNK + 1
    after: int | None = 0
    wrong = 0
    with click.progressbar(length=pieces, label=kind.id) as progress:
        while after is not None:
            if is_check:
                with unit("read"):
                    found, after = check(kind, after)
                wrong += found
            else:
                with unit("write"):
                    after = step(system(), kind, after)
            progress.update(1)
    return wrong


__all__ = ["reindex"]
