"""The org chart as of any day, and the page of a unit."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.capabilities import conversing
from groupware.directory.exports import chart_table, kind_words, members_table
from groupware.directory.queries.history import History, unit_history
from groupware.directory.queries.units import Head, Member, counts_of, duties_of, heads_of, members_of
from groupware.directory.tree import OrgTree
from groupware.directory.views.frame import AskedDay, asked_day, blueprint
from groupware.directory.wall import seen_tree, within
from groupware.errors import NotFound
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import requires

MOST_MEMBERS = 200
"""A unit with more people below it shows only its own, and links to the units below."""


@dataclass(slots=True)
class Node:
    """A unit in the chart or in the tree beside a unit's page."""

    unit_id: int
    label: str
    url: str
    kind: str
    organ: str
    phone: str
    location: str
    count: int
    head: Head | None
    children: list["Node"] = field(default_factory=list)
    children_url: str | None = None
    is_open: bool = False
    is_current: bool = False


class Chart:
    """Makes nodes of one day."""

    def __init__(self, tree: OrgTree, asked: AskedDay, heads: dict[int, Head]) -> None:
        self.tree = tree
        self.asked = asked
        self.heads = heads
        self.counts = counts_of(tree)
        self.history: History = unit_history()

    def nodes(self, units: Iterable[int], opened: Collection[int] = (), *, current: int = 0) -> list[Node]:
        """The nodes of `units`; those in `opened` with their children, the others to be loaded when opened."""
        return [self._node(unit_id, opened, current) for unit_id in units]

    def _node(self, unit_id: int, opened: Collection[int], current: int) -> Node:
        unit, version = self.tree.units[unit_id], self.history.on(unit_id, self.tree.day)
        above = self.tree.get(unit.parent_id)
        on = self.asked.argument
        node = Node(
            unit_id,
            unit.name,
            url_for("directory.unit", unit_id=unit_id, on=on),
            unit.kind,
            unit.executive_organ if above is None or above.executive_organ != unit.executive_organ else "",
            version.phone if version is not None else "",
            version.location if version is not None else "",
            self.counts.get(unit_id, 0),
            self.heads.get(unit_id),
            is_current=unit_id == current,
        )
        below = self.tree.children.get(unit_id, [])
        if below and unit_id in opened:
            node.is_open = True
            node.children = self.nodes(below, opened, current=current)
        elif below:
            node.children_url = url_for(
                "directory.units_below", unit_id=unit_id, on=on, plain=1 if current else None
            )
        return node


@blueprint.get("/")
@requires("directory:person:read")
def index() -> ResponseReturnValue:
    """The org chart: roots with what is right below them, the rest when opened, or all of it (`?open=all`)."""
    asked = asked_day()
    tree = seen_tree(asked.day)
    is_all = request.args.get("open") == "all"
    roots = tree.children.get(None, [])
    opened = set(tree.units) if is_all else set(roots)
    shown = (
        set(tree.units)
        if is_all
        else {*roots, *(below for root in roots for below in tree.children.get(root, []))}
    )
    chart = Chart(tree, asked, heads_of(shown, asked.day))
    page = render_template(
        "directory/index.html",
        asked=asked,
        roots=chart.nodes(roots, opened),
        is_all=is_all,
        number=len(tree.units),
    )
    return page, asked.status


@blueprint.get("/chart.<format>")
@requires("directory:person:read")
def chart_export(format: str) -> Response:  # noqa: A002  the word users know
    """All units of the day as a table."""
    asked = asked_day()
    tree = seen_tree(asked.day)
    columns, rows = chart_table(tree, unit_history(), heads_of(tree.units, asked.day), counts_of(tree))
    return table_response(gettext("Org chart"), columns, rows, format)


