"""Who can see this and why, for every object that declares its access."""

import uuid
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import select

from groupware import access, rules
from groupware.access.explain import explain as reasons_for
from groupware.access.explain import who_can
from groupware.access.objects import ObjectAccess, access_of, model_of
from groupware.administration.forms import asked_person
from groupware.administration.views.base import blueprint, not_found
from groupware.audit.words import object_words
from groupware.db import session
from groupware.errors import NotFound
from groupware.i18n import gettext
from groupware.records.queries import record_type
from groupware.registry import registry
from groupware.web.boundary import actor
from groupware.web.gate import signed_in


@blueprint.get("/explain")
@signed_in
def explain() -> str:
    """Who may act on an object and why; for whoever can read it. `person` asks about one of them."""
    who = actor()
    obj = _object(request.args.get("type", ""), request.args.get("uid", ""))
    declaration = access_of(obj)
    access.require(who, declaration.read, obj)
    known = registry().permissions
    offered = _permissions(declaration)
    asked = request.args.get("permission", declaration.read)
    if asked not in offered:
        raise not_found()
    form, reasons = asked_person(), None
    if form.person.data:
        try:
            if not (form.validate() and form.person.person_ids):
                raise not_found()
            reasons = reasons_for(who, form.person.person_ids[0], asked, obj)
        except NotFound:
            form.person.errors = [gettext("Please choose a person who works here.")]
    return render_template(
        "administration/explain.html",
        kind=object_words(record_type(obj)),
        object_title=str(getattr(obj, "title", "") or ""),
        type=declaration.type,
        uid=request.args["uid"],
        permissions=[(name, known[name].title) for name in offered],
        permission_tabs=[
            (known[name].title, _url(object_type=declaration.type, permission=name), name == asked, None)
            for name in offered
        ],
        asked=asked,
        mine=reasons_for(who, who.person_id, asked, obj) if who.person_id is not None else [],
        found=who_can(who, asked, obj),
        form=form,
        reasons=reasons,
    )


def _url(object_type: str, permission: str) -> str:
    uid = request.args.get("uid", "")
    return url_for("administration.explain", type=object_type, uid=uid, permission=permission)


def _object(object_type: str, uid: str) -> Any:
    """The object of an address, or NotFound: unknown types and ids, deleted objects and functions out of use look alike."""
    model = model_of(object_type)
    if model is None or not hasattr(model, "uid") or not _is_in_use(access_of(model)):
        raise not_found()
    try:
        key = uuid.UUID(uid)
    except ValueError as error:
        raise not_found() from error
    found = session.scalars(select(model).where(model.uid == key)).first()
    if found is None or getattr(found, "deleted_at", None) is not None:
        raise not_found()
    return found


def _is_in_use(declaration: ObjectAccess) -> bool:
    """Whether the function that the objects belong to is switched on for whoever asks."""
    owner = registry().get(declaration.read.partition(":")[0])
    return owner is None or rules.is_enabled(owner, actor().unit_id)


def _permissions(declaration: Any) -> list[str]:
    """Reading first, then the other permissions of the same resource and those that relations give."""
    resource = declaration.read.rpartition(":")[0]
    related = {name for relation in declaration.relations for name in relation.permissions}
    others = [
        name
        for name in registry().permissions
        if name != declaration.read and (name in related or name.rpartition(":")[0] == resource)
    ]
    return [declaration.read, *others]
