"""Manage the kinds of events."""

import uuid
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired

from groupware import access
from groupware.actor import Actor
from groupware.directory.queries.roll import roll
from groupware.errors import Invalid
from groupware.i18n import gettext, lazy_gettext, lazy_pgettext, pgettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import requires
from groupware.web.refusals import show_refusal
from plugins.schedule.enums import HUE_LABELS
from plugins.schedule.forms import options
from plugins.schedule.permissions import KIND_MANAGE
from plugins.schedule.queries.events import not_found
from plugins.schedule.queries.kinds import kinds as all_kinds
from plugins.schedule.services import kinds as services
from plugins.schedule.views.blueprint import blueprint


class KindForm(FlaskForm):
    """A kind of event."""

    name = StringField(lazy_pgettext("kind of event", "Name"), [InputRequired()])
    hue = RadioField(lazy_gettext("Colour"), choices=options(HUE_LABELS.items()), default="blue")
    unit_id = SelectField(lazy_pgettext("kind of event", "For"), coerce=int, validate_choice=False, default=0)
    is_active = BooleanField(lazy_gettext("Offered for new events"), default=True)

    def plan(self) -> services.Plan:
        """What was typed."""
        return services.Plan(
            name=self.name.data or "",
            hue=self.hue.data or "",
            unit_id=self.unit_id.data or None,
            is_active=bool(self.is_active.data),
        )


@blueprint.get("/kinds")
@requires(KIND_MANAGE)
def kinds() -> str:
    """The kinds that somebody manages."""
    return render_template("schedule/kinds.html", rows=_managed(actor()), tree=roll().tree)


@blueprint.get("/export/kinds.<format>")
@requires(KIND_MANAGE)
def export_kinds(format: str) -> Response:  # noqa: A002  the word users know
    """The same as a table."""
    tree = roll().tree
    columns = [
        pgettext("kind of event", "Name"),
        gettext("Colour"),
        pgettext("kind of event", "For"),
        gettext("Offered"),
    ]
    rows = [
        [
            row.name,
            str(HUE_LABELS[row.hue]),
            tree.path_name(row.unit_id) or gettext("The whole municipality"),
            row.is_active,
        ]
        for row in _managed(actor())
    ]
    return table_response(gettext("Kinds of events"), columns, rows, format)


@blueprint.get("/kinds/new")
@requires(KIND_MANAGE)
def new_kind() -> str:
    """An empty form."""
    return _page(KindForm(None))


@blueprint.post("/kinds/new")
@requires(KIND_MANAGE)
def add_kind() -> ResponseReturnValue:
    """Add it."""
    form = KindForm()
    try:
        services.add(actor(), form.plan())
    except Invalid as error:
        show_refusal(form, error)
        return _page(form), 422
    flash(gettext("The kind was added."), "success")
    return redirect(url_for("schedule.kinds"))


@blueprint.get("/kinds/<uuid:uid>")
@requires(KIND_MANAGE)
def edit_kind(uid: uuid.UUID) -> str:
    """The form with what the kind is."""
    kind = _managed_one(uid)
    form = KindForm(None)
    form.name.data, form.hue.data, form.is_active.data = kind.name, kind.hue, kind.is_active
    form.unit_id.data = kind.unit_id or 0
    return _page(form, kind)


@blueprint.post("/kinds/<uuid:uid>")
@requires(KIND_MANAGE)
def change_kind(uid: uuid.UUID) -> ResponseReturnValue:
    """Save it."""
    kind, form = _managed_one(uid), KindForm()
    try:
        services.change(actor(), uid, form.plan())
    except Invalid as error:
        show_refusal(form, error)
        return _page(form, kind), 422
    flash(gettext("The kind was saved."), "success")
    return redirect(url_for("schedule.kinds"))


def _managed(who: Actor) -> list[Any]:
    return [row for row in all_kinds().values() if access.can(who, KIND_MANAGE, unit_id=row.unit_id)]


def _managed_one(uid: uuid.UUID) -> Any:
    kind = next((row for row in _managed(actor()) if row.uid == uid), None)
    if kind is None:
        raise not_found()
    return kind


def _page(form: KindForm, kind: Any = None) -> str:
    who, tree = actor(), roll().tree
    mine = access.held(who, KIND_MANAGE)
    units = [
        (key, tree.path_name(key) or unit.name)
        for key, unit in tree.units.items()
        if mine.everywhere or key in mine.units
    ]
    whole = [(0, gettext("The whole municipality"))] if mine.everywhere else []
    form.unit_id.choices = options([*whole, *units])
    return render_template("schedule/kind.html", form=form, kind=kind, name_length=services.NAME_LENGTH)
