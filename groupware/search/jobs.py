"""What the worker does for the search."""

from groupware import jobs
from groupware.actor import Actor
from groupware.registry import registry
from groupware.search.entry import VERSION
from groupware.search.services import files, reindexing


def keep(actor: Actor) -> None:
    """Have what is not wholly indexed by this version indexed, and files read that nobody has read."""
    files.read_missing(actor)
    for kind, after in reindexing.stale():
        _go_on(actor, kind.id, after)


def reindex(actor: Actor, kind: str, after: int) -> None:
    """Index the next things of a kind; the rest is another job, so that others may write in between."""
    known = registry().search_kinds.get(kind)
    if known is None:
        return
    following = reindexing.step(actor, known, after)
    if following is not None:
        _go_on(actor, kind, following)


def _go_on(actor: Actor, kind: str, after: int) -> None:
    key = f"search.reindex-{kind}-{VERSION}-{after}"
    jobs.enqueue(actor, "search.reindex", {"kind": kind, "after": after}, key=key)


def extract(actor: Actor, stored_id: int) -> None:
    """Read the words of a file."""
    files.read(actor, stored_id)
