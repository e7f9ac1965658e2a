"""The person's own page for phones and calendar programs: who has access, another one, and files in and out."""

from datetime import date, timedelta
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import rules
from groupware.api.queries import tokens_of
from groupware.api.rules import LONGEST_DAYS, PERSONAL_TOKENS
from groupware.api.services import issue, revoke
from groupware.auth.services.signing_in import prove
from groupware.db import unit
from groupware.errors import Conflict, Denied, Invalid
from groupware.i18n import gettext
from groupware.registry import registry
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import own_units, signed_in
from groupware.web.refusals import show_refusal
from plugins.schedule.forms_programs import FEED, FEED_TIMES, SYNC, AccessForm
from plugins.schedule.services.following import follow
from plugins.schedule.views import private
from plugins.schedule.views.blueprint import blueprint

SCOPES = (SYNC, FEED, FEED_TIMES)


@blueprint.get("/programs")
@signed_in
def programs() -> str:
    """Which programs have access, and how to give it to another one."""
    return _page(AccessForm())


@blueprint.get("/programs.<format>")
@signed_in
def export_programs(format: str) -> Response:  # noqa: A002  the word users know
    """The same list as a file."""
    columns = [
        gettext("Device or program"),
        gettext("What it does"),
        gettext("Holds until"),
        gettext("Last used"),
    ]
    rows = [[one.name, _words(one), one.expires_at, one.last_used_at] for one in _accesses()]
    return table_response(gettext("Phones and calendar programs"), columns, rows, format)


@blueprint.post("/programs")
@own_units
@signed_in
def give_access() -> ResponseReturnValue:
    """Give a program access after the password, and show what it needs this once."""
    form, who = AccessForm(), actor()
    assert who.person_id is not None, "only people sign in"
    try:
        if form.validate():
            prove(current_app.extensions["groupware_settings"], who, form.password.data or "")
            with unit("write"):
                days = int(rules.value_for(who, LONGEST_DAYS))
                made = issue(who, form.name.data or "", [form.kind.data], days)
                follow([who.person_id])
            is_feed = form.kind.data != SYNC
            address = request.url_root.rstrip("/")
            address += url_for("schedule.feed", secret=made.secret) if is_feed else "/dav/"
            return render_template("schedule/access.html", made=made, is_feed=is_feed, address=address)
    except (Invalid, Denied, Conflict) as error:
        show_refusal(form, error)
    with unit("read"):
        return _page(form), 422


@blueprint.post("/programs/<int:token_id>/revoke")
@signed_in
def revoke_access(token_id: int) -> ResponseReturnValue:
    """Take it back."""
    revoke(actor(), token_id)
    flash(gettext("The access was revoked. The program no longer gets anything."), "success")
    return redirect(url_for("schedule.programs"), 303)


def _accesses() -> list[Any]:
    who = actor()
    assert who.person_id is not None, "only people sign in"
    return [one for one in tokens_of(who.person_id, who.now) if set(one.scopes) & set(SCOPES)]


def _words(one: Any) -> str:
    known = registry().scopes
    words = [str(known[scope].title) for scope in one.scopes if scope in SCOPES and scope in known]
    return str(gettext(", ")).join(words)


def _page(form: AccessForm) -> str:
    today: date = actor().today
    return render_template(
        "schedule/programs.html",
        form=form,
        accesses=[(one, _words(one)) for one in _accesses()],
        is_allowed=rules.value_for(actor(), PERSONAL_TOKENS),
        address=f"{request.url_root}dav/",
        private=private.listed(actor()),
        first=today,
        last=today + timedelta(days=92),
    )
