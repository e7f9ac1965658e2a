"""What is said under an event."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.errors import Invalid
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.gate import signed_in
from plugins.schedule.queries import comments as queries
from plugins.schedule.queries.events import Opened, not_found, opened
from plugins.schedule.services import talk as services
from plugins.schedule.views.blueprint import blueprint


@blueprint.get("/<uuid:uid>/comments")
@signed_in
def comments(uid: uuid.UUID) -> str:
    """The newest comments, for pages that are open while somebody says something."""
    found = opened(actor(), uid)
    if not found.is_full:
        raise not_found()
    return render_template("schedule/_talk.html", event=found.event, **talk_of(found))


@blueprint.post("/<uuid:uid>/comments")
@signed_in
def add_comment(uid: uuid.UUID) -> ResponseReturnValue:
    """Say something."""
    text = request.form.get("text", "")
    try:
        services.add_comment(actor(), uid, text, key=request.form.get("form_key", ""))
    except Invalid as error:
        found = opened(actor(), uid)
        errors = [str(reason) for reason in error.fields.values()]
        page = render_template(
            "schedule/comment.html", event=found.event, text=text, errors=errors, **talk_of(found)
        )
        return page, 422
    flash(gettext("Your comment was added."), "success")
    return redirect(url_for("schedule.event", uid=uid, _anchor="comments"))


@blueprint.post("/<uuid:uid>/comments/<uuid:comment_uid>/delete")
@signed_in
def remove_comment(uid: uuid.UUID, comment_uid: uuid.UUID) -> ResponseReturnValue:
    """Take a comment away."""
    services.remove_comment(actor(), uid, comment_uid)
    flash(gettext("The comment was deleted."), "success")
    return redirect(url_for("schedule.event", uid=uid, _anchor="comments"))


def talk_of(found: Opened) -> dict[str, Any]:
    """What templates need to show the comments of an event that is seen in full. One query."""
    newest, has_older = queries.comments(found.event.id, request.args.get("before", type=int))
    return {
        "comments": newest,
        "has_older": has_older,
        "may_remove": services.may_remove(actor(), found.event),
        "person_id": actor().person_id,
        "comment_length": services.COMMENT_LENGTH,
        "comment_key": uuid.uuid4().hex,
    }
