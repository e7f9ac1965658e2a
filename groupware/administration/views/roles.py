"""Roles: who is in them, what they carry."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from groupware import access
from groupware.access import roles as role_services
from groupware.access.delegation import can_pass_on, reach_of
from groupware.actor import Actor
from groupware.administration.forms import MembersForm
from groupware.administration.queries import GRANT_MANAGE, members
from groupware.administration.queries import roles as all_roles
from groupware.administration.views.base import blueprint, not_found
from groupware.administration.views.grants import require_insight
from groupware.db import session
from groupware.directory.enums import GroupKind
from groupware.directory.models import Group, Person
from groupware.errors import Conflict, Denied, Invalid
from groupware.i18n import gettext, ngettext
from groupware.registry import registry
from groupware.web.boundary import actor
from groupware.web.gate import signed_in


@blueprint.get("/roles")
@signed_in
def roles() -> str:
    """All roles."""
    who = actor()
    require_insight(who)
    return _list_page(who)


@blueprint.post("/roles")
@signed_in
def create_role() -> ResponseReturnValue:
    """Make a role."""
    who = actor()
    try:
        made = role_services.create_role(who, request.form.get("name", ""))
    except Invalid as error:
        return _list_page(who, error=error), 422
    flash(gettext("The role was made. Now add people and grant rights to it."), "success")
    return redirect(url_for("administration.role", uid=made.uid), 303)


@blueprint.get("/roles/<uuid:uid>")
@signed_in
def role(uid: uuid.UUID) -> str:
    """One role: its people and its rights."""
    who = actor()
    require_insight(who)
    return _role_page(who, role_of(uid))


@blueprint.post("/roles/<uuid:uid>/members")
@signed_in
def enrol(uid: uuid.UUID) -> ResponseReturnValue:
    """Add people to a role."""
    who = actor()
    found, form = role_of(uid), MembersForm()
    if not form.validate():
        return _role_page(who, found, form=form), 422
    try:
        added = role_services.enrol(who, found.id, form.people.person_ids)
    except (Invalid, Denied, Conflict) as error:
        session.rollback()
        return _role_page(who, role_of(uid), form=form, error=str(error.message)), error.status
    form.people.remember(who)
    flash(ngettext("%(num)s person was added.", "%(num)s people were added.", added), "success")
    return redirect(url_for("administration.role", uid=uid), 303)


@blueprint.post("/roles/<uuid:uid>/members/<uuid:person_uid>/remove")
@signed_in
def expel(uid: uuid.UUID, person_uid: uuid.UUID) -> ResponseReturnValue:
    """Take a person out of a role."""
    who = actor()
    found = role_of(uid)
    person_id = session.scalar(select(Person.id).where(Person.uid == person_uid))
    if person_id is None:
        raise not_found()
    try:
        role_services.expel(who, found.id, person_id)
    except (Conflict, Denied) as error:
        session.rollback()
        return _role_page(who, role_of(uid), error=str(error.message)), error.status
    flash(gettext("The person was taken out of the role."), "success")
    return redirect(url_for("administration.role", uid=uid), 303)


def _list_page(who: Actor, error: Invalid | None = None) -> str:
    return render_template(
        "administration/roles.html",
        roles=all_roles(),
        may_create=access.held(who, GRANT_MANAGE).everywhere,
        name=request.form.get("name", ""),
        error=error.fields.get("name") if error is not None else None,
    )


def role_of(uid: uuid.UUID) -> Group:
    """The role with that id. Raises NotFound."""
    found = session.scalars(select(Group).where(Group.uid == uid, Group.kind == GroupKind.ROLE)).first()
    if found is None:
        raise not_found()
    return found


def _role_page(who: Actor, found: Group, form: MembersForm | None = None, error: str = "") -> str:
    carried = role_services.grants_of_role(found.id, who)
    known = registry().permissions
    may_change = (
        all(
            can_pass_on(who, given.permission, reach_of(given), given.valid_until)
            for given in carried
            if given.permission in known
        )
        if carried
        else access.held(who, GRANT_MANAGE).everywhere
    )
    return render_template(
        "administration/role.html",
        role=found,
        people=members([found.id]),
        rights=[
            (known[g.permission].title if g.permission in known else g.permission, g.with_delegation)
            for g in carried
        ],
        may_change=may_change,
        form=form or MembersForm(None),
        error=error,
    )
