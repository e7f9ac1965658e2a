"""The directory in the search box: people, organisations, and who has which duty. Everybody may look them up."""

from collections.abc import Sequence

from flask import url_for

from groupware.access import holds_somewhere
from groupware.actor import Actor
from groupware.directory.queries.duty_search import holders
from groupware.directory.queries.people import people_rows
from groupware.directory.queries.people_search import Wanted, found_people
from groupware.directory.wall import seen_tree
from groupware.i18n import current_locale, gettext
from groupware.plugin import SearchHit
from groupware.text.folding import fold

READ = "directory:person:read"


def find_people(actor: Actor, text: str, limit: int) -> Sequence[SearchHit]:
    """The first `limit` people who fit, with unit, post and extension; the same query as the people search."""
    if not text.strip() or not holds_somewhere(actor, READ):
        return []
    return [
        SearchHit(
            title=person.display_name,
            url=url_for("directory.person", uid=person.uid),
            detail=" ".join(part for part in (person.unit_path, person.post_name, person.extension) if part),
        )
        for person in people_rows(found_people(Wanted(text)).people[:limit])
    ]


def find_units(actor: Actor, text: str, limit: int) -> Sequence[SearchHit]:
    """Organisations whose name holds all words, then those that only lie where a word says; each in 建制順."""
    words = fold(text).split()
    if not words or not holds_somewhere(actor, READ):
        return []
    tree = seen_tree(actor.today)
    named = [
        unit
        for unit in tree
        if any(word in fold(unit.name) for word in words)
        and all(word in fold(tree.path_name(unit.id)) for word in words)
    ]
    named.sort(key=lambda unit: not all(word in fold(unit.name) for word in words))
    return [
        SearchHit(
            title=unit.name,
            url=url_for("directory.unit", unit_id=unit.id),
            detail=tree.path_name(unit.parent_id)
            if unit.parent_id is not None and unit.parent_id in tree
            else "",
        )
        for unit in named[:limit]
    ]


def find_duties(actor: Actor, text: str, limit: int) -> Sequence[SearchHit]:
    """Who has a duty of this name, and where."""
    if not text.strip() or not holds_somewhere(actor, READ):
        return []
    tree, is_english = seen_tree(actor.today), current_locale.get() == "en"
    hits = []
    for row in holders(tree, text, limit):
        duty = row.duty_en if is_english and row.duty_en else row.duty
        deputy = f"({gettext('Deputy')})" if row.deputy_order else ""
        hits.append(
            SearchHit(
                title=row.display_name,
                url=url_for("directory.person", uid=row.uid),
                detail=f"{tree.path_name(row.unit_id)} {duty}{deputy}",
            )
        )
    return hits


__all__ = ["find_duties", "find_people", "find_units"]
