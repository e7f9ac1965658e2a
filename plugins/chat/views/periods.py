"""保存期間: for how long a room is kept, and the list for who manages that."""

import uuid

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import access
from groupware.directory.tree import org_tree
from groupware.errors import Conflict, Invalid
from groupware.i18n import gettext, pgettext
from groupware.records.periods import PERIODS, period_words
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import signed_in
from groupware.web.refusals import show_refusal
from plugins.chat.enums import Role
from plugins.chat.forms_periods import BY_RULE, PeriodForm, chosen_period
from plugins.chat.permissions import MANAGE_RETENTION
from plugins.chat.queries import periods as queries
from plugins.chat.queries import rooms
from plugins.chat.queries.periods import RoomPeriod
from plugins.chat.services import periods as services
from plugins.chat.services.periods import REASON_LENGTH
from plugins.chat.views.blueprint import blueprint

EXPORTED = 20_000


@blueprint.get("/<uuid:uid>/retention")
@signed_in
def retention(uid: uuid.UUID) -> str:
    """For how long it is kept, for everybody in the room; the form for who may change it."""
    shown, is_read = queries.one(actor(), uid)
    form = PeriodForm(None)
    form.version.data = str(shown.version)
    form.kept_for.data = BY_RULE if shown.kept_for is None else str(shown.kept_for)
    return _page(shown, form, is_read=is_read)


@blueprint.post("/<uuid:uid>/retention")
@signed_in
def change_retention(uid: uuid.UUID) -> ResponseReturnValue:
    """Save it."""
    shown, is_read = queries.one(actor(), uid)
    form = PeriodForm()
    _offer(form, shown)
    if not form.validate():
        return _page(shown, form, is_read=is_read), 422
    version = form.version.data or ""
    try:
        services.choose(
            actor(),
            uid,
            chosen_period(form.kept_for.data),
            reason=form.reason.data or "",
            version=int(version) if version.isdecimal() else 0,
        )
    except Invalid as error:
        show_refusal(form, error)
        return _page(shown, form, is_read=is_read), 422
    except Conflict as error:
        form.form_errors = [*form.form_errors, str(error.message)]
        return _page(shown, form, is_read=is_read), 409
    flash(gettext("The retention period was saved."), "success")
    return redirect(url_for("chat.retention", uid=uid))


@blueprint.get("/retention")
@signed_in
def retentions() -> str:
    """The rooms of the organisations within reach."""
    _require_manager()
    text, years = request.args.get("q", "").strip(), _asked_years()
    name, room_id = request.args.get("after_name"), request.args.get("after", type=int)
    after = (name, room_id) if name is not None and room_id is not None and room_id < 2**63 else None
    found, following = queries.kept(actor(), text, years, after)
    next_url = None
    if following is not None:
        next_url = url_for(
            "chat.retentions", q=text or None, years=years, after_name=following[0], after=following[1]
        )
    return render_template(
        "chat/retentions.html",
        rooms=found,
        q=text,
        years=years,
        periods=[("", pgettext("period", "All")), *((one, period_words(one)) for one in PERIODS)],
        period_words=period_words,
        unit_name=_unit_name,
        next_url=next_url,
    )


@blueprint.get("/retention.<format>")
@signed_in
def export_retentions(format: str) -> Response:  # noqa: A002  the word users know
    """The same as a file."""
    _require_manager()
    found, _ = queries.kept(actor(), request.args.get("q", "").strip(), _asked_years(), most=EXPORTED)
    columns = [
        gettext("Room"),
        gettext("Responsible organisation"),
        gettext("Retention period"),
        gettext("Chosen"),
        pgettext("chat room", "Archived"),
        gettext("Disposal is proposed from"),
        gettext("On hold"),
    ]
    rows = [
        [
            one.name,
            _unit_name(one.unit_id),
            period_words(one.years),
            one.kept_for is not None,
            one.archived_at,
            one.disposable_from,
            one.is_held,
        ]
        for one in found
    ]
    return table_response(gettext("Retention of rooms"), columns, rows, format)


def _require_manager() -> None:
    if not queries.may_manage(actor()):
        raise rooms.not_found()


def _asked_years() -> int | None:
    years = request.args.get("years", type=int)
    return years if years in PERIODS else None


def _unit_name(unit_id: int | None) -> str:
    tree = org_tree(actor().today)
    return tree.path_name(unit_id) if unit_id is not None and unit_id in tree else ""


def _manages(shown: RoomPeriod) -> bool:
    return access.can(actor(), MANAGE_RETENTION, unit_id=shown.unit_id)


def _offer(form: PeriodForm, shown: RoomPeriod) -> None:
    periods = list(PERIODS) if _manages(shown) else services.offered(shown.unit_id)
    if shown.kept_for is not None and shown.kept_for not in periods:
        periods.append(shown.kept_for)
    form.offer(periods, services.by_rule(shown.unit_id))


def _page(shown: RoomPeriod, form: PeriodForm, *, is_read: bool) -> str:
    _offer(form, shown)
    is_manager = _manages(shown)
    may_change = is_manager or rooms.one(actor(), shown.uid).role is Role.OWNER
    return render_template(
        "chat/retention.html",
        room=shown,
        form=form,
        is_read=is_read,
        is_manager=is_manager,
        may_change=may_change,
        words=period_words(shown.years),
        by_rule=period_words(services.by_rule(shown.unit_id)),
        unit_name=_unit_name(shown.unit_id),
        reason_length=REASON_LENGTH,
    )
