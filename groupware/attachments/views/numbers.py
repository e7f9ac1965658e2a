"""Files that seem to hold an individual number: what is suspected, and releasing one with a reason."""

import uuid
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import access
from groupware.attachments import queries
from groupware.attachments.permissions import RELEASE
from groupware.attachments.queries import File, Suspected
from groupware.attachments.services import numbers
from groupware.attachments.services.handing import known
from groupware.attachments.views.blueprint import blueprint
from groupware.directory.tree import org_tree
from groupware.errors import Invalid, NotFound
from groupware.guards.enums import NumberRule
from groupware.i18n import gettext, pgettext
from groupware.notifications.services import read_about
from groupware.web.boundary import actor, afterwards
from groupware.web.exports import table_response
from groupware.web.gate import signed_in


@blueprint.get("/numbers")
@signed_in
def suspected() -> str:
    """Those that the person added, and those of the organisations for which they may release files."""
    return render_template("attachments/numbers.html", rows=[_row(one) for one in _found()])


@blueprint.get("/numbers.<format>")
@signed_in
def export_suspected(format: str) -> Response:  # noqa: A002  the word users know
    """The same list as a file."""
    columns = [
        gettext("File"),
        gettext("Added by"),
        gettext("Organisation"),
        pgettext("individual number", "Found"),
        gettext("State"),
    ]
    rows = [
        [one["file"].name, one["person"], one["unit"], one["file"].number_found_at, one["state"][1]]
        for one in (_row(found) for found in _found())
    ]
    return table_response(gettext("Files with individual numbers"), columns, rows, format)


@blueprint.get("/<uuid:uid>/number")
@signed_in
def number(uid: uuid.UUID) -> str:
    """What is suspected of one file, and what can be done."""
    return _page(uid)


@blueprint.post("/<uuid:uid>/release")
@signed_in
def release(uid: uuid.UUID) -> ResponseReturnValue:
    """Release it."""
    try:
        numbers.release(actor(), uid, request.form.get("reason", ""))
    except Invalid as error:
        return _page(uid, dict(error.fields)), 422
    flash(gettext("The file was released."), "success")
    return redirect(url_for("attachments.number", uid=uid), 303)


def _found() -> list[Suspected]:
    """Those about which something is or was to be decided; where nothing is checked there is none."""
    return [
        one
        for one in numbers.suspected(actor())
        if one.file.released_at is not None or one.file.number_rule is not NumberRule.OFF
    ]


def _row(one: Suspected) -> dict[str, Any]:
    return {
        "file": one.file,
        "person": one.person,
        "unit": org_tree(actor().today).path_name(one.file.unit_id),
        "state": _state(one.file),
    }


def _state(file: File) -> tuple[str, str]:
    if file.number_rule is NumberRule.REFUSE:
        return "negative", pgettext("individual number", "Kept back")
    if file.number_rule is NumberRule.WARN:
        return "waiting", pgettext("individual number", "To be checked")
    return "positive", pgettext("individual number", "In order")


def _page(uid: uuid.UUID, errors: dict[str, Any] | None = None) -> str:
    who = actor()
    ids = [file.id for file in queries.files([uid])]
    found = numbers.suspected(who, ids)
    if not found:
        raise NotFound(gettext("The page you are looking for was not found."))
    one = found[0]
    owned = next((handed.owned for handed in known(who, [one.file])), None)
    afterwards(lambda: read_about(who, ("attachments.suspected", "attachments.released"), one.file.id))
    return render_template(
        "attachments/number.html",
        **_row(one),
        owned=owned,
        is_kept_back=one.file.number_rule is NumberRule.REFUSE,
        is_open=one.file.number_rule is not NumberRule.OFF,
        may_release=numbers.may_answer(who, one.file) or access.can(who, RELEASE, unit_id=one.file.unit_id),
        reason=request.form.get("reason", ""),
        errors=errors or {},
    )
