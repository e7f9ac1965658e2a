"""Counts of use by bureau, for those who answer for the chat."""

from datetime import date, timedelta

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from groupware.i18n import gettext, pgettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import signed_in
from plugins.chat.queries import usage as queries
from plugins.chat.queries.rooms import not_found
from plugins.chat.views.blueprint import blueprint


@blueprint.get("/usage")
@signed_in
def usage() -> ResponseReturnValue:
    """A month unless another time is asked for."""
    since, until = _span()
    return render_template(
        "chat/usage.html", bureaus=queries.usage(actor(), since, until), since=since, until=until
    )


@blueprint.get("/usage.<format>")
@signed_in
def export_usage(format: str) -> Response:  # noqa: A002  the word users know
    """The same as a file."""
    since, until = _span()
    columns = [
        gettext("Organisation"),
        pgettext("chat usage", "Rooms"),
        pgettext("chat usage", "Rooms in use"),
        pgettext("chat usage", "Messages"),
        pgettext("chat usage", "People who wrote"),
    ]
    found = queries.usage(actor(), since, until)
    rows = [[one.name, one.rooms, one.lively, one.messages, one.people] for one in found]
    return table_response(gettext("Use of the chat"), columns, rows, format)


def _span() -> tuple[date, date]:
    """The days asked for, a year at most. For who may not see any of it there is no such page."""
    if not queries.may_see(actor()):
        raise not_found()
    today = actor().today
    until = min(request.args.get("to", today, type=date.fromisoformat), today)
    since = request.args.get("from", until - timedelta(days=30), type=date.fromisoformat)
    return max(min(since, until), until - timedelta(days=queries.MOST_DAYS)), until
