"""The lists."""

from collections.abc import Callable

from flask import render_template, request

from groupware.web.boundary import actor
from groupware.web.gate import requires, signed_in
from plugins.bulletin.permissions import APPROVE, READ
from plugins.bulletin.queries import board, postings
from plugins.bulletin.queries.board import Cursor, Page, View
from plugins.bulletin.queries.categories import managed, readable
from plugins.bulletin.views.blueprint import blueprint
from plugins.bulletin.views.narrowing import Narrowing, asked_cursor, narrowing

MOST_PRINTED = 1000
"""Rows of a list on paper."""


@blueprint.get("/")
@signed_in
def index() -> str:
    """掲示中: what is on display for the reader."""
    return _readers_list(View.CURRENT)


@blueprint.get("/unread")
@signed_in
def unread() -> str:
    """未読."""
    return _readers_list(View.UNREAD)


@blueprint.get("/unconfirmed")
@signed_in
def unconfirmed() -> str:
    """要確認."""
    return _readers_list(View.UNCONFIRMED)


@blueprint.get("/ended")
@signed_in
def ended() -> str:
    """掲載終了: what was once addressed to the reader."""
    return _readers_list(View.ENDED)


@blueprint.get("/own")
@signed_in
def own() -> str:
    """自分の掲示・下書き: what the reader wrote or looks after."""
    asked = narrowing()
    drafts = postings.drafts(actor()) if asked_cursor() is None and not asked.is_active else []
    return _list("own", asked, lambda at: postings.own(actor(), asked.filter(), at), drafts=drafts)


@blueprint.get("/all")
@requires(READ)
def every() -> str:
    """すべての掲示: what grants let somebody read, addressed to them or not."""
    asked = narrowing()
    return _list("all", asked, lambda at: postings.by_grant(actor(), asked.filter(), at))


@blueprint.get("/approvals")
@requires(APPROVE)
def approvals() -> str:
    """承認待ち."""
    return render_template(
        "bulletin/approvals.html", items=postings.awaiting(actor()), person_id=actor().person_id
    )


def _readers_list(view: View) -> str:
    asked = narrowing()
    return _list(view.value, asked, lambda at: board.page(actor(), view, asked.filter(), at))


def _list(view: str, asked: Narrowing, load: Callable[[Cursor | None], Page], **more: object) -> str:
    is_printing = "print" in request.args
    manages = asked.category_id is not None and any(one.id == asked.category_id for one in managed(actor()))
    return render_template(
        "bulletin/list.html",
        manages=manages,
        view=view,
        asked=asked,
        page=board.whole(load, MOST_PRINTED) if is_printing else load(asked_cursor()),
        is_printing=is_printing,
        categories=readable(actor()),
        **more,
    )
