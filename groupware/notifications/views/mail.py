"""Mail about what is new, for those who run the installation: what waits, and which addresses take none."""

from datetime import timedelta

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from groupware.config import current_settings
from groupware.i18n import gettext, pgettext
from groupware.notifications.mail.refusals import MANAGE, refusals, try_again, waiting
from groupware.notifications.views.blueprint import blueprint
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import requires

LATE = timedelta(minutes=2)
"""From here on the page says that mail does not go out."""


@blueprint.get("/mail")
@requires(MANAGE)
def mail() -> str:
    """The server, what waits, and refused addresses."""
    found = waiting()
    return render_template(
        "notifications/mail.html",
        settings=current_settings(),
        waiting=found,
        is_late=found.due_at is not None and found.due_at < actor().now - LATE,
        rows=refusals(),
    )


@blueprint.get("/mail.<format>")
@requires(MANAGE)
def export_refusals(format: str) -> Response:  # noqa: A002  the word users know
    """Refused addresses, as a file."""
    columns = [
        gettext("Staff number"),
        gettext("Name"),
        gettext("Mail address"),
        gettext("Code"),
        gettext("Answer of the mail server"),
        pgettext("mail", "Refused"),
    ]
    rows = [
        [row.staff_number, row.display_name, row.address, row.code, row.reply, row.at] for row in refusals()
    ]
    return table_response(gettext("Addresses that take no mail"), columns, rows, format)


@blueprint.post("/mail/<int:person_id>/resume")
@requires(MANAGE)
def resume_mail(person_id: int) -> ResponseReturnValue:
    """Send mail to an address again."""
    try_again(actor(), person_id)
    flash(gettext("Mail is sent to this address again."), "success")
    return redirect(url_for("notifications.mail"), 303)
