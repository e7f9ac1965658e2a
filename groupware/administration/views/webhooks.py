"""Webhooks: where other systems are told of events, and what became of the calls."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.administration.forms import WebhookForm
from groupware.administration.views.base import blueprint, not_found
from groupware.config import current_settings
from groupware.errors import Conflict, Invalid
from groupware.i18n import gettext, pgettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import requires
from groupware.web.refusals import show_refusal
from groupware.webhooks import queries, services
from groupware.webhooks.enums import DeliveryState, reason
from groupware.webhooks.services import MANAGE

EXPORTED = 10_000
"""Calls that leave as a file at most."""


@blueprint.get("/webhooks", endpoint="webhooks")
@requires(MANAGE)
def webhooks_page() -> str:
    """All of them, each with its latest call."""
    return render_template(
        "administration/webhooks.html",
        rows=queries.webhooks(),
        hosts=current_settings().webhook_hosts,
        states=DeliveryState,
        reason=reason,
    )


@blueprint.get("/webhooks.<format>")
@requires(MANAGE)
def export_webhooks(format: str) -> Response:  # noqa: A002  the word users know
    """The same list as a file."""
    columns = [
        gettext("System"),
        pgettext("web", "Address"),
        gettext("Person whose view decides"),
        gettext("Paused"),
        gettext("Latest call"),
        pgettext("webhook", "State"),
        gettext("Last error"),
    ]
    rows = [
        [
            one.name,
            one.url,
            one.display_name,
            one.is_paused,
            one.at,
            str(DeliveryState(one.state).label) if one.state else "",
            reason(one.last_error or ""),
        ]
        for one in queries.webhooks()
    ]
    return table_response(gettext("Webhooks"), columns, rows, format)


@blueprint.get("/webhooks/new")
@requires(MANAGE)
def new_webhook() -> str:
    """An empty form."""
    return _form(WebhookForm())


@blueprint.post("/webhooks/new")
@requires(MANAGE)
def register_webhook() -> ResponseReturnValue:
    """Register it, and show its secret this once."""
    form = WebhookForm()
    if not form.validate() or not form.person.person_ids:
        return _form(form), 422
    try:
        made = services.register(
            actor(),
            form.name.data or "",
            form.url.data or "",
            form.kinds.data or [],
            form.person.person_ids[0],
        )
    except Invalid as error:
        show_refusal(form, error)
        return _form(form), 422
    return render_template("administration/webhook_secret.html", webhook=made, secret=services.secret(made))


@blueprint.get("/webhooks/<int:webhook_id>")
@requires(MANAGE)
def webhook(webhook_id: int) -> str:
    """One of them with its latest calls."""
    found = queries.webhook(webhook_id)
    state = _state()
    return render_template(
        "administration/webhook.html",
        webhook=found.Webhook,
        person=found.display_name,
        titles=_titles(),
        state=state.value if state is not None else None,
        deliveries=queries.deliveries(webhook_id, state),
        states=DeliveryState,
        reason=reason,
        tabs=[
            (gettext("All"), url_for("administration.webhook", webhook_id=webhook_id), state is None, 0),
            *(
                (
                    str(one.label),
                    url_for("administration.webhook", webhook_id=webhook_id, state=one.value),
                    one is state,
                    0,
                )
                for one in DeliveryState
            ),
        ],
    )


@blueprint.get("/webhooks/<int:webhook_id>.<format>")
@requires(MANAGE)
def export_webhook(webhook_id: int, format: str) -> Response:  # noqa: A002  the word users know
    """The latest calls, as a file."""
    found, titles = queries.webhook(webhook_id), _titles()
    columns = [
        gettext("Date and time"),
        gettext("Event"),
        pgettext("webhook", "State"),
        gettext("Attempts"),
        gettext("Last error"),
        gettext("Ended"),
    ]
    rows = [
        [
            one.at,
            titles.get(one.kind, one.kind),
            str(DeliveryState(one.state).label),
            one.attempts,
            reason(one.last_error),
            one.ended_at,
        ]
        for one in queries.deliveries(webhook_id, _state(), limit=EXPORTED)
    ]
    return table_response(found.Webhook.name, columns, rows, format)


@blueprint.post("/webhooks/<int:webhook_id>/<any(pause, resume):act>")
@requires(MANAGE)
def pause_webhook(webhook_id: int, act: str) -> ResponseReturnValue:
    """Tell it nothing more, or again."""
    services.pause(actor(), webhook_id, is_paused=act == "pause")
    flash(
        gettext("The webhook is paused.") if act == "pause" else gettext("The webhook is told again."),
        "success",
    )
    return redirect(url_for("administration.webhook", webhook_id=webhook_id), 303)


@blueprint.post("/webhooks/<int:webhook_id>/remove")
@requires(MANAGE)
def remove_webhook(webhook_id: int) -> ResponseReturnValue:
    """Take it away."""
    services.remove(actor(), webhook_id)
    flash(gettext("The webhook was removed."), "success")
    return redirect(url_for("administration.webhooks"), 303)


@blueprint.post("/webhooks/<int:webhook_id>/deliveries/<int:delivery_id>/again")
@requires(MANAGE)
def send_webhook_again(webhook_id: int, delivery_id: int) -> ResponseReturnValue:
    """Make a call once more."""
    try:
        services.send_again(actor(), webhook_id, delivery_id)
        flash(gettext("The call will be made again in a moment."), "success")
    except Conflict as error:
        flash(str(error.message), "info")
    return redirect(url_for("administration.webhook", webhook_id=webhook_id), 303)


def _state() -> DeliveryState | None:
    asked = request.args.get("state", "")
    if asked and asked not in set(DeliveryState):
        raise not_found()
    return DeliveryState(asked) if asked else None


def _titles() -> dict[str, str]:
    return {kind.event: str(kind.title) for kind in services.offered()}


def _form(form: WebhookForm) -> str:
    return render_template(
        "administration/webhook_form.html", form=form, hosts=current_settings().webhook_hosts
    )
