"""Groups: one's own, and the shared ones that units keep."""

from uuid import UUID

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from groupware import access
from groupware.actor import Actor
from groupware.directory.enums import GroupKind
from groupware.directory.exports import people_table
from groupware.directory.forms import GroupForm
from groupware.directory.picking import group_words
from groupware.directory.queries.choices import GroupRow, visible_groups
from groupware.directory.queries.managing import MANAGE, managed_units
from groupware.directory.queries.members import members_of_group
from groupware.directory.queries.people import PersonRow, people_rows
from groupware.directory.queries.roll import roll
from groupware.directory.services.groups import create_group, delete_group, rename_group, set_members
from groupware.directory.tree import org_tree
from groupware.directory.views.frame import blueprint
from groupware.errors import Invalid, NotFound
from groupware.i18n import gettext, pgettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import requires, signed_in
from groupware.web.refusals import show_refusal

WHOLE_CITY = 0


@blueprint.get("/groups")
@requires("directory:person:read")
def groups() -> str:
    """One's own groups and the shared ones."""
    acting = actor()
    every = [group for group in visible_groups(acting) if group.kind is not GroupKind.ROLE]
    return render_template(
        "directory/groups.html",
        personal=[group for group in every if group.kind is GroupKind.PERSONAL],
        shared=[group for group in every if group.kind is GroupKind.SHARED],
        tree=org_tree(acting.today),
        can_share=access.holds_somewhere(acting, MANAGE),
    )


@blueprint.get("/groups.<format>")
@requires("directory:person:read")
def groups_export(format: str) -> Response:  # noqa: A002  the word users know
    """One's own groups and the shared ones, as a table."""
    acting = actor()
    tree = org_tree(acting.today)
    columns = [
        gettext("Name of the group"),
        pgettext("group", "Kind"),
        gettext("Kept by"),
        gettext("Number of people"),
    ]
    rows = [
        [
            group.name,
            group_words(group.kind),
            tree.path_name(group.unit_id) if group.unit_id else "",
            group.count,
        ]
        for group in visible_groups(acting)
        if group.kind is not GroupKind.ROLE
    ]
    return table_response(gettext("Groups"), columns, rows, format)


@blueprint.get("/groups/<uuid:uid>")
@requires("directory:person:read")
def group(uid: UUID) -> str:
    """A group and its people."""
    acting, found = actor(), _group(uid)
    current = roll()
    people = members_of_group(found.id)
    return render_template(
        "directory/group.html",
        group=found,
        words=group_words(found.kind),
        unit=current.tree.get(found.unit_id),
        rows=_rows(people),
        gone=len([person_id for person_id in people if person_id not in current.place]),
        can_edit=_can_edit(acting, found),
    )


@blueprint.get("/groups/<uuid:uid>/members.<format>")
@requires("directory:person:read")
def group_export(uid: UUID, format: str) -> Response:  # noqa: A002  the word users know
    """The people of a group as a table."""
    found = _group(uid)
    columns, rows = people_table(_rows(members_of_group(found.id)))
    return table_response(found.name, columns, rows, format, object_type="core.group", object_id=found.id)


@blueprint.route("/groups/new", methods=["GET", "POST"])
@signed_in
def new_group() -> ResponseReturnValue:
    """A group of one's own."""
    return _edit(GroupForm(), GroupKind.PERSONAL)


@blueprint.route("/groups/new-shared", methods=["GET", "POST"])
@requires(MANAGE)
def new_shared_group() -> ResponseReturnValue:
    """A group that a unit keeps and everybody may use."""
    return _edit(GroupForm(), GroupKind.SHARED)


@blueprint.route("/groups/<uuid:uid>/edit", methods=["GET", "POST"])
@requires("directory:person:read")
def edit_group(uid: UUID) -> ResponseReturnValue:
    """Another name, other people."""
    found = _group(uid)
    if found.kind is GroupKind.SHARED:
        access.require(actor(), MANAGE, unit_id=found.unit_id)
    elif found.kind is GroupKind.ROLE:
        raise NotFound(gettext("The page you are looking for was not found."))
    form = GroupForm(name=found.name, version=found.version, unit=found.unit_id or WHOLE_CITY)
    if not form.is_submitted():
        form.members.data = [f"person:{person_id}" for person_id in members_of_group(found.id)]
    return _edit(form, found.kind, found)


@blueprint.post("/groups/<uuid:uid>/delete")
@requires("directory:person:read")
def remove_group(uid: UUID) -> ResponseReturnValue:
    """Delete a group; its people stay where they are."""
    found = _group(uid)
    if found.kind is GroupKind.ROLE:
        raise NotFound(gettext("The page you are looking for was not found."))
    delete_group(actor(), found.id)
    flash(gettext("The group “%(name)s” was deleted.", name=found.name), "success")
    return redirect(url_for("directory.groups"))


def _edit(form: GroupForm, kind: GroupKind, known: GroupRow | None = None) -> ResponseReturnValue:
    acting = actor()
    form.unit.choices = _keepers(acting) if kind is GroupKind.SHARED and known is None else []
    if not form.unit.choices:
        del form.unit
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                uid = _save(form, kind, known)
            except Invalid as error:
                show_refusal(form, error)
            else:
                form.members.remember(acting)
                flash(gettext("The group was saved."), "success")
                return redirect(url_for("directory.group", uid=uid))
    page = render_template(
        "directory/group_form.html", form=form, kind=kind.value, words=group_words(kind), group=known
    )
    return page, status


def _save(form: GroupForm, kind: GroupKind, known: GroupRow | None) -> str:
    people, name = form.members.person_ids, form.name.data or ""
    if known is None:
        unit_id = (form.unit.data or None) if "unit" in form else None
        return str(create_group(actor(), kind, name, people, unit_id=unit_id).uid)
    seen = form.version.data
    renamed = rename_group(actor(), known.id, name, version=seen) if name != known.name else None
    set_members(actor(), known.id, people, version=renamed.version if renamed is not None else seen)
    return known.uid


def _keepers(acting: Actor) -> list[tuple[int, str]]:
    """Whose shared group it may be: each unit that the actor manages, and the city for those who manage all."""
    tree = org_tree(acting.today)
    units = [(unit.id, tree.path_name(unit.id)) for unit in managed_units(acting, tree)]
    whole = [(WHOLE_CITY, gettext("Whole municipality"))] if access.held(acting, MANAGE).everywhere else []
    return whole + units


def _can_edit(acting: Actor, found: GroupRow) -> bool:
    if found.kind is GroupKind.SHARED:
        return access.can(acting, MANAGE, unit_id=found.unit_id)
    return found.kind is GroupKind.PERSONAL


def _group(uid: UUID) -> GroupRow:
    """The group, or NotFound, as for somebody else's personal group."""
    found = next((one for one in visible_groups(actor()) if one.uid == str(uid)), None)
    if found is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    return found


def _rows(people: list[int]) -> list[PersonRow]:
    return people_rows(roll().sorted(people))
