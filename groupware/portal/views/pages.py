"""Section pages: lists, reading, writing, order, history."""

import uuid
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import access, rules
from groupware.db import session
from groupware.directory.tree import OrgTree, Unit, org_tree
from groupware.directory.wall import seen_tree
from groupware.errors import Conflict, DomainError, Invalid, NotFound
from groupware.i18n import gettext, lazy_gettext, lazy_pgettext, pgettext
from groupware.portal.forms import PageForm, show_page_refusal
from groupware.portal.images import MAX_PIXELS
from groupware.portal.queries import pages as queries
from groupware.portal.rendering import with_pictures
from groupware.portal.services import pages as services
from groupware.portal.services.pages import IMAGE_RULE, WRITE
from groupware.portal.services.texts import TEXT_LENGTH, TITLE_LENGTH
from groupware.portal.views.blueprint import blueprint
from groupware.portal.views.ordering import ordered_keys
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import requires

READ = "portal:page:read"
ACT_WORDS = {
    "created": lazy_pgettext("history", "Written"),
    "changed": lazy_pgettext("history", "Changed"),
    "image_added": lazy_gettext("Picture added"),
    "image_changed": lazy_gettext("Words of a picture changed"),
    "image_removed": lazy_gettext("Picture removed"),
}
SHOWN_AT_ONCE = 60
"""Up to so many pages the list shows all bureaus together."""


@blueprint.get("/portal/pages")
@requires(READ)
def pages() -> ResponseReturnValue:
    """The pages of all organisations, in 建制順."""
    tree = seen_tree(actor().today)
    text = _text()
    found = queries.by_unit(tree, text)
    own = actor().unit_id
    may_write = own is not None and access.can(actor(), WRITE, unit_id=own)
    bureaus = _bureaus(found, tree)
    chosen = _chosen_bureau(bureaus, tree.bureau(own), bool(text))
    shown = [one for one in found if chosen is None or _bureau_id(one, tree) == chosen]
    return render_template(
        "portal/pages.html",
        found=shown,
        tree=tree,
        text=text,
        count=sum(len(one.pages) for one in shown),
        total=sum(bureaus.values()),
        bureaus=[(tree.units[one], number) for one, number in bureaus.items()],
        chosen=chosen,
        own_unit_id=own if may_write else None,
    )


@blueprint.get("/portal/pages.<format>")
@requires(READ)
def export_pages(format: str) -> Response:  # noqa: A002  the word users know
    """The same list as a table."""
    tree = seen_tree(actor().today)
    found = queries.by_unit(tree, _text())
    columns = [
        gettext("Organisation"),
        pgettext("section page", "Title"),
        gettext("Last changed"),
        pgettext("web", "Address"),
    ]
    rows = [
        (
            tree.path_name(one.unit.id),
            page.title,
            page.changed_at,
            url_for("portal.page", uid=page.uid, _external=True),
        )
        for one in found
        for page in one.pages
    ]
    return table_response(gettext("Pages of the sections"), columns, rows, format)


def _text() -> str:
    return request.args.get("q", "").strip()[:TITLE_LENGTH]


def _bureau_id(one: queries.UnitPages, tree: OrgTree) -> int:
    bureau = tree.bureau(one.unit.id)
    return bureau.id if bureau is not None else one.unit.id


def _bureaus(found: list[queries.UnitPages], tree: OrgTree) -> dict[int, int]:
    """Bureau → how many pages it has, in 建制順."""
    numbers: dict[int, int] = {}
    for one in found:
        bureau_id = _bureau_id(one, tree)
        numbers[bureau_id] = numbers.get(bureau_id, 0) + len(one.pages)
    return numbers


