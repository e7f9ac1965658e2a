"""The search box for programs."""

from datetime import date
from typing import Any

from pydantic import Field

from groupware.actor import Actor
from groupware.api.reading import wrong_position
from groupware.api.shapes import Id, Input, Output, Text
from groupware.directory.wall import seen_tree
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import Collection, Operation, SearchHit, Slice
from groupware.search.query import cleaned, parsed
from groupware.search.services.finding import Wanted, search
from groupware.search.services.providers import ask, providers


class Found(Output):
    """Something that was found. `kind` is as in the argument of that name; `file` is the file that holds the words."""

    kind: str
    title: str
    detail: str
    url: str
    file: str


class SearchArguments(Input):
    """The words, and what narrows them down: a kind of things, an organisation with all below it, days (inclusive)."""

    q: Text = Field(max_length=500)
    kind: Text = ""
    unit: Id | None = None
    since: date | None = None
    until: date | None = None


def _found(actor: Actor, asked: SearchArguments, limit: int, after: tuple[Any, ...] | None) -> Slice:
    """People and organisations first, then everything that is indexed in one order, page by page."""
    text = cleaned(asked.q)
    if parsed(text).is_too_short:
        return Slice(items=())
    wanted = Wanted(
        text=text,
        kinds=(asked.kind,) if asked.kind else None,
        unit_ids=tuple(sorted(seen_tree(actor.today).subtree(asked.unit)))
        if asked.unit is not None
        else None,
        since=asked.since,
        until=asked.until,
    )
    own = [] if after is not None or wanted.is_narrowed else _with_own_index(actor, text, asked.kind)
    # One place at least is for what is indexed: that is where the list goes on.
    own = own[: limit if asked.kind else limit - 1]
    if own and asked.kind:
        return Slice(items=own)
    page = search(actor, wanted, cursor=_cursor(after), limit=limit - len(own))
    items = [*own, *(_item(hit.kind.id, hit.about, hit.file) for hit in page.hits)]
    return Slice(items=items, next=(page.cursor,) if page.cursor is not None else None)


def _with_own_index(actor: Actor, text: str, kind: str) -> list[Found]:
    return [
        _item(provider.id, hit)
        for provider in providers(actor)
        if kind in ("", provider.id)
        for hit in ask(actor, provider, text, is_alone=bool(kind)).hits
    ]


def _item(kind: str, hit: SearchHit, file: str = "") -> Found:
    return Found(kind=kind, title=hit.title, detail=hit.detail, url=hit.url, file=file)


def _cursor(after: tuple[Any, ...] | None) -> str:
    if after is None:
        return ""
    if len(after) != 1 or not isinstance(after[0], str) or not after[0]:
        raise wrong_position()
    return after[0]


COLLECTIONS = (
    Collection(
        id="",
        title=lazy_pgettext("menu", "Search"),
        most=100,
        find=Operation(
            title=lazy_gettext("Search everything that the person may see"),
            run=_found,
            takes=SearchArguments,
            gives=Found,
        ),
    ),
)
