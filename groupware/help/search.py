"""Pages of help in the search box."""

from collections.abc import Sequence

from groupware import rules
from groupware.actor import Actor
from groupware.help.pages import matching, pages_of
from groupware.help.views import address
from groupware.plugin import SearchHit


def find_help(actor: Actor, text: str, limit: int) -> Sequence[SearchHit]:
    """Pages that hold all words, of functions that are switched on."""
    pages = [page for plugin in rules.enabled(actor.unit_id) for page in pages_of(plugin, actor.locale)]
    return [
        SearchHit(title=page.title, url=address(page.plugin_id, page.name), detail=words)
        for page, words in matching(pages, text)[:limit]
    ]
