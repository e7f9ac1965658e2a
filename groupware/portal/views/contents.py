"""Pages of free contents."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.errors import Conflict, Invalid
from groupware.i18n import gettext
from groupware.portal.forms import TextForm
from groupware.portal.queries.contents import content as content_row
from groupware.portal.services import contents, layouts
from groupware.portal.services.layouts import MANAGE, Owner
from groupware.portal.views.blueprint import blueprint
from groupware.web.boundary import actor
from groupware.web.gate import requires
from groupware.web.refusals import show_refusal


@blueprint.get("/portal/contents/new/<name>")
@requires(MANAGE)
def new_content(name: str) -> ResponseReturnValue:
    """A new content of the common tab or of an organisation's."""
    owner = layouts.owner_of(actor(), name)
    layouts.require_owner(actor(), owner)
    return _form(TextForm(), owner)


@blueprint.post("/portal/contents/new/<name>")
@requires(MANAGE)
def add_content(name: str) -> ResponseReturnValue:
    """Write it."""
    form = TextForm()
    owner = layouts.owner_of(actor(), name)
    try:
        contents.add_content(actor(), owner, form.title.data or "", form.text.data or "")
    except Invalid as error:
        show_refusal(form, error)
        return _form(form, owner), 422
    flash(gettext("The free text was saved."), "success")
    return redirect(url_for("portal.arrange", name=owner.key))


@blueprint.get("/portal/contents/<uuid:uid>")
@requires(MANAGE)
def edit_content(uid: uuid.UUID) -> ResponseReturnValue:
    """Change a content."""
    found = content_row(uid).FreeContent
    owner = contents.owner_of_content(found)
    layouts.require_owner(actor(), owner)
    return _form(TextForm(title=found.title, text=found.html, version=found.version), owner, uid)


@blueprint.post("/portal/contents/<uuid:uid>")
@requires(MANAGE)
def change_content(uid: uuid.UUID) -> ResponseReturnValue:
    """Keep the change."""
    form = TextForm()
    version = form.version.data or 0
    try:
        changed = contents.change_content(actor(), uid, form.title.data or "", form.text.data or "", version)
    except (Invalid, Conflict) as error:
        show_refusal(form, error)
        found = content_row(uid)
        current = None
        if isinstance(error, Conflict):
            # The next attempt is made in knowledge of what stands there now.
            form.version.data = found.FreeContent.version
            form.version.raw_data = None
            current = found
        owner = contents.owner_of_content(found.FreeContent)
        return _form(form, owner, uid, current), error.status
    flash(gettext("The free text was saved."), "success")
    return redirect(url_for("portal.arrange", name=contents.owner_of_content(changed).key))


@blueprint.post("/portal/contents/<uuid:uid>/delete")
@requires(MANAGE)
def remove_content(uid: uuid.UUID) -> ResponseReturnValue:
    """Erase it."""
    owner = contents.remove_content(actor(), uid)
    flash(gettext("The free text was deleted."), "success")
    return redirect(url_for("portal.arrange", name=owner.key))


def _form(form: TextForm, owner: Owner, uid: uuid.UUID | None = None, current: object = None) -> str:
    return render_template(
        "portal/content_form.html",
        form=form,
        uid=uid,
        current=current,
        back_url=url_for("portal.arrange", name=owner.key),
        action=request.path,
    )
