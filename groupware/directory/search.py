"""People in the search box: the same query as the people search."""

from collections.abc import Sequence

from flask import url_for

from groupware.access import holds_somewhere
from groupware.actor import Actor
from groupware.directory.queries.people import people_rows
from groupware.directory.queries.people_search import Wanted, found_people
from groupware.plugin import SearchHit


def find_people(actor: Actor, text: str, limit: int) -> Sequence[SearchHit]:
    """The first `limit` people who fit, with unit, post and extension. Everybody may look people up."""
    if not text.strip() or not holds_somewhere(actor, "directory:person:read"):
        return []
    return [
        SearchHit(
            title=person.display_name,
            url=url_for("directory.person", uid=person.uid),
            detail=" ".join(part for part in (person.unit_path, person.post_name, person.extension) if part),
        )
        for person in people_rows(found_people(Wanted(text)).people[:limit])
    ]


__all__ = ["find_people"]
