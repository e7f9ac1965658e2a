"""Duties of units 分担, for those who manage the unit: who holds them, who stands in, from when to when."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import clock
from groupware.db import FOREVER
from groupware.directory.exports import duties_table
from groupware.directory.forms import DutyForm
from groupware.directory.queries.managing import MANAGE, duty_kinds, managed_units
from groupware.directory.queries.units import DutyRow, duties_from
from groupware.directory.services.duties import begin_duty, end_duty, order_deputy
from groupware.directory.tree import Unit, org_tree
from groupware.directory.views.frame import blueprint
from groupware.errors import Conflict, Invalid, NotFound
from groupware.i18n import current_locale, gettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import requires
from groupware.web.refusals import show_refusal

MOST_DEPUTIES = 5


@blueprint.route("/duties", methods=["GET", "POST"])
@requires(MANAGE)
def duties() -> ResponseReturnValue:
    """The duties of a unit, one's own if none is named; a POST lets somebody hold one."""
    acting = actor()
    tree = org_tree(acting.today)
    units = managed_units(acting, tree)
    unit = _chosen(units)
    if unit is None:
        return render_template("directory/duties.html", units=[], unit=None)
    names = _names()
    form = DutyForm()
    form.kind.choices = list(names.items())
    form.deputy_order.choices = orders()
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                _begin(form, unit)
            except (Conflict, Invalid) as error:
                show_refusal(form, error)
            else:
                form.person.remember(acting)
                flash(gettext("The duty was entered."), "success")
                return redirect(url_for("directory.duties", unit=unit.id))
    held: dict[int, list[DutyRow]] = {kind_id: [] for kind_id in names}
    for row in duties_from([unit.id], acting.today):
        held[row.kind_id].append(row)
    page = render_template(
        "directory/duties.html",
        form=form,
        unit=unit,
        path=tree.path_name(unit.id),
        units=[(one.id, tree.path_name(one.id)) for one in units],
        held=[(names[kind_id], rows) for kind_id, rows in held.items()],
        orders=orders(),
        today=acting.today,
    )
    return page, status


@blueprint.get("/duties.<format>")
@requires(MANAGE)
def duties_export(format: str) -> Response:  # noqa: A002  the word users know
    """The duties of all units that one manages, as a table."""
    acting = actor()
    tree = org_tree(acting.today)
    units = [unit.id for unit in managed_units(acting, tree)]
    columns, rows = duties_table(duties_from(units, acting.today), _names(), tree)
    return table_response(gettext("Duties"), columns, rows, format)


@blueprint.post("/duties/<int:holder_id>/end")
@requires(MANAGE)
def finish_duty(holder_id: int) -> ResponseReturnValue:
    """Let a duty end today."""
    end_duty(actor(), holder_id)
    flash(gettext("The duty has ended."), "success")
    return redirect(url_for("directory.duties", unit=request.form.get("unit", type=int)))


@blueprint.post("/duties/<int:holder_id>/order")
@requires(MANAGE)
def rank_duty(holder_id: int) -> ResponseReturnValue:
    """Make somebody a holder, or the first, second … deputy."""
    order = request.form.get("deputy_order", type=int)
    if order is None or not 0 <= order <= MOST_DEPUTIES:
        raise Invalid(gettext("Deputies are counted from 1."), code="deputy_order")
    order_deputy(actor(), holder_id, order)
    flash(gettext("The order was saved."), "success")
    return redirect(url_for("directory.duties", unit=request.form.get("unit", type=int)))


def orders() -> list[tuple[int, str]]:
    """What somebody may be for a duty: its holder, or a deputy in a certain place."""
    deputies = [
        (number, gettext("Deputy %(number)s", number=number)) for number in range(1, MOST_DEPUTIES + 1)
    ]
    return [(0, gettext("Holder")), *deputies]


def _names() -> dict[int, str]:
    """Every kind of duty and its name in the language of the page."""
    is_english = current_locale.get() == "en"
    return {kind.id: kind.name_en if is_english and kind.name_en else kind.name for kind in duty_kinds()}


def _chosen(units: list[Unit]) -> Unit | None:
    """The unit that the address names, else one's own, else the first one managed. NotFound for one out of reach."""
    named = request.args.get("unit", type=int)
    by_id = {unit.id: unit for unit in units}
    if named is not None:
        if named not in by_id:
            raise NotFound(gettext("The page you are looking for was not found."))
        return by_id[named]
    return by_id.get(actor().unit_id or 0) or next(iter(units), None)


def _begin(form: DutyForm, unit: Unit) -> None:
    last = form.last_day.day
    begin_duty(
        actor(),
        form.kind.data,
        unit.id,
        form.person.person_ids[0],
        valid_from=form.valid_from.day,
        valid_to=clock.day_after(last) if last is not None else FOREVER,
        deputy_order=form.deputy_order.data,
    )
