"""The timeline (新着): reading it, marking it as read, choosing what comes on which way."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import clock, rules
from groupware.config import current_settings
from groupware.errors import Invalid
from groupware.i18n import gettext, ngettext
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
from groupware.notifications.queries import (
    Cursor,
    address,
    kinds,
    line_of,
    sources,
    timeline,
    unread_numbers,
)
from groupware.notifications.receivers import working_hours
from groupware.notifications.rules import MAIL, MAIL_RHYTHM, QUIET
from groupware.notifications.services import drop, read, read_all
from groupware.web.boundary import actor, afterwards
from groupware.web.gate import signed_in

blueprint = Blueprint("notifications", __name__, template_folder="templates")


@blueprint.get("/")
@signed_in
def index() -> str:
    """What is new, newest first; unread only, or of one function, by choice."""
    who = actor()
    only_unread, plugin_id = request.args.get("unread") == "1", _plugin_id()
    after = _cursor()
    page = timeline(who, only_unread=only_unread, plugin_id=plugin_id, after=after)
    more = page.more
    if page.gone:
        afterwards(lambda: drop(who, page.gone))
    numbers = unread_numbers(who)
    return render_template(
        "notifications/index.html",
        lines=page.lines,
        tabs=[
            (gettext("All"), url_for("notifications.index", function=plugin_id or None), not only_unread, 0),
            (
                gettext("Unread"),
                url_for("notifications.index", unread=1, function=plugin_id or None),
                only_unread,
                numbers.get(plugin_id, 0) if plugin_id else sum(numbers.values()),
            ),
        ],
        sources=[(one.id, str(one.title), numbers.get(one.id, 0)) for one in sources(who)],
        plugin_id=plugin_id,
        only_unread=only_unread,
        until=clock.now().isoformat(),
        first_url=url_for(
            "notifications.index", unread=1 if only_unread else None, function=plugin_id or None
        )
        if after is not None
        else None,
        next_url=url_for(
            "notifications.index",
            unread=1 if only_unread else None,
            before=f"{more.at.timestamp():.6f}-{more.id}",
            function=plugin_id or None,
        )
        if more is not None
        else None,
    )


@blueprint.get("/<int:notice_id>")
@signed_in
def follow(notice_id: int) -> ResponseReturnValue:
    """Go to what a line is about; following it is reading it."""
    who = actor()
    found = line_of(who, notice_id)
    afterwards(lambda: read(who, notice_id))
    target = address(who, found.kind, found.subject_id)
    if target is None:
        flash(gettext("This is not there any more, or not meant for you any more."), "info")
    return redirect(target or url_for("notifications.index"))


@blueprint.post("/read")
@signed_in
def mark_all() -> ResponseReturnValue:
    """Everything that was on the page is read."""
    plugin_id = _plugin_id()
    done = read_all(actor(), _until(), plugin_id)
    flash(ngettext("Marked %(num)s line as read.", "Marked %(num)s lines as read.", done), "success")
    return redirect(url_for("notifications.index", function=plugin_id or None), 303)


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
        form.show(error)
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


def _plugin_id() -> str:
    wanted = request.values.get("function", "")
    return wanted if any(one.id == wanted for one in sources(actor())) else ""


def _cursor() -> Cursor | None:
    at, _, number = request.args.get("before", "").partition("-")
    try:
        return Cursor(datetime.fromtimestamp(float(at), UTC), int(number))
    except (ValueError, OverflowError, OSError):
        return None


def _until() -> datetime:
    try:
        until = datetime.fromisoformat(request.form.get("until", ""))
    except ValueError:
        return clock.now()
    return until if until.tzinfo is not None else clock.now()
