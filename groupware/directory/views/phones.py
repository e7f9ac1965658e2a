"""The telephone list of a bureau or section, to be printed on A4."""

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.directory.exports import kind_words, phone_table
from groupware.directory.queries.phones import PhoneSection, phone_index, phone_sections
from groupware.directory.queries.units import counts_of
from groupware.directory.tree import OrgTree
from groupware.directory.views.frame import asked_day, blueprint
from groupware.directory.wall import seen_tree
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import requires

MOST = 3000
"""People that one page lists; more leave as a table only."""


@blueprint.get("/phones")
@requires("directory:person:read")
def phones() -> ResponseReturnValue:
    """Extensions and telephones of a unit and all below it, one's own bureau if none is named."""
    asked = asked_day()
    tree = seen_tree(asked.day)
    root, order = _root(tree), _order()
    number = counts_of(tree).get(root, 0) if root is not None else 0
    sections = _sections(root, order, tree) if root is not None and number <= MOST else []
    page = render_template(
        "directory/phones.html",
        asked=asked,
        root=tree.get(root),
        path=tree.path_name(root),
        order=order,
        sections=sections,
        has_phones=any(person.phone for section in sections for person in section.members),
        is_too_large=number > MOST,
        number=number,
        units=_options(tree),
        orders=[
            (
                name,
                url_for("directory.phones", unit=root, order=value, on=asked.argument),
                order == value,
                None,
            )
            for value, name in (("official", gettext("By organisation")), ("kana", gettext("By kana")))
        ],
        kind_words=kind_words,
    )
    return page, asked.status


@blueprint.get("/phones.<format>")
@requires("directory:person:read")
def phones_export(format: str) -> Response:  # noqa: A002  the word users know
    """The telephone list as a table; of the whole municipality, too."""
    asked = asked_day()
    tree = seen_tree(asked.day)
    root = _root(tree)
    sections = _sections(root, _order(), tree) if root is not None else []
    columns, rows = phone_table(sections, tree)
    name = f"{gettext('Telephone list')} {tree.path_name(root)}".strip()
    return table_response(name, columns, rows, format)


def _order() -> str:
    return "kana" if request.args.get("order") == "kana" else "official"


def _sections(root: int, order: str, tree: OrgTree) -> list[PhoneSection]:
    return phone_index(root, tree) if order == "kana" else phone_sections(root, tree)


def _root(tree: OrgTree) -> int | None:
    """The unit that the address names, else the bureau of the person, else the first root."""
    named = request.args.get("unit", type=int)
    if named is not None and named in tree:
        return named
    own = tree.bureau(actor().unit_id)
    return own.id if own is not None else next(iter(tree.children.get(None, [])), None)


def _options(tree: OrgTree) -> list[tuple[int, str]]:
    return [(unit.id, "\u3000" * (len(tree.ancestors(unit.id)) - 1) + unit.name) for unit in tree]
