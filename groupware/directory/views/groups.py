"""Groups: one's own, and the shared ones that units keep."""

from uuid import UUID

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from groupware import access
from groupware.actor import Actor
from groupware.directory.enums import GroupKind
from groupware.directory.exports import people_table
from groupware.directory.forms import GroupForm, HandOverForm
from groupware.directory.picking import group_words
from groupware.directory.queries.choices import GroupRow, named_people, visible_groups
from groupware.directory.queries.managing import MANAGE, managed_units
from groupware.directory.queries.members import members_of_group
from groupware.directory.queries.people import PersonRow, people_rows
from groupware.directory.queries.roll import roll
from groupware.directory.queries.sharing import Shares, owner_of, shares_of
from groupware.directory.services.groups import create_group, delete_group, rename_group, set_members
from groupware.directory.services.sharing import (
    hand_over_group,
    may_take_over,
    share_group,
    take_over_group,
)
from groupware.directory.tree import org_tree
from groupware.directory.views.frame import blueprint
from groupware.directory.wall import within
from groupware.errors import Denied, Invalid, NotFound
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
    every, names = _listed(acting)
    own = [group for group in every if group.owner_id == acting.person_id]
    shared = [group for group in every if group.owner_id != acting.person_id]
    return render_template(
        "directory/groups.html",
        personal=[(group, None) for group in own],
        shared=[(group, names.get(group.owner_id or 0)) for group in shared],
        tree=org_tree(acting.today),
        can_share=access.holds_somewhere(acting, MANAGE),
    )


@blueprint.get("/groups.<format>")
@requires("directory:person:read")
def groups_export(format: str) -> Response:  # noqa: A002  the word users know
    """One's own groups and the shared ones, as a table."""
    acting = actor()
    tree = org_tree(acting.today)
    every, names = _listed(acting)
    columns = [
        gettext("Name of the group"),
        pgettext("group", "Kind"),
        pgettext("group", "Kept by"),
        gettext("Number of people"),
    ]
    rows = [
        [
            group.name,
            group.words,
            tree.path_name(group.unit_id) if group.unit_id else names.get(group.owner_id or 0, ""),
            group.count,
        ]
        for group in every
    ]
    return table_response(gettext("Groups"), columns, rows, format)


@blueprint.get("/groups/<uuid:uid>")
@requires("directory:person:read")
def group(uid: UUID) -> str:
    """A group and its people."""
    acting, found = actor(), _group(uid)
    current = roll()
    people = members_of_group(found.id)
    is_own = found.owner_id == acting.person_id
    is_gone = found.kind is GroupKind.PERSONAL and not is_own and may_take_over(acting, found.id)
    return render_template(
        "directory/group.html",
        group=found,
        is_own=is_own,
        owner=owner_of(found.owner_id, acting.today)[0] if found.is_shared and not is_own else "",
        shares=shares_of(found.id) if found.is_shared and found.may_edit else Shares(),
        may_take_over=is_gone,
        form=HandOverForm(None) if is_own else None,
        words=found.words,
        unit=current.tree.get(found.unit_id),
        rows=_rows(people),
        gone=len([person_id for person_id in people if person_id not in current.place])
        if within.get() is None
        else 0,
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
    elif not found.may_edit:
        raise Denied(gettext("Only the owner of this group and those whom they let may do this."))
    form = GroupForm(name=found.name, version=found.version, unit=found.unit_id or WHOLE_CITY)
    if not form.is_submitted():
        form.members.data = [f"person:{person_id}" for person_id in members_of_group(found.id)]
        if found.is_shared and found.owner_id == actor().person_id:
            shares = shares_of(found.id)
            form.viewers.data = [one.value for one in shares.viewers]
            form.editors.data = [one.value for one in shares.editors]
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


@blueprint.post("/groups/<uuid:uid>/hand-over")
@requires("directory:person:read")
def hand_over(uid: UUID) -> ResponseReturnValue:
    """Let somebody else own a group of one's own."""
    found, form = _group(uid), HandOverForm()
    people = form.person.person_ids if form.validate() else []
    if not people:
        faults = [*form.person.errors] or [gettext("Please choose a person.")]
        raise Invalid(str(faults[0]), code="person")
    hand_over_group(actor(), found.id, people[0])
    flash(gettext("The group has a new owner. You may change it from now on as before."), "success")
    return redirect(url_for("directory.group", uid=uid))


@blueprint.post("/groups/<uuid:uid>/take-over")
@requires("directory:person:read")
def take_over(uid: UUID) -> ResponseReturnValue:
    """Own a group whose owner works here no longer."""
    take_over_group(actor(), _group(uid).id)
    flash(gettext("The group is yours now."), "success")
    return redirect(url_for("directory.group", uid=uid))


def _listed(acting: Actor) -> tuple[list[GroupRow], dict[int, str]]:
    """Groups that are no roles, and the names of the owners of those of others. One query more where there are any."""
    every = [group for group in visible_groups(acting) if group.kind is not GroupKind.ROLE]
    owners = {group.owner_id for group in every if group.owner_id not in (None, acting.person_id)}
    return every, {
        int(one.value.partition(":")[2]): one.label for one in named_people(sorted(filter(None, owners)))
    }


def _edit(form: GroupForm, kind: GroupKind, known: GroupRow | None = None) -> ResponseReturnValue:
    acting = actor()
    form.unit.choices = _keepers(acting) if kind is GroupKind.SHARED and known is None else []
    if not form.unit.choices:
        del form.unit
    if kind is not GroupKind.PERSONAL or (known is not None and known.owner_id != acting.person_id):
        del form.viewers, form.editors
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
        "directory/group_form.html",
        form=form,
        kind=kind.value,
        words=known.words if known is not None else group_words(kind),
        group=known,
    )
    return page, status


def _save(form: GroupForm, kind: GroupKind, known: GroupRow | None) -> str:
    people, name = form.members.person_ids, form.name.data or ""
    if known is None:
        unit_id = (form.unit.data or None) if "unit" in form else None
        made = create_group(actor(), kind, name, people, unit_id=unit_id)
        _share(form, made.id)
        return str(made.uid)
    seen = form.version.data
    renamed = rename_group(actor(), known.id, name, version=seen) if name != known.name else None
    set_members(actor(), known.id, people, version=renamed.version if renamed is not None else seen)
    _share(form, known.id)
    return known.uid


def _share(form: GroupForm, group_id: int) -> None:
    if "viewers" in form:
        share_group(actor(), group_id, form.viewers.data, form.editors.data)


def _keepers(acting: Actor) -> list[tuple[int, str]]:
    """Whose shared group it may be: each unit that the actor manages, and the city for those who manage all."""
    tree = org_tree(acting.today)
    units = [(unit.id, tree.path_name(unit.id)) for unit in managed_units(acting, tree)]
    whole = [(WHOLE_CITY, gettext("Whole municipality"))] if access.held(acting, MANAGE).everywhere else []
    return whole + units


def _can_edit(acting: Actor, found: GroupRow) -> bool:
    if found.kind is GroupKind.SHARED:
        return access.can(acting, MANAGE, unit_id=found.unit_id)
    return found.kind is GroupKind.PERSONAL and found.may_edit


def _group(uid: UUID) -> GroupRow:
    """The group, or NotFound, as for somebody else's personal group."""
    found = next((one for one in visible_groups(actor()) if one.uid == str(uid)), None)
    if found is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    return found


def _rows(people: list[int]) -> list[PersonRow]:
    return people_rows(roll().sorted(people))
