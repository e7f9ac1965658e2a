"""年度末の整理: what becomes of one's rooms, and how far bureaus have come."""

import uuid
from collections.abc import Mapping

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.actor import Actor
from groupware.calendar.eras import format_wareki_fiscal
from groupware.calendar.fiscal import fiscal_year
from groupware.directory.tree import org_tree
from groupware.errors import Invalid
from groupware.i18n import gettext, ngettext, pgettext
from groupware.notifications.services import read_about
from groupware.web.boundary import actor, afterwards, signed_in_person
from groupware.web.exports import table_response
from groupware.web.gate import signed_in
from groupware.web.refusals import show_refusal
from plugins.chat.enums import ReviewDecision
from plugins.chat.forms_reviews import FIELD, ReviewForm, decided
from plugins.chat.notifications import YEAR_END_KINDS
from plugins.chat.queries import keeping
from plugins.chat.queries import reviews as queries
from plugins.chat.queries.pending import is_asked
from plugins.chat.queries.rooms import not_found
from plugins.chat.services import proposing
from plugins.chat.services import reviewing as services
from plugins.chat.views.blueprint import blueprint


@blueprint.get("/year-end")
@signed_in
def year_end() -> str:
    """One's own rooms about which nobody has decided; `all` chooses the same for each of them."""
    who, person = actor(), signed_in_person()
    if person is not None and person.unread_notices:
        year = fiscal_year(who.today)
        afterwards(lambda: read_about(who, YEAR_END_KINDS, year))
    asked = request.args.get("all", "")
    return _page(ReviewForm(None), everything=asked if asked in set(ReviewDecision) else "")


@blueprint.post("/year-end")
@signed_in
def decide_year_end() -> ResponseReturnValue:
    """Do what was chosen, in one go."""
    form = ReviewForm()
    if not form.validate():
        return _page(form, sent=request.form), 422
    wanted = decided(request.form, _named(request.form))
    try:
        done = services.decide(actor(), wanted, form.heir_id)
    except Invalid as error:
        show_refusal(form, error)
        if not error.fields:
            form.form_errors = [*form.form_errors, str(error.message)]
        return _page(form, sent=request.form), 422
    form.heir.remember(actor())
    if done.late:
        words = ngettext(
            "Somebody else had decided about %(num)d room already.",
            "Somebody else had decided about %(num)d rooms already.",
            done.late,
        )
        flash(words, "info")
    return redirect(url_for("chat.year_end"))


@blueprint.post("/year-end/undo/<uuid:batch>")
@signed_in
def undo_year_end(batch: uuid.UUID) -> ResponseReturnValue:
    """Take it back."""
    number = services.undo(actor(), batch)
    flash(
        ngettext("%(num)d room is as it was before.", "%(num)d rooms are as they were before.", number),
        "success",
    )
    return redirect(url_for("chat.year_end"))


@blueprint.get("/year-end/bureaus")
@signed_in
def year_end_bureaus() -> str:
    """How far each bureau has come."""
    _require_manager()
    year = fiscal_year(actor().today)
    return render_template(
        "chat/year_end_bureaus.html",
        bureaus=queries.progress(actor(), year),
        year=format_wareki_fiscal(year),
        may_keep_order=keeping.may_keep_order(actor()),
    )


@blueprint.get("/year-end/bureaus.<format>")
@signed_in
def export_year_end_bureaus(format: str) -> Response:  # noqa: A002  the word users know
    """The same as a file."""
    _require_manager()
    columns = [
        gettext("Organisation"),
        pgettext("year end", "Asked about"),
        pgettext("year end", "Undecided"),
        pgettext("year end", "Archived"),
        pgettext("year end", "Used next year"),
        pgettext("year end", "Handed over"),
    ]
    rows = [
        [one.name, one.proposed, one.undecided, one.archived, one.kept, one.handed_over]
        for one in queries.progress(actor(), fiscal_year(actor().today))
    ]
    return table_response(gettext("Year-end review"), columns, rows, format)


@blueprint.post("/year-end/remind")
@signed_in
def remind_year_end() -> ResponseReturnValue:
    """Have the owners of a bureau reminded."""
    number = proposing.remind(actor(), request.form.get("unit_id", 0, type=int))
    if number:
        words = ngettext(
            "The owners of %(num)d room are reminded.", "The owners of %(num)d rooms are reminded.", number
        )
        flash(words, "success")
    else:
        flash(gettext("All of them were reminded within a day, or have decided."), "info")
    return redirect(url_for("chat.year_end_bureaus"))


def is_in_season(who: Actor) -> bool:
    """Whether the review stands in the section bar: while it is asked, and in April for those who come."""
    return not who.is_guest and is_asked(who.today)


def _require_manager() -> None:
    if not queries.may_manage(actor()):
        raise not_found()


def _named(sent: Mapping[str, str]) -> list[uuid.UUID]:
    """The rooms that a form speaks of; what is no room is none of theirs."""
    try:
        return [uuid.UUID(name.removeprefix(FIELD)) for name in sent if name.startswith(FIELD)]
    except ValueError as error:
        raise not_found() from error


def _page(form: ReviewForm, *, everything: str = "", sent: Mapping[str, str] | None = None) -> str:
    tree = org_tree(actor().today)
    lines = queries.asked(actor())
    return render_template(
        "chat/year_end.html",
        form=form,
        rooms=lines,
        chosen={one.uid: (sent or {}).get(f"{FIELD}{one.uid}", everything) for one in lines},
        options=[("", gettext("Decide later")), *((one.value, one.label) for one in ReviewDecision)],
        field=FIELD,
        batch=queries.last_batch(actor()),
        unit_name=lambda unit_id: tree.path_name(unit_id) if unit_id in tree else "",
        may_manage=queries.may_manage(actor()),
    )
