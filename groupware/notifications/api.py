"""The timeline for programs: what is new for the person, and that it was read."""

from typing import Any

from flask import url_for

from groupware import clock
from groupware.actor import Actor
from groupware.api.reading import wrong_position
from groupware.api.shapes import Input, Instant, Output, Text
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.notifications.queries import Cursor, Line, timeline
from groupware.notifications.services import read
from groupware.plugin import Collection, Operation, Slice


class LineItem(Output):
    """What is new about one thing. `kinds` are what happened, newest first; following `url` is reading it."""

    id: int
    kinds: list[str]
    title: str
    detail: str
    at: Instant
    is_unread: bool
    is_urgent: bool
    url: str


class LineArguments(Input):
    """Unread lines only, or those of one function."""

    unread: bool = False
    function: Text = ""


def _lines(actor: Actor, wanted: LineArguments, limit: int, after: tuple[Any, ...] | None) -> Slice:
    page = timeline(
        actor, only_unread=wanted.unread, plugin_id=wanted.function, after=_cursor(after) if after else None
    )
    shown = page.lines[:limit]
    following = page.more
    if len(page.lines) > limit:
        following = Cursor(shown[-1].at, shown[-1].id)
    return Slice(
        items=[_item(line) for line in shown],
        next=(following.at.isoformat(), following.id) if following is not None else None,
    )


def _cursor(after: tuple[Any, ...]) -> Cursor:
    match after:
        case (str(at), int(number)) if (moment := clock.instant_of(at)) is not None:
            return Cursor(moment, number)
    raise wrong_position()


def _item(line: Line) -> LineItem:
    return LineItem(
        id=line.id,
        kinds=[kind.id for kind in line.kinds],
        title=line.title,
        detail=line.detail,
        at=line.at,
        is_unread=line.is_unread,
        is_urgent=line.is_urgent,
        url=url_for("notifications.follow", notice_id=line.id),
    )


COLLECTIONS = (
    Collection(
        id="",
        title=lazy_pgettext("menu", "What is new"),
        key="int",
        find=Operation(
            title=lazy_gettext("What is new for the person, newest first"),
            run=_lines,
            takes=LineArguments,
            gives=LineItem,
        ),
        acts={
            "read": Operation(title=lazy_gettext("Mark what is new about one thing as read"), run=read),
        },
    ),
)
