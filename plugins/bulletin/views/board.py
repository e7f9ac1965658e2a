"""The lists."""

from flask import render_template

from groupware.web.boundary import actor
from groupware.web.gate import requires, signed_in
from plugins.bulletin.permissions import APPROVE, READ
from plugins.bulletin.queries import board, postings
from plugins.bulletin.queries.board import Page, View
from plugins.bulletin.queries.categories import managed, readable
from plugins.bulletin.views.blueprint import blueprint
from plugins.bulletin.views.narrowing import Narrowing, asked_cursor, narrowing


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
    asked, at = narrowing(), asked_cursor()
    page = postings.own(actor(), asked.filter(), at)
    drafts = postings.drafts(actor()) if at is None and not asked.is_active else []
    return _list("own", asked, page, drafts=drafts)


@blueprint.get("/all")
@requires(READ)
def every() -> str:
    """すべての掲示: what grants let somebody read, addressed to them or not."""
    asked = narrowing()
    return _list("all", asked, postings.by_grant(actor(), asked.filter(), asked_cursor()))


@blueprint.get("/approvals")
@requires(APPROVE)
def approvals() -> str:
    """承認待ち."""
    return render_template(
        "bulletin/approvals.html", items=postings.awaiting(actor()), person_id=actor().person_id
    )


def _readers_list(view: View) -> str:
    asked = narrowing()
    return _list(view.value, asked, board.page(actor(), view, asked.filter(), asked_cursor()))


def _list(view: str, asked: Narrowing, page: Page, **more: object) -> str:
    manages = asked.category_id is not None and any(one.id == asked.category_id for one in managed(actor()))
    return render_template(
        "bulletin/list.html",
        manages=manages,
        view=view,
        asked=asked,
        page=page,
        categories=readable(actor()),
        **more,
    )