def _chosen_bureau(bureaus: dict[int, int], own: Unit | None, is_searching: bool) -> int | None:
    """The bureau that the address names; a long list begins with one's own. None is all of them."""
    wanted = request.args.get("bureau", "")
    if wanted.isdecimal() and int(wanted) in bureaus:
        return int(wanted)
    if wanted or is_searching or sum(bureaus.values()) <= SHOWN_AT_ONCE:
        return None
    return own.id if own is not None and own.id in bureaus else next(iter(bureaus))


@blueprint.get("/portal/pages/unit/<int:unit_id>")
@requires(READ)
def unit_pages(unit_id: int) -> str:
    """The pages of one organisation, with their order for those who write them."""
    tree = seen_tree(actor().today)
    if unit_id not in tree:
        raise NotFound(gettext("The page you are looking for was not found."))
    return render_template(
        "portal/unit_pages.html",
        unit=tree.units[unit_id],
        path=tree.path_name(unit_id),
        pages=queries.titles(unit_id),
        may_write=access.can(actor(), WRITE, unit_id=unit_id),
    )


@blueprint.post("/portal/pages/unit/<int:unit_id>/order")
@requires(WRITE)
def order_pages(unit_id: int) -> ResponseReturnValue:
    """Keep the order after a drag."""
    services.order_pages(actor(), unit_id, ordered_keys())
    return jsonify(saved=True)


@blueprint.post("/portal/pages/<uuid:uid>/move")
@requires(WRITE)
def move_page(uid: uuid.UUID) -> ResponseReturnValue:
    """One place up or down."""
    unit_id = services.move_page(actor(), uid, request.form.get("move", ""))
    return redirect(url_for("portal.unit_pages", unit_id=unit_id))


@blueprint.get("/portal/pages/<uuid:uid>")
@requires(READ)
def page(uid: uuid.UUID) -> str:
    """A page to be read."""
    found, changed_by = queries.page(uid)
    pictures = queries.images(found.id)
    tree = org_tree(actor().today)
    unit = tree.get(found.unit_id)
    return render_template(
        "portal/page.html",
        page=found,
        changed_by=changed_by,
        body=with_pictures(found.html, pictures, _image_url),
        unit=unit,
        path=tree.path_name(found.unit_id),
        siblings=queries.titles(found.unit_id),
        may_write=unit is not None and access.can(actor(), WRITE, unit_id=found.unit_id),
    )


@blueprint.get("/portal/pages/<uuid:uid>/history")
@requires(READ)
def page_history(uid: uuid.UUID) -> str:
    """Who changed a page, and when."""
    found, _changed_by = queries.page(uid)
    return render_template(
        "portal/page_history.html", page=found, changes=queries.changes(found.id), acts=ACT_WORDS
    )


@blueprint.get("/portal/pages/<uuid:uid>/history.<format>")
@requires(READ)
def export_page_history(uid: uuid.UUID, format: str) -> Response:  # noqa: A002  the word users know
    """The same list as a file."""
    found, _changed_by = queries.page(uid)
    columns = [pgettext("history", "When"), pgettext("history", "What"), pgettext("history", "Who")]
    rows = [
        [one.at, str(ACT_WORDS.get(one.act, one.act)), one.display_name] for one in queries.changes(found.id)
    ]
    name = gettext("History of %(title)s", title=found.title)
    return table_response(name, columns, rows, format, object_type="core.section_page", object_id=found.id)


@blueprint.get("/portal/pages/new/<int:unit_id>")
@requires(WRITE)
def new_page(unit_id: int) -> str:
    """A new page of an organisation."""
    services.require_unit(actor(), unit_id)
    return _form(PageForm(), unit_id)


@blueprint.post("/portal/pages/new/<int:unit_id>")
@requires(WRITE)
def create_page(unit_id: int) -> ResponseReturnValue:
    """Write it."""
    form = PageForm()
    try:
        made = services.create_page(actor(), unit_id, form.title.data or "", form.text.data or "")
        _add_image(made.uid, form)
    except Invalid as error:
        show_page_refusal(form, error)
        return _form(form, unit_id), 422
    return _saved(made.uid)


