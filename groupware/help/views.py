"""Pages of help."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from groupware import rules
from groupware.errors import NotFound
from groupware.help.pages import INDEX, HelpPage, matching, pages_of, rendered
from groupware.help.queries import administrators_of
from groupware.i18n import gettext
from groupware.plugin import Plugin
from groupware.web.boundary import actor
from groupware.web.gate import signed_in

blueprint = Blueprint("help", __name__, template_folder="templates")


@blueprint.get("/")
@signed_in
def index() -> str:
    """All pages by function, or those that hold what was searched for."""
    text = request.args.get("q", "").strip()[:100]
    books = _books()
    found = matching([page for _plugin, pages in books for page in pages], text) if text else []
    titles = {plugin.id: str(plugin.title) for plugin, _pages in books}
    return render_template(
        "help/index.html", books=books, text=text, found=found, titles=titles, **_whom_to_ask()
    )


@blueprint.get("/<plugin_id>")
@signed_in
def plugin(plugin_id: str) -> str:
    """The first page of a function: where the section bar leads."""
    return page(plugin_id, INDEX)


@blueprint.get("/<plugin_id>/<name>")
@signed_in
def page(plugin_id: str, name: str) -> str:
    """A page."""
    book = next((one for one in _books() if one[0].id == plugin_id), None)
    shown = next((one for one in book[1] if one.name == name), None) if book is not None else None
    if book is None or shown is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    return render_template(
        "help/page.html",
        plugin=book[0],
        pages=book[1],
        page=shown,
        rendered=rendered(shown, address),
        **_whom_to_ask(),
    )


def address(plugin_id: str, name: str) -> str:
    """Where a page of help is read."""
    if name == INDEX:
        return url_for("help.plugin", plugin_id=plugin_id)
    return url_for("help.page", plugin_id=plugin_id, name=name)


blueprint.app_template_global("help_address")(address)


def _books() -> list[tuple[Plugin, list[HelpPage]]]:
    """The functions that are switched on and bring pages, what belongs to all of them first."""
    locale = actor().locale
    found = [(one, pages) for one in rules.enabled(actor().unit_id) if (pages := pages_of(one, locale))]
    return sorted(found, key=lambda book: book[0].id != blueprint.name)


def _whom_to_ask() -> dict[str, Any]:
    return {
        "administrators": administrators_of(actor().unit_id, actor().today),
        "help_desk": rules.value_for(actor(), "portal.help_desk"),
    }
