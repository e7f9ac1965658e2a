"""What the people picker asks while somebody chooses. Every answer is a fragment; `mode` is `people` or `principals`."""

from typing import Literal

from flask import render_template, request

from groupware.db import unit
from groupware.directory.picking import choices_of, recent_choices
from groupware.directory.queries.choices import (
    branches,
    matches,
    named_people,
    people_directly_in,
    people_of_group,
    standing_choices,
    visible_groups,
)
from groupware.directory.queries.pasted import resolve_lines
from groupware.directory.views.frame import blueprint
from groupware.errors import NotFound
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.gate import own_units, requires

Mode = Literal["people", "principals"]


def _mode() -> Mode:
    return "principals" if request.args.get("mode") == "principals" else "people"


@blueprint.get("/pick/search")
@requires("directory:person:read")
def pick_search() -> str:
    """The options of the type-ahead list for `?q=`."""
    found = matches(request.args.get("q", "")[:200], actor(), only_people=_mode() == "people")
    return render_template("directory/_pick_options.html", choices=found)


@blueprint.get("/pick/units")
@requires("directory:person:read")
def pick_units() -> str:
    """The units right below `?unit=` (the roots without it) and the people directly in it."""
    unit_id = request.args.get("unit", type=int)
    below = branches(unit_id)
    kinds = ("unit_tree", "unit") if below else ("unit_tree",)
    is_choice = unit_id is not None and _mode() == "principals"
    return render_template(
        "directory/_pick_units.html",
        mode=_mode(),
        unit_id=unit_id,
        branches=below,
        people=people_directly_in(unit_id) if unit_id is not None else [],
        choices=choices_of(f"{kind}:{unit_id}" for kind in kinds) if is_choice else [],
    )


@blueprint.get("/pick/groups")
@requires("directory:person:read")
def pick_groups() -> str:
    """One's own groups, shared ones and roles, or the people of `?group=`."""
    groups = visible_groups(actor())
    group_id = request.args.get("group", type=int)
    if group_id is None:
        return render_template("directory/_pick_groups.html", mode=_mode(), groups=groups)
    if all(group.id != group_id for group in groups):
        raise NotFound(gettext("The page you are looking for was not found."))
    return render_template("directory/_pick_people.html", people=people_of_group(group_id))


@blueprint.get("/pick/standing")
@requires("directory:person:read")
def pick_standing() -> str:
    """Everybody, post ranks, posts and duties."""
    everyone, posts, duties = standing_choices()
    return render_template("directory/_pick_standing.html", everyone=everyone, posts=posts, duties=duties)


@blueprint.get("/pick/recent")
@requires("directory:person:read")
def pick_recent() -> str:
    """What the person chose lately."""
    found = recent_choices(actor(), only_people=_mode() == "people")
    return render_template("directory/_pick_recent.html", choices=found)


@blueprint.post("/pick/paste")
@own_units
@requires("directory:person:read")
def pick_paste() -> str:
    """Who is meant by pasted lines; the form field is named by `field`. Reads only, although it is sent by POST."""
    with unit("read"):
        pasted = resolve_lines(request.form.get(request.form.get("field", ""), ""))
        several = named_people([person_id for _, people in pasted.ambiguous for person_id in people])
        by_value = {choice.value: choice for choice in several}
        return render_template(
            "directory/_pick_pasted.html",
            people=named_people(pasted.found),
            ambiguous=[
                (line, [by_value[f"person:{person_id}"] for person_id in people])
                for line, people in pasted.ambiguous
            ],
            missing=pasted.missing,
        )
