"""How a person is told: the ways of each kind, the rhythm of mail, times at which nothing disturbs."""

from dataclasses import asdict
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import rules
from groupware.config import current_settings
from groupware.errors import Invalid
from groupware.i18n import gettext
from groupware.notifications.choosing import (
    Delivery,
    Ways,
    choose,
    defaults,
    delivery,
    mail_box,
    save_delivery,
    ways,
)
from groupware.notifications.enums import Channel, Rhythm
from groupware.notifications.forms import DeliveryForm
from groupware.notifications.queries import kinds, sources
from groupware.notifications.receivers import working_hours
from groupware.notifications.rules import MAIL, MAIL_RHYTHM, QUIET
from groupware.notifications.views.blueprint import blueprint
from groupware.web.boundary import actor
from groupware.web.gate import signed_in
from groupware.web.refusals import show_refusal


@blueprint.get("/settings")
@signed_in
def settings() -> str:
    """Which ways for which kind, and when."""
    return _settings_page(_form(asdict(delivery(actor()))), ways(actor()))


@blueprint.post("/settings")
@signed_in
def save_settings() -> ResponseReturnValue:
    """Keep it, or return to what the bureau has."""
    who, form = actor(), _form()
    if request.form.get("act") == "reset":
        choose(who, defaults(who))
        save_delivery(who, Delivery())
        flash(gettext("The settings of your organisation hold again."), "success")
        return redirect(url_for("notifications.settings"), 303)
    wanted = _ticked()
    if not form.validate():
        return _settings_page(form, wanted), 422
    try:
        choose(who, wanted, _channels())
        save_delivery(who, form.entered(delivery(who)))
    except Invalid as error:
        show_refusal(form, error)
        return _settings_page(form, wanted), 422
    flash(gettext("Your choice was saved. It holds for what is new from now on."), "success")
    return redirect(url_for("notifications.settings"), 303)


def _form(data: dict[str, Any] | None = None) -> DeliveryForm:
    form = DeliveryForm(data=data)
    if not current_settings().sends_mail:
        form.without_mail()
    return form


def _settings_page(form: DeliveryForm, wanted: Ways) -> str:
    who = actor()
    known, hours = kinds(who), working_hours(who.unit_id, who.today)
    return render_template(
        "notifications/settings.html",
        form=form,
        channels=_channels(),
        groups=[
            (plugin, [(kind, wanted.get(kind.id, ())) for kind in plugin.notifications if kind.id in known])
            for plugin in sources(who)
        ],
        mail_box=mail_box(who),
        has_mail=rules.value_for(who, MAIL),
        is_mail_offered=current_settings().sends_mail,
        quiet=rules.value_for(who, QUIET),
        begins=f"{hours.begins:%H:%M}",
        ends=f"{hours.ends:%H:%M}",
        rhythm=Rhythm(rules.value_for(who, MAIL_RHYTHM)).label,
    )


def _channels() -> list[Channel]:
    """The ways that can be chosen here: mail only where the installation sends any."""
    return [one for one in Channel if one is not Channel.MAIL or current_settings().sends_mail]


def _ticked() -> dict[str, frozenset[str]]:
    """What was ticked: `kind:channel`, once for each box."""
    found: dict[str, set[str]] = {}
    for value in request.form.getlist("way"):
        kind, _, channel = value.partition(":")
        found.setdefault(kind, set()).add(channel)
    return {kind: frozenset(channels) for kind, channels in found.items()}