@blueprint.get("/portal/pages/<uuid:uid>/edit")
@requires(WRITE)
def edit_page(uid: uuid.UUID) -> str:
    """Change a page."""
    found, _changed_by = queries.page(uid)
    services.require_unit(actor(), found.unit_id)
    return _form(PageForm(title=found.title, text=found.html, version=found.version), found.unit_id, uid)


@blueprint.post("/portal/pages/<uuid:uid>/edit")
@requires(WRITE)
def change_page(uid: uuid.UUID) -> ResponseReturnValue:
    """Keep the change, with what was done to the pictures."""
    form = PageForm()
    try:
        services.change_page(
            actor(), uid, form.title.data or "", form.text.data or "", form.version.data or 0
        )
        for one in queries.images(queries.page(uid)[0].id):
            if f"remove-{one.uid}" in request.form:
                services.remove_image(actor(), uid, one.uid)
            elif (words := request.form.get(f"alternative-{one.uid}")) is not None:
                services.describe_image(actor(), uid, one.uid, words)
        _add_image(uid, form)
    except (Invalid, Conflict) as error:
        return _refused(form, uid, error), error.status
    return _saved(uid)


@blueprint.post("/portal/pages/<uuid:uid>/delete")
@requires(WRITE)
def delete_page(uid: uuid.UUID) -> ResponseReturnValue:
    """Take a page down."""
    unit_id = services.delete_page(actor(), uid)
    flash(gettext("The page was deleted."), "success")
    return redirect(url_for("portal.unit_pages", unit_id=unit_id))


def _refused(form: PageForm, uid: uuid.UUID, error: DomainError) -> str:
    show_page_refusal(form, error)
    session.rollback()  # the form is shown with what stands, and not with half of what was asked for
    found, changed_by = queries.page(uid)
    current: dict[str, Any] | None = None
    if isinstance(error, Conflict):
        # The next attempt is made in knowledge of what stands there now.
        form.version.data = found.version
        form.version.raw_data = None
        current = {"title": found.title, "html": found.html, "at": found.changed_at, "by": changed_by}
    return _form(form, found.unit_id, uid, current)


def _add_image(uid: uuid.UUID, form: PageForm) -> None:
    file = form.image.data
    content = file.read() if file is not None and hasattr(file, "read") else b""
    alternative = form.alternative.data or ""
    if content or alternative.strip() or request.form.get("act") == "add_image":
        services.add_image(actor(), uid, content, alternative)


def _saved(uid: uuid.UUID) -> ResponseReturnValue:
    if request.form.get("act") == "add_image":
        flash(gettext("The picture was added and the text was saved."), "success")
        return redirect(url_for("portal.edit_page", uid=uid, _anchor="pictures"))
    flash(gettext("The page was saved."), "success")
    return redirect(url_for("portal.page", uid=uid))


def _image_url(one: Any) -> str:
    return url_for("portal.image", uid=one.uid)


def _form(
    form: PageForm, unit_id: int, uid: uuid.UUID | None = None, current: dict[str, Any] | None = None
) -> str:
    tree = org_tree(actor().today)
    pictures = queries.images(queries.page(uid)[0].id) if uid is not None else ()
    return render_template(
        "portal/page_form.html",
        form=form,
        uid=uid,
        unit=tree.units[unit_id],
        path=tree.path_name(unit_id),
        pictures=[
            (
                one,
                request.form.get(f"alternative-{one.uid}", one.alternative),
                f"remove-{one.uid}" in request.form,
            )
            for one in pictures
        ],
        current=current,
        image_limit=rules.value(IMAGE_RULE, unit_id),
        image_pixels=MAX_PIXELS,
        title_limit=TITLE_LENGTH,
        text_limit=TEXT_LENGTH,
        action=request.path,
        back_url=url_for("portal.page", uid=uid)
        if uid is not None
        else url_for("portal.unit_pages", unit_id=unit_id),
    )
