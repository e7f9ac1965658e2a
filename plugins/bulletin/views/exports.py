"""Lists that leave the house, as a workbook or CSV, with the filter of the page."""

from collections.abc import Sequence
from typing import Any

from flask import Response

from groupware import access
from groupware.directory.picking import Choice
from groupware.directory.tree import org_tree
from groupware.errors import NotFound
from groupware.guards import labels
from groupware.i18n import gettext, ngettext, pgettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import signed_in
from plugins.bulletin.enums import Right
from plugins.bulletin.permissions import APPROVE, READ
from plugins.bulletin.queries import board, categories, postings
from plugins.bulletin.queries.board import Cursor, Page, View
from plugins.bulletin.queries.items import Item
from plugins.bulletin.views.blueprint import blueprint
from plugins.bulletin.views.categories import right_words
from plugins.bulletin.views.narrowing import narrowing


@blueprint.get("/export/<view>.<format>")
@signed_in
def export(view: str, format: str) -> Response:  # noqa: A002  the word users know
    """The whole list that the page shows, not only its first rows."""
    who, asked = actor(), narrowing().filter()

    def page(at: Cursor | None) -> Page:
        if view == "own":
            return postings.own(who, asked, at)
        if view == "all" and access.holds_somewhere(who, READ):
            return postings.by_grant(who, asked, at)
        if view == "approvals" and access.holds_somewhere(who, APPROVE):
            waiting = postings.awaiting(who)
            return Page(waiting, len(waiting), None, None)
        if view in set(View):
            return board.page(who, View(view), asked, at)
        raise NotFound(gettext("The page you are looking for was not found."))

    items = board.whole(page).items
    leaving = [item for item in items if labels.consequences(item.classification, item.unit_id).may_leave]
    rows = [_cells(item) for item in leaving]
    if kept := len(items) - len(leaving):
        rows.append(
            [
                ngettext(
                    "%(num)s posting is left out: it does not leave as a file.",
                    "%(num)s postings are left out: they do not leave as a file.",
                    kept,
                )
            ]
        )
    return table_response(gettext("Postings"), _columns(), rows, format)


def _columns() -> list[str]:
    return [
        pgettext("posting", "State"),
        gettext("Importance"),
        gettext("Subject"),
        gettext("Confidentiality"),
        gettext("Category"),
        gettext("Sender"),
        pgettext("sender", "Details"),
        gettext("Displayed from"),
        gettext("Displayed until"),
        gettext("Confirm by"),
        pgettext("posting", "Read"),
        pgettext("posting", "Confirmed"),
        gettext("Pinned"),
        gettext("Number of addressees"),
    ]


def _cells(item: Item) -> list[Any]:
    shelf = item.category
    yes = gettext("Yes")
    return [
        str(item.phase.label),
        str(item.importance.label),
        item.title,
        str(item.information_label.label),
        shelf.name if shelf is not None else "",
        item.sender_name,
        item.sender_detail,
        item.shown_from,
        item.shown_to if item.has_end else None,
        item.confirm_by,
        yes if item.read_edition >= item.edition else "",
        yes if item.needs_confirmation and item.is_confirmed else "",
        yes if item.is_pinned else "",
        item.addressed_count or None,
    ]


@blueprint.get("/categories.<format>")
@signed_in
def export_categories(format: str) -> Response:  # noqa: A002  the word users know
    """The categories that somebody manages."""
    who = actor()
    tree = org_tree(who.today)
    columns = [
        pgettext("category", "Name"),
        gettext("Explanation"),
        *(str(right.label) for right in Right),
        gettext("Managing organisation"),
        gettext("Accept new postings"),
    ]
    rows = [
        [
            shelf.name,
            shelf.description,
            *(_names(words) for words in right_words(shelf).values()),
            tree.path_name(shelf.unit_id)
            if shelf.unit_id
            else pgettext("category", "The whole municipality"),
            gettext("Yes") if shelf.is_active else "",
        ]
        for shelf in categories.managed(who)
    ]
    return table_response(gettext("Categories"), columns, rows, format)


def _names(holders: Sequence[Choice]) -> str:
    return "\n".join(f"{one.label}({one.detail})" if one.detail else one.label for one in holders)
