"""The lists of administration as workbooks and CSV: what their pages show, row by row."""

import uuid
from typing import Any

from flask import Response, request

from groupware.administration.queries import grants as grants_of
from groupware.administration.queries import members
from groupware.administration.queries import roles as all_roles
from groupware.administration.trees import place
from groupware.administration.views.base import blueprint, not_found
from groupware.administration.views.grants import asked_grants, held_by_asked, require_insight, rows_of
from groupware.administration.views.plugins import rows_at as plugin_rows
from groupware.administration.views.records import hold_rows
from groupware.administration.views.roles import role_of
from groupware.administration.views.rules import groups_at as rule_groups
from groupware.i18n import gettext, pgettext
from groupware.records.queries import DISPOSE
from groupware.registry import registry
from groupware.rules.services import SET
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import requires, signed_in


@blueprint.get("/grants.<format>")
@signed_in
def export_grants(format: str) -> Response:  # noqa: A002  the word users know
    """The grants that the filter finds."""
    who = actor()
    require_insight(who)
    columns = [
        gettext("Function"),
        gettext("Right"),
        gettext("Granted to"),
        gettext("Scope"),
        gettext("Passing on"),
        gettext("Until"),
        gettext("Granted by"),
        gettext("Granted on"),
    ]
    rows = [
        [
            str(row["plugin"].title) if row["plugin"] else "",
            str(row["permission"]),
            row["holder"].text,
            row["scope"],
            row["with_delegation"],
            row["until"],
            row["giver"],
            row["given_at"],
        ]
        for row in rows_of(who, grants_of(who, asked_grants()))
    ]
    return table_response(gettext("Rights"), columns, rows, format)


@blueprint.get("/grants/matrix.<format>")
@signed_in
def export_matrix(format: str) -> Response:  # noqa: A002  the word users know
    """Every permission with everybody who holds it, one line each; a permission that nobody holds has a line, too."""
    who = actor()
    require_insight(who)
    columns = [
        gettext("Function"),
        gettext("Right"),
        gettext("Held by"),
        gettext("Scope"),
        gettext("Passing on"),
    ]
    held: dict[str, list[list[Any]]] = {}
    for row in rows_of(who, grants_of(who)):
        line = [row["holder"].text, row["scope"], row["with_delegation"]]
        held.setdefault(row["permission_id"], []).append(line)
    rows = [
        [str(plugin.title), str(permission.title), *line]
        for plugin in registry()
        for permission in plugin.permissions
        for line in (
            [[gettext("All staff"), "", None]]
            if permission.given_to_all
            else held.get(permission.id, [[gettext("Nobody"), "", None]])
        )
    ]
    return table_response(gettext("Rights by permission"), columns, rows, format)


@blueprint.get("/grants/person.<format>")
@signed_in
def export_grants_of_person(format: str) -> Response:  # noqa: A002  the word users know
    """All that one person holds."""
    who = actor()
    require_insight(who)
    _, found = held_by_asked(who)
    if found is None:
        raise not_found()
    columns = [
        gettext("Function"),
        gettext("Right"),
        gettext("Includes"),
        gettext("Scope"),
        gettext("Reaches them as"),
        gettext("Passing on"),
        gettext("Until"),
    ]
    rows = [
        [
            str(plugin.title),
            str(line["permission"]),
            "、".join(str(one) for one in line["implied"]),
            line["scope"],
            line["holder"].text,
            line["with_delegation"],
            line["until"],
        ]
        for plugin, lines in found
        for line in lines
    ]
    return table_response(gettext("Rights of a person"), columns, rows, format)


@blueprint.get("/roles.<format>")
@signed_in
def export_roles(format: str) -> Response:  # noqa: A002  the word users know
    """All roles with the number of their people."""
    require_insight(actor())
    rows = [[role.name, role.members] for role in all_roles()]
    return table_response(gettext("Roles"), [gettext("Role"), gettext("People")], rows, format)


@blueprint.get("/roles/<uuid:uid>/members.<format>")
@signed_in
def export_role(uid: uuid.UUID, format: str) -> Response:  # noqa: A002  the word users know
    """The people of a role."""
    require_insight(actor())
    found = role_of(uid)
    rows = [[one.display_name, one.staff_number] for one in members([found.id])]
    columns = [gettext("Name"), gettext("Staff number")]
    return table_response(found.name, columns, rows, format, object_type="core.group", object_id=found.id)


@blueprint.get("/rules.<format>")
@requires(SET)
def export_rules(format: str) -> Response:  # noqa: A002  the word users know
    """The rules at a place of the organisation."""
    who = actor()
    here = place(who, SET, request.args.get("unit", ""))
    columns = [
        gettext("Function"),
        gettext("Rule"),
        gettext("Value"),
        gettext("Comes from"),
        gettext("Set by"),
        gettext("Set on"),
        gettext("Planned"),
    ]
    rows = [
        [
            str(plugin.title),
            row.title,
            row.value,
            row.origin_text,
            (row.entry.person or gettext("The installation")) if row.entry else "",
            row.entry.set_at if row.entry else None,
            "\n".join(f"{setting.effective_from} {words}" for setting, words in row.planned),
        ]
        for plugin, found in rule_groups(here, who)
        for row in found
    ]
    name = gettext("Rules of %(unit)s", unit=here.name)
    return table_response(name, columns, rows, format, unit_id=here.unit_id)


@blueprint.get("/plugins.<format>")
@requires(SET)
def export_plugins(format: str) -> Response:  # noqa: A002  the word users know
    """The functions with their state at a place of the organisation."""
    here = place(actor(), SET, request.args.get("unit", ""))
    columns = [
        gettext("Function"),
        gettext("State"),
        gettext("Comes from"),
        gettext("Organisations below"),
        gettext("Of these differ"),
    ]
    rows = [
        [
            str(row["plugin"].title),
            pgettext("function", "In use") if row["is_on"] else pgettext("function", "Not in use"),
            row["origin"][1],
            row["number"],
            row["differing"],
        ]
        for row in plugin_rows(here)
    ]
    name = gettext("Functions of %(unit)s", unit=here.name)
    return table_response(name, columns, rows, format, unit_id=here.unit_id)


@blueprint.get("/records/holds.<format>")
@requires(DISPOSE)
def export_holds(format: str) -> Response:  # noqa: A002  the word users know
    """The holds that stand."""
    columns = [
        gettext("Reason"),
        gettext("Kind"),
        gettext("Id"),
        gettext("Organisation"),
        gettext("Placed by"),
        gettext("Placed on"),
    ]
    rows = [
        [
            row["reason"],
            row["kind"],
            row["object_uid"],
            row["unit"],
            row["placed_by"] or gettext("The installation"),
            row["placed_at"],
        ]
        for row in hold_rows(actor())
    ]
    return table_response(gettext("Holds"), columns, rows, format)


__all__ = ["export_grants", "export_holds", "export_matrix", "export_plugins", "export_roles", "export_rules"]
