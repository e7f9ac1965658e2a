"""Manage categories."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import access
from groupware.access.enums import PrincipalKind
from groupware.directory.picking import Choice, Ref, choices_of
from groupware.directory.tree import org_tree
from groupware.errors import Conflict, Invalid
from groupware.i18n import gettext, pgettext
from groupware.web.boundary import actor
from groupware.web.gate import signed_in
from groupware.web.refusals import show_refusal
from plugins.bulletin.enums import Right
from plugins.bulletin.forms import CategoryForm, options
from plugins.bulletin.models import Category
from plugins.bulletin.permissions import CATEGORY_MANAGE
from plugins.bulletin.queries import categories as queries
from plugins.bulletin.queries.audience import groups, named, ranks
from plugins.bulletin.services import categories as services
from plugins.bulletin.views.blueprint import blueprint
from plugins.bulletin.views.ticks import unit_ticks

HELP = {
    Right.READ: lambda: gettext("They see the postings of the category that are addressed to them."),
    Right.POST: lambda: gettext("They may post, and read as well."),
    Right.MANAGE: lambda: gettext(
        "They may change, end and pin what others posted here, and change the category itself."
    ),
}


@blueprint.get("/categories")
@signed_in
def categories() -> str:
    """The categories that somebody manages."""
    who = actor()
    managed = queries.managed(who)
    may_add = access.holds_somewhere(who, CATEGORY_MANAGE)
    if not managed and not may_add:
        access.require(who, CATEGORY_MANAGE)
    return render_template(
        "bulletin/categories.html",
        rows=[(shelf, right_words(shelf)) for shelf in managed],
        may_add=may_add,
        rights=list(Right),
        tree=org_tree(who.today),
    )


def right_words(shelf: queries.Shelf) -> dict[Right, Sequence[Choice]]:
    """Who has which right in a category, in words."""
    return {
        right: named(Ref(PrincipalKind(row.kind), row.ref, row.ref2) for row in rows)
        for right, rows in queries.rights(shelf.id).items()
    }


@blueprint.get("/categories/new")
@signed_in
def new_category() -> str:
    """A new category: everybody reads, everybody posts, unless something else is chosen."""
    _require_somewhere()
    form = _offered(CategoryForm(None))
    for right, refs in services.OPEN_TO_ALL.items():
        form[right.value].data = [ref.value for ref in refs]
    return _form(form, None)


@blueprint.post("/categories/new")
@signed_in
def add_category() -> ResponseReturnValue:
    """Add it."""
    form = _offered(CategoryForm())
    try:
        made = services.create(actor(), form.plan())
    except Invalid as error:
        show_refusal(form, error)
        return _form(form, None), error.status
    flash(gettext("The category “%(name)s” was added.", name=made.name), "success")
    return redirect(url_for("bulletin.categories"))


@blueprint.get("/categories/<uuid:uid>")
@signed_in
def edit_category(uid: uuid.UUID) -> str:
    """A category with its rights."""
    made = queries.category(actor(), uid, CATEGORY_MANAGE)
    access.require(actor(), CATEGORY_MANAGE, made, unit_id=made.unit_id)
    form = _offered(
        CategoryForm(
            None,
            name=made.name,
            description=made.description,
            hue=made.hue,
            unit_id=made.unit_id or 0,
            is_active=made.is_active,
            version=str(made.version),
        )
    )
    for right, rows in queries.rights(made.id).items():
        form[right.value].data = [Ref(PrincipalKind(r.kind), r.ref, r.ref2).value for r in rows]
    return _form(form, made)


@blueprint.post("/categories/<uuid:uid>")
@signed_in
def change_category(uid: uuid.UUID) -> ResponseReturnValue:
    """Save it."""
    made = queries.category(actor(), uid, CATEGORY_MANAGE)
    form = _offered(CategoryForm())
    version = form.version.data or ""
    try:
        services.change(actor(), uid, form.plan(), version=int(version) if version.isdecimal() else 0)
    except (Invalid, Conflict) as error:
        show_refusal(form, error)
        if isinstance(error, Conflict):
            form.version.data = str(queries.category(actor(), uid, CATEGORY_MANAGE).version)
        return _form(form, made), error.status
    flash(gettext("The category was saved."), "success")
    return redirect(url_for("bulletin.categories"))


@blueprint.post("/categories/<uuid:uid>/move")
@signed_in
def move_category(uid: uuid.UUID) -> ResponseReturnValue:
    """One place up or down."""
    services.move(actor(), uid, is_up=request.form.get("move") == "up")
    return redirect(url_for("bulletin.categories"))


@blueprint.post("/categories/<uuid:uid>/delete")
@signed_in
def delete_category(uid: uuid.UUID) -> ResponseReturnValue:
    """Delete a category that was never used."""
    services.remove(actor(), uid)
    flash(gettext("The category was deleted."), "success")
    return redirect(url_for("bulletin.categories"))


def _require_somewhere() -> None:
    if not access.holds_somewhere(actor(), CATEGORY_MANAGE) or not actor().is_elevated:
        access.require(actor(), CATEGORY_MANAGE)


def _offered(form: CategoryForm) -> CategoryForm:
    """The organisations that a category may belong to: those over which the actor manages categories."""
    tree = org_tree(actor().today)
    held = access.held(actor(), CATEGORY_MANAGE)
    units = [
        unit for unit in tree if held.everywhere or unit.id in held.units or unit.id == form.unit_id.data
    ]
    whole = (
        [(0, pgettext("category", "The whole municipality"))]
        if held.everywhere or not form.unit_id.data
        else []
    )
    form.unit_id.choices = options(whole + [(unit.id, tree.path_name(unit.id)) for unit in units])
    return form


def _form(form: CategoryForm, made: Category | None) -> str:
    values: dict[str, Any] = {
        right: {
            "label": right.label,
            "help": HELP[right](),
            "chosen": choices_of(ref.value for ref in form[right.value].refs),
            "errors": form[right.value].errors,
            "ticks": unit_ticks(set(form[right.value].data)),
            "ticked": set(form[right.value].data),
        }
        for right in Right
    }
    return render_template(
        "bulletin/category.html",
        form=form,
        category=made,
        rights=values,
        ranks=ranks(),
        groups=groups(actor()),
        is_used=queries.is_used(made.id) if made is not None else False,
    )
