"""Approve or return a wording."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import access
from groupware.errors import Invalid
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.gate import requires
from plugins.bulletin.models import Posting
from plugins.bulletin.permissions import APPROVE
from plugins.bulletin.queries.postings import opened
from plugins.bulletin.queries.revisions import proposed
from plugins.bulletin.services import approvals
from plugins.bulletin.services.content import Content, reach_of
from plugins.bulletin.views.blueprint import blueprint
from plugins.bulletin.views.posting import comparison


def _shown(uid: uuid.UUID) -> Posting:
    found = opened(actor(), uid).posting
    access.require(actor(), APPROVE, found, unit_id=found.unit_id)
    return found


@blueprint.get("/<uuid:uid>/approval")
@requires(APPROVE)
def approval(uid: uuid.UUID) -> ResponseReturnValue:
    """The wording that waits, beside the one in force."""
    shown = _shown(uid)
    return _page(shown)


def _page(shown: Posting, note: str = "", errors: tuple[str, ...] = ()) -> ResponseReturnValue:
    waiting = proposed(shown)
    if waiting is None:
        flash(gettext("Nothing waits for approval here any more."), "info")
        return redirect(url_for("bulletin.posting", uid=shown.uid))
    content = Content.proposed_by(waiting)
    return render_template(
        "bulletin/approval.html",
        posting=shown,
        content=content,
        reach=reach_of(content.audience, content.category_id, actor()),
        is_own=actor().person_id in (waiting.made_by, shown.author_id),
        note=note,
        errors=errors,
        note_length=approvals.NOTE_LENGTH,
        **comparison(shown, waiting),
    )


@blueprint.post("/<uuid:uid>/approve")
@requires(APPROVE)
def approve(uid: uuid.UUID) -> ResponseReturnValue:
    """承認する."""
    approvals.approve(actor(), uid, request.form.get("revision", 0, type=int))
    flash(gettext("The posting was approved."), "success")
    return redirect(url_for("bulletin.approvals"))


@blueprint.post("/<uuid:uid>/return")
@requires(APPROVE)
def send_back(uid: uuid.UUID) -> ResponseReturnValue:
    """差し戻す."""
    note = request.form.get("note", "")
    try:
        approvals.send_back(actor(), uid, request.form.get("revision", 0, type=int), note)
    except Invalid as error:
        page = _page(_shown(uid), note, tuple(str(reason) for reason in error.fields.values()))
        return (page, 422) if isinstance(page, str) else page
    flash(gettext("The posting was returned to its author."), "success")
    return redirect(url_for("bulletin.approvals"))
