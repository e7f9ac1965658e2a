"""秘書: who acts for whom, as far as it concerns oneself."""

import uuid

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField
from wtforms.validators import Optional

from groupware import access
from groupware.access.enums import PrincipalKind
from groupware.actor import Actor
from groupware.db import FOREVER
from groupware.directory.forms import PickerField
from groupware.directory.picking import Ref
from groupware.errors import Invalid
from groupware.i18n import gettext, lazy_gettext, lazy_pgettext, pgettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import signed_in
from groupware.web.refusals import show_refusal
from plugins.schedule.forms import options
from plugins.schedule.permissions import SECRETARY_MANAGE
from plugins.schedule.queries import events
from plugins.schedule.queries.secretaries import named, served
from plugins.schedule.services import secretaries as services
from plugins.schedule.views.blueprint import blueprint
from plugins.schedule.wording import day_before

PERSON, POST = "person", "post"


class SecretaryForm(FlaskForm):
    """Somebody who is to act for a person or a post."""

    person = PickerField(lazy_gettext("Whose calendar"), mode="people", is_multiple=False)
    follows = RadioField(
        lazy_pgettext("secretary", "Holds for"),
        choices=options(
            (
                (POST, lazy_gettext("The post: also for whoever comes after")),
                (PERSON, lazy_gettext("The person: also after a transfer")),
            )
        ),
        default=POST,
        validate_choice=False,
    )
    secretaries = PickerField(lazy_gettext("Secretaries"), mode="principals")
    first_day = DateField(lazy_gettext("First day"), [Optional()])
    last_day = DateField(lazy_gettext("Last day of it"), [Optional()])

    def plan(self, who: Actor) -> services.Plan:
        """What was typed; without a choice it is about oneself."""
        people = self.person.person_ids
        return services.Plan(
            person_id=people[0] if people else who.person_id or 0,
            secretaries=tuple(self.secretaries.data or ()),
            follows_post=self.follows.data != PERSON,
            first_day=self.first_day.data,
            last_day=self.last_day.data,
        )


@blueprint.get("/secretaries")
@signed_in
def secretaries() -> str:
    """Those who act for oneself, for whom one acts, and what one manages."""
    return _page(actor(), SecretaryForm(None))


@blueprint.get("/export/secretaries.<format>")
@signed_in
def export_secretaries(format: str) -> Response:  # noqa: A002  the word users know
    """The same as a table."""
    columns = [
        gettext("Whose calendar"),
        gettext("Secretaries"),
        pgettext("secretary", "Holds for"),
        gettext("First day"),
        gettext("Last day of it"),
        gettext("Named by"),
    ]
    rows = [
        [
            one.served,
            one.secretary,
            pgettext("served", "Post") if one.follows_post else pgettext("served", "Person"),
            one.row.valid_from,
            day_before(one.row.valid_to) if one.row.valid_to != FOREVER else None,
            one.row.given_by_name,
        ]
        for one in named(actor())
    ]
    return table_response(pgettext("schedule", "Secretaries"), columns, rows, format)


@blueprint.post("/secretaries")
@signed_in
def name_secretaries() -> ResponseReturnValue:
    """Name them."""
    who, form = actor(), SecretaryForm()
    if not form.validate():
        return _page(who, form), 422
    try:
        services.name(who, form.plan(who))
    except Invalid as error:
        show_refusal(form, error)
        return _page(who, form), 422
    form.secretaries.remember(who)
    flash(gettext("The secretaries were named."), "success")
    return redirect(url_for("schedule.secretaries"))


@blueprint.post("/secretaries/<uuid:uid>/end")
@signed_in
def end_secretary(uid: uuid.UUID) -> ResponseReturnValue:
    """Let one end."""
    services.end(actor(), uid)
    flash(gettext("This secretary acts no more."), "success")
    return redirect(url_for("schedule.secretaries"))


def _page(who: Actor, form: SecretaryForm) -> str:
    manages = access.holds_somewhere(who, SECRETARY_MANAGE)
    if not form.person.data and who.person_id is not None:
        form.person.data = [Ref(PrincipalKind.PERSON, who.person_id).value]
    mine = sorted(served(who))
    known = events.names(mine)
    return render_template(
        "schedule/secretaries.html",
        form=form,
        rows=named(who),
        manages=manages,
        served=[known[one] for one in mine if one in known],
        forever=FOREVER,
    )
