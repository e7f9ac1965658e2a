"""Drafts that the form saves by itself, and throwing them away."""

import uuid

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.gate import signed_in
from plugins.bulletin.forms import typed
from plugins.bulletin.queries.postings import opened
from plugins.bulletin.services import drafts
from plugins.bulletin.views.blueprint import blueprint


@blueprint.post("/drafts/<uuid:uid>")
@signed_in
def save_draft(uid: uuid.UUID) -> ResponseReturnValue:
    """Keep what stands in the form; `posting` names the one it would change."""
    about = request.args.get("posting", type=uuid.UUID)
    drafts.save(actor(), uid, typed(), posting=opened(actor(), about).posting if about is not None else None)
    return jsonify(saved=True)


@blueprint.post("/drafts/<uuid:uid>/delete")
@signed_in
def delete_draft(uid: uuid.UUID) -> ResponseReturnValue:
    """Throw a draft away."""
    drafts.delete_draft(actor(), uid)
    flash(gettext("The draft was deleted."), "success")
    return redirect(url_for("bulletin.own"))
