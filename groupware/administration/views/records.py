"""Records whose retention has ended: decisions, the register of disposals, holds."""

import uuid
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from groupware.actor import Actor
from groupware.administration.views.base import blueprint, not_found
from groupware.db import session
from groupware.directory.tree import OrgTree, org_tree
from groupware.errors import Conflict, Invalid, NotFound
from groupware.i18n import gettext, lazy_gettext, ngettext
from groupware.records.queries import DISPOSE, STATES, counts, disposals, holds, kinds
from groupware.records.services import MAX_EXTENSION, decide, hold, release
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import requires

PAGE = 100
TABS = {
    "proposed": lazy_gettext("To be decided"),
    "dispose": lazy_gettext("To be disposed of"),
    "transfer": lazy_gettext("To be transferred"),
    "extend": lazy_gettext("Extended"),
    "purged": lazy_gettext("Disposed of"),
}
YEARS = (1, 3, 5, 10, 30)


@blueprint.get("/records", endpoint="disposals")
@requires(DISPOSE)
def disposals_page() -> str:
    """Disposals in a state."""
    return _page(actor())


@blueprint.post("/records/decide")
@requires(DISPOSE)
def decide_disposals() -> ResponseReturnValue:
    """Decide about the records that were ticked, all or none."""
    who = actor()
    ids = [int(text) for text in request.form.getlist("disposal") if text.isascii() and text.isdecimal()]
    years = request.form.get("years", "")
    try:
        done = decide(
            who,
            ids,
            request.form.get("decision", ""),
            years=int(years) if years.isascii() and years.isdecimal() and len(years) < 4 else 0,
        )
    except (Invalid, Conflict) as error:
        session.rollback()
        return _page(who, error=str(error.message), ticked=set(ids)), error.status
    flash(
        ngettext(
            "The decision about %(num)s record was saved.",
            "The decision about %(num)s records was saved.",
            done,
        ),
        "success",
    )
    return redirect(url_for("administration.disposals", state=request.args.get("state")), 303)


@blueprint.get("/records.<format>")
@requires(DISPOSE)
def export_disposals(format: str) -> Response:  # noqa: A002  the word users know
    """The register in a state, as a file."""
    who = actor()
    state = _state()
    tree = org_tree(who.today)
    header = [
        gettext("Kind"),
        gettext("Title"),
        gettext("Organisation"),
        gettext("Retention ended"),
        gettext("Decision"),
        gettext("Decided by"),
        gettext("Decided on"),
        gettext("Extended to"),
        gettext("Disposed of on"),
        gettext("On hold"),
    ]
    rows = [
        [
            row["kind"],
            row["title"],
            row["unit"],
            row["expired_on"],
            str(TABS[state]),
            row["decided_by"] or "",
            row["decided_at"],
            row["extended_to"],
            row["purged_at"],
            gettext("On hold") if row["is_held"] else "",
        ]
        for row in _rows(disposals(who, state, limit=50_000), tree)
    ]
    return table_response(gettext("Retention and disposal"), header, rows, format)


@blueprint.get("/records/holds", endpoint="holds")
@requires(DISPOSE)
def holds_page() -> str:
    """Holds that stand."""
    return _holds_page(actor())


@blueprint.post("/records/holds")
@requires(DISPOSE)
def place_hold() -> ResponseReturnValue:
    """Place a hold on a record that is named by its kind and id."""
    who = actor()
    try:
        obj = _object(request.form.get("kind", ""), request.form.get("uid", "").strip())
        hold(who, obj, request.form.get("reason", ""))
    except NotFound:
        reason = gettext(
            "There is no such record. Please copy its id from the list of disposals or from its page."
        )
        return _holds_page(who, {"uid": reason}), 422
    except (Invalid, Conflict) as error:
        fields = dict(error.fields) if isinstance(error, Invalid) else {}
        return _holds_page(who, fields or {"uid": error.message}), error.status
    flash(gettext("The hold was placed. The record is not disposed of while it stands."), "success")
    return redirect(url_for("administration.holds"), 303)


@blueprint.post("/records/holds/<int:hold_id>/release")
@requires(DISPOSE)
def release_hold(hold_id: int) -> ResponseReturnValue:
    """End a hold."""
    release(actor(), hold_id)
    flash(gettext("The hold was released."), "success")
    return redirect(url_for("administration.holds"), 303)


def _object(kind_id: str, uid: str) -> Any:
    """The record of a kind with that id. Raises NotFound."""
    kind = kinds().get(kind_id)
    try:
        key = uuid.UUID(uid)
    except ValueError as error:
        raise not_found() from error
    found = (
        session.scalars(select(kind.model).where(kind.model.uid == key)).first() if kind is not None else None
    )
    if found is None:
        raise not_found()
    return found


def _state() -> str:
    state = request.args.get("state", "proposed")
    if state not in STATES:
        raise not_found()
    return state


def _page(who: Actor, error: str = "", ticked: set[int] | None = None) -> str:
    state = _state()
    kind = request.args.get("kind", "")
    after = request.args.get("after", "")
    found = disposals(
        who,
        state,
        after=int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else 0,
        limit=PAGE,
        object_type=kind,
    )
    tree = org_tree(who.today)
    numbers = counts(who)
    rows = _rows(found[:PAGE], tree)
    return render_template(
        "administration/records.html",
        tabs=[
            (title, url_for("administration.disposals", state=name), name == state, numbers[name])
            for name, title in TABS.items()
        ],
        state=state,
        number=numbers[state],
        rows=rows,
        kinds=[("", gettext("All")), *((key, found.title) for key, found in kinds().items())],
        kind=kind,
        years=[(str(number), ngettext("%(num)s year", "%(num)s years", number)) for number in YEARS],
        most=MAX_EXTENSION,
        next_url=url_for("administration.disposals", state=state, kind=kind or None, after=rows[-1]["id"])
        if len(found) > PAGE
        else None,
        first_url=url_for("administration.disposals", state=state, kind=kind or None) if after else None,
        error=error,
        ticked=ticked or set(),
        decision=request.form.get("decision", ""),
    )


def _rows(found: Any, tree: OrgTree) -> list[dict[str, Any]]:
    known = kinds()
    return [
        {
            **row._asdict(),
            "kind": str(known[row.object_type].title) if row.object_type in known else row.object_type,
            "unit": tree.path_name(row.unit_id) if row.unit_id else "",
        }
        for row in found
    ]


def hold_rows(who: Actor) -> list[dict[str, Any]]:
    """The holds that stand, as tables show them."""
    return _rows(holds(who), org_tree(who.today))


def _holds_page(who: Actor, errors: dict[str, Any] | None = None) -> str:
    return render_template(
        "administration/holds.html",
        rows=hold_rows(who),
        kinds=[(key, kind.title) for key, kind in kinds().items()],
        values={name: request.values.get(name, "") for name in ("kind", "uid", "reason")},
        errors=errors or {},
    )
