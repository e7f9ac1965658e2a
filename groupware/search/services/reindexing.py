"""Make the index anew, a piece at a time, and say whether it is in step.

A kind is indexed anew when its functions came after their things did, and when another version of folding or of the
tokeniser made its documents. The worker does that by itself; people search meanwhile, and find what is indexed already.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import func, select

from groupware.actor import Actor
from groupware.caches import Cached, bump
from groupware.db import fetch, session, upsert
from groupware.plugin import SearchKind
from groupware.registry import registry
from groupware.search.entry import VERSION
from groupware.search.models import Document, IndexState
from groupware.search.services.indexing import CHUNK, differences, write

CACHE: Final = "search"
_LAST: Final = 2**62


def _load() -> dict[str, IndexState]:
    columns = (IndexState.kind, IndexState.version, IndexState.through, IndexState.completed_at)
    return {row.kind: IndexState(**row._mapping) for row in fetch(select(*columns))}


_states = Cached(CACHE, _load)


def stale() -> list[tuple[SearchKind, int]]:
    """The kinds that are not wholly indexed by this version, and the key after which to go on."""
    states, found = _states.get(), []
    for kind in registry().search_kinds.values():
        state = states.get(kind.id)
        if state is None or state.version != VERSION:
            found.append((kind, 0))
        elif state.completed_at is None:
            found.append((kind, state.through))
    return found


def begin(actor: Actor) -> None:
    """A new instance has nothing to be indexed: say so of all kinds."""
    for kind in registry().search_kinds.values():
        _note(actor, kind, 0, is_complete=True)


def put_off(actor: Actor, kind_id: str) -> None:
    """Leave all things of a kind to the worker, as after an upgrade: what writes half a million of them does not wait for it."""
    _note(actor, registry().search_kinds[kind_id], 0, is_complete=False)


def number(kind: SearchKind) -> int:
    """How many things of a kind there are."""
    return session.scalar(select(func.count()).select_from(kind.model)) or 0


def step(actor: Actor, kind: SearchKind, after: int) -> int | None:
    """Index the next `CHUNK` things of a kind as they are now, and remove documents of things that are gone.

    Returns the key after which to go on, None at the end. Things are locked first, so that a change that is under way is not
    overwritten by what was there before it.
    """
    keys = _keys(kind, after, is_locking=True)
    last = keys[-1] if len(keys) == CHUNK else _LAST
    write(kind, sorted({*keys, *_indexed(kind, after, last)}), kind.texts(keys) if keys else ())
    _note(actor, kind, last, is_complete=last == _LAST)
    return None if last == _LAST else last


def check(kind: SearchKind, after: int) -> tuple[int, int | None]:
    """How many of the next `CHUNK` things of a kind are indexed wrongly, and the key after which to go on."""
    keys = _keys(kind, after, is_locking=False)
    last = keys[-1] if len(keys) == CHUNK else _LAST
    wrong = differences(kind, sorted({*keys, *_indexed(kind, after, last)}), kind.texts(keys) if keys else ())
    return wrong, None if last == _LAST else last


def _keys(kind: SearchKind, after: int, *, is_locking: bool) -> Sequence[int]:
    statement = select(kind.model.id).where(kind.model.id > after).order_by(kind.model.id).limit(CHUNK)
    return session.scalars(statement.with_for_update() if is_locking else statement).all()


def _indexed(kind: SearchKind, after: int, last: int) -> Sequence[int]:
    within = (Document.kind == kind.id, Document.key > after, Document.key <= last)
    return session.scalars(select(Document.key).where(*within).distinct()).all()


def _note(actor: Actor, kind: SearchKind, through: int, *, is_complete: bool) -> None:
    values = {
        "version": VERSION,
        "through": through,
        "completed_at": actor.now if is_complete else None,
    }
    statement = upsert(IndexState).values(kind=kind.id, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["kind"], set_=values))
    bump(CACHE)


__all__ = ["begin", "check", "number", "put_off", "stale", "step"]