@blueprint.get("/units/<int:unit_id>/below")
@requires("directory:person:read")
def units_below(unit_id: int) -> ResponseReturnValue:
    """The nodes right below a unit: what the chart, or the plain tree beside a page, loads when it is opened."""
    asked = asked_day()
    tree = seen_tree(asked.day)
    if unit_id not in tree:
        raise NotFound(gettext("The page you are looking for was not found."))
    below = tree.children.get(unit_id, [])
    is_plain = "plain" in request.args
    chart = Chart(tree, asked, {} if is_plain else heads_of(below, asked.day))
    nodes = chart.nodes(below, current=-1 if is_plain else 0)
    return render_template("directory/_nodes.html", nodes=nodes, is_plain=is_plain)


@blueprint.get("/units/<int:unit_id>")
@requires("directory:person:read")
def unit(unit_id: int) -> ResponseReturnValue:
    """A unit as of a day: how to reach it, who heads it, its duties, its people, what lies below, its past and future."""
    asked = asked_day()
    tree, history = seen_tree(asked.day), unit_history()
    versions = history.versions.get(unit_id)
    if not versions or (within.get() is not None and unit_id not in tree):
        raise NotFound(gettext("The page you are looking for was not found."))
    if unit_id not in tree:
        known = history.on(unit_id, asked.day)
        page = render_template(
            "directory/unit_absent.html", asked=asked, unit=known, versions=versions, history=history
        )
        return page, asked.status
    below = tree.children.get(unit_id, [])
    chart = Chart(tree, asked, heads_of([unit_id, *below], asked.day))
    is_whole = bool(below) and chart.counts.get(unit_id, 0) <= MOST_MEMBERS
    members = members_of(tree.subtree(unit_id) if is_whole else [unit_id], tree)
    above = tree.ancestors(unit_id)
    page = render_template(
        "directory/unit.html",
        asked=asked,
        unit=history.on(unit_id, asked.day),
        node=chart.nodes([unit_id])[0],
        crumbs=[
            (tree.units[i].name, url_for("directory.unit", unit_id=i, on=asked.argument))
            for i in above[:0:-1]
        ],
        sections=sections_of(members, tree, unit_id),
        is_whole=is_whole or not below,
        below=chart.nodes(below),
        duties=duties_by_kind(duties_of([unit_id], asked.day)),
        beside=chart.nodes(tree.children.get(None, []), set(above), current=unit_id),
        versions=versions,
        history=history,
        kind_words=kind_words,
        places=conversing(actor()).places_of(actor(), unit_id),
    )
    return page, asked.status


@blueprint.get("/units/<int:unit_id>/members.<format>")
@requires("directory:person:read")
def members_export(unit_id: int, format: str) -> Response:  # noqa: A002  the word users know
    """Everybody of a unit and all below it as a table."""
    asked = asked_day()
    tree = seen_tree(asked.day)
    if unit_id not in tree:
        raise NotFound(gettext("The page you are looking for was not found."))
    columns, rows = members_table(members_of(tree.subtree(unit_id), tree), tree)
    return table_response(
        tree.units[unit_id].name,
        columns,
        rows,
        format,
        object_type="core.unit",
        object_id=unit_id,
        unit_id=unit_id,
    )


def sections_of(members: Iterable[Member], tree: OrgTree, root: int) -> list[tuple[str, int, list[Member]]]:
    """Members under their section: (its path below `root`, its id, its people), in 建制順."""
    found: dict[int, list[Member]] = {}
    for member in members:
        found.setdefault(member.unit_id, []).append(member)
    above = len(tree.ancestors(root))
    result = []
    for unit_id, people in found.items():
        path = [tree.units[i].name for i in reversed(tree.ancestors(unit_id))][above:]
        result.append((" ".join(path), unit_id, people))
    return result


def duties_by_kind(rows: Iterable[Any]) -> list[tuple[Any, list[Any]]]:
    """Duties under their kind, as (first row, rows)."""
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.kind_id, []).append(row)
    return [(people[0], people) for people in found.values()]
