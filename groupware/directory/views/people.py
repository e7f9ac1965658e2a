"""People search, and its result as a table."""

from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.directory.enums import EMPLOYMENT_LABELS
from groupware.directory.exports import employment_words, people_table
from groupware.directory.queries.people import each_person, people_rows
from groupware.directory.queries.people_search import LIMIT, SORTS, Wanted, found_people
from groupware.directory.queries.roll import Roll, roll
from groupware.directory.views.frame import blueprint
from groupware.i18n import gettext
from groupware.web.exports import record_leaving, table_response
from groupware.web.gate import requires

PAGE = 50
MOST_PRINTED = 1000
DEPTH = 2
"""Levels of units that the filter offers, below the municipality; deeper ones come from a unit's page."""


@blueprint.get("/people")
@requires("directory:person:read")
def people() -> ResponseReturnValue:
    """Search by name, kana, number, extension, unit and post; 50 a page, or all of them for printing."""
    wanted = wanted_people()
    current = roll()
    found = found_people(wanted)
    is_printing = "print" in request.args
    start, end = _window(found.people, MOST_PRINTED if is_printing else PAGE)
    shown = found.people[start:end]
    if is_printing:
        record_leaving("print", len(shown))
    return render_template(
        "directory/people.html",
        wanted=wanted,
        rows=people_rows(shown),
        number=min(len(found.people), LIMIT) if found.is_capped else len(found.people),
        is_capped=found.is_capped,
        is_printing=is_printing,
        units=unit_options(current, wanted.unit_id),
        posts=[(post_id, name) for post_id, (name, _) in current.posts.items()],
        employments=[(kind.value, str(label)) for kind, label in EMPLOYMENT_LABELS.items()],
        employment_words=employment_words,
        previous_url=address(before=shown[0]) if start > 0 and shown else None,
        next_url=address(after=shown[-1]) if end < len(found.people) and shown else None,
        position=(start + 1, start + len(shown)),
        sorts={name: _sort(wanted, name) for name in SORTS},
        address=address,
        kept=_kept(),
    )


@blueprint.get("/people.<format>")
@requires("directory:person:read")
def people_export(format: str) -> Response:  # noqa: A002  the word users know
    """Everybody that the search finds, as a table."""
    columns, rows = people_table(each_person(found_people(wanted_people()).people))
    return table_response(gettext("Staff"), columns, rows, format)


def wanted_people() -> Wanted:
    """What the address asks for; what makes no sense is not asked."""
    sort = request.args.get("sort", "")
    return Wanted(
        text=request.args.get("q", "")[:200],
        unit_id=request.args.get("unit", type=int),
        post_id=request.args.get("post", type=int),
        employment_type=request.args.get("employment", "")[:64],
        sort=sort if sort in SORTS else "",
        is_descending=request.args.get("order") == "descending",
    )


def address(**changes: Any) -> str:
    """The address of the list with other arguments; a change that is None leaves one out."""
    return url_for("directory.people", **(_kept() | changes))


def _kept() -> dict[str, Any]:
    names = ("q", "unit", "post", "employment", "sort", "order")
    return {name: value for name in names if (value := request.args.get(name))}


def unit_options(current: Roll, chosen: int | None) -> list[tuple[int, str]]:
    """The units of the filter, indented by level; one that lies deeper is among them when it is chosen."""
    tree = current.tree
    options = []
    for unit in tree:
        level = len(tree.ancestors(unit.id)) - 1
        if level <= DEPTH or unit.id == chosen:
            options.append((unit.id, "\u3000" * max(level - 1, 0) + unit.name))
    return options


def _window(people: list[int], size: int) -> tuple[int, int]:
    """From where to where: after or before the person whom the address names, else the beginning.

    The person is a key and no number of a page: somebody who joins meanwhile shifts nothing.
    """
    after, before = request.args.get("after", type=int), request.args.get("before", type=int)
    if after is not None and after in people:
        start = people.index(after) + 1
    elif before is not None and before in people:
        start = max(people.index(before) - size, 0)
    else:
        start = 0
    return start, min(start + size, len(people))


def _sort(wanted: Wanted, name: str) -> dict[str, str | None]:
    """Where the head of a column leads, and how it sorts now."""
    is_current = wanted.sort == name
    turned = "descending" if is_current and not wanted.is_descending else None
    direction = ("descending" if wanted.is_descending else "ascending") if is_current else None
    return {"url": address(sort=name, order=turned), "direction": direction}
