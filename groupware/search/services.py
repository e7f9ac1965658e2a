"""Ask every function that is switched on for what holds the words of the search box."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from groupware import rules
from groupware.actor import Actor
from groupware.plugin import SearchHit, SearchProvider
from groupware.registry import registry
from groupware.text.folding import fold

PREVIEW = 5
"""Hits of a kind in the overview."""
COUNTED = 20
"""Up to here the overview counts."""
LISTED = 100
"""Hits of a kind when it is looked at alone."""
LENGTH = 100
"""Characters of a query."""
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
    plugins = sorted(registry(), key=lambda plugin: plugin.id != FIRST)
    return [
        provider
        for plugin in plugins
        if rules.is_enabled(plugin, actor.unit_id)
        for provider in plugin.search
    ]


def cleaned(text: str) -> str:
    """A query as it is used: one line, at most `LENGTH` characters."""
    return " ".join(text.split())[:LENGTH]


def is_too_short(text: str) -> bool:
    """Whether a query would find nearly everything: one letter or kana. One kanji is a name (林)."""
    letters = fold(text, "remove")
    return len(letters) < 2 and not any(unicodedata.name(one, "").startswith("CJK") for one in letters)


def search(actor: Actor, text: str, only: str | None = None) -> list[Group]:
    """What every provider found, in their order; `only` names the one that is looked at alone and asked for more."""
    found = []
    for provider in providers(actor):
        limit = LISTED if provider.id == only else COUNTED
        hits = list(provider.find(actor, text, limit + 1))
        shown = hits[:limit] if provider.id == only else hits[:PREVIEW]
        found.append(Group(provider, shown, min(len(hits), limit), len(hits) > limit))
    return found
