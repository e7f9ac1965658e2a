"""Kinds that have an index of their own (people, organisations, help): each is asked for the words as they were typed."""

from collections.abc import Sequence
from dataclasses import dataclass

from groupware import rules
from groupware.actor import Actor
from groupware.plugin import SearchHit, SearchProvider
from groupware.search.entry import pressed
from groupware.search.query import parsed

PREVIEW = 5
"""Hits of a kind in the overview."""
COUNTED = 20
"""Up to here the overview counts."""
LISTED = 100
"""Hits of a kind when it is looked at alone: it has no further pages."""
FIRST = "directory"
"""People come first: nine of ten searches are for somebody."""


@dataclass(frozen=True, slots=True)
class Group:
    """What one provider found. `is_capped`: there is more than `count`."""

    provider: SearchProvider
    hits: Sequence[SearchHit]
    count: int
    is_capped: bool


def providers(actor: Actor) -> list[SearchProvider]:
    """The providers of the functions that are switched on for the actor, people first."""
    plugins = sorted(rules.enabled(actor.unit_id), key=lambda plugin: plugin.id != FIRST)
    return [found for plugin in plugins for found in plugin.search if isinstance(found, SearchProvider)]


def ask(actor: Actor, provider: SearchProvider, text: str, *, is_alone: bool) -> Group:
    """What a provider finds; looked at alone it is asked for more."""
    limit = LISTED if is_alone else COUNTED
    query = parsed(text)
    hits = [
        hit
        for hit in provider.find(actor, query.plain, limit + 1)
        if not any(spelling in pressed(f"{hit.title} {hit.detail}") for spelling in query.excluded)
    ]
    shown = hits[:limit] if is_alone else hits[:PREVIEW]
    return Group(provider, shown, min(len(hits), limit), len(hits) > limit)


__all__ = ["COUNTED", "LISTED", "PREVIEW", "Group", "ask", "providers"]
