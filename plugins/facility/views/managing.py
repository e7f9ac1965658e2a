"""What there is to be booked, for those who manage it."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older than it

from groupware import access
from groupware.attachments.forms import receives_files
from groupware.attachments.queries import files, shown_files
from groupware.attachments.services.handing import known
from groupware.directory.tree import org_tree
from groupware.errors import Conflict, Invalid
from groupware.i18n import gettext, pgettext
from groupware.registry import registry
from groupware.rules.values import off_word, on_word, shown, spelt
from groupware.web.boundary import actor
from groupware.web.gate import requires
from groupware.web.refusals import show_refusal
from plugins.facility.enums import Right
from plugins.facility.forms import storable
from plugins.facility.forms_managing import FacilityForm, GroupForm, terms_typed
from plugins.facility.models import Facility, FacilityGroup
from plugins.facility.permissions import MANAGE
from plugins.facility.queries import managing as queries
from plugins.facility.queries.facilities import features_of
from plugins.facility.queries.terms import TermsBook
from plugins.facility.rules import OF_FACILITIES
from plugins.facility.services import catalogue, photos
from plugins.facility.views.blueprint import blueprint
from plugins.facility.views.sending import sent_once
from plugins.facility.views.showing import unit_names

NO_FAULTS: Mapping[str, object] = {}
MOST = 100
"""Facilities on one page."""


@blueprint.get("/manage")
@requires(MANAGE)
def manage() -> str:
    """The facilities that somebody manages, by group, and the groups."""
    who, groups = actor(), queries.groups()
    text, group = storable(request.args.get("q")).strip(), request.args.get("group", type=uuid.UUID)
    page = min(max(request.args.get("page", 1, type=int), 1), 1000)
    rows, has_more = queries.listed(who, text, group, MOST, (page - 1) * MOST)

    def address(number: int) -> str:
        return url_for("facility.manage", q=text or None, group=group, page=number if number > 1 else None)

    return render_template(
        "facility/manage.html",
        rows=rows,
        groups=groups,
        units=unit_names(),
        own_groups={one.id for one, _ in groups if access.can(who, MANAGE, unit_id=one.unit_id)},
        text=text,
        group=group,
        page=page,
        is_narrowed=bool(text or group or page > 1),
        previous_page=address(page - 1) if page > 1 else None,
        next_page=address(page + 1) if has_more else None,
    )


@blueprint.get("/manage/groups/new")
@requires(MANAGE)
def new_group() -> str:
    """A new group."""
    return _group_page(GroupForm(None), None, {})


@blueprint.post("/manage/groups/new")
@requires(MANAGE)
def add_group() -> ResponseReturnValue:
    """Add it."""
    return _save_group(None)


@blueprint.get("/manage/groups/<uuid:uid>")
@requires(MANAGE)
def edit_group(uid: uuid.UUID) -> str:
    """A group."""
    made = queries.group(actor(), uid)
    form = GroupForm(
        None, name=made.name, kind=made.kind, unit_id=made.unit_id or 0, version=str(made.version)
    )
    return _group_page(form, made, made.terms)


@blueprint.post("/manage/groups/<uuid:uid>")
@requires(MANAGE)
def change_group(uid: uuid.UUID) -> ResponseReturnValue:
    """Save it."""
    return _save_group(queries.group(actor(), uid))


@blueprint.get("/manage/new")
@requires(MANAGE)
def new_facility() -> str:
    """A new facility: everybody books it, unless something else is chosen."""
    form = FacilityForm(None, unit_id=actor().unit_id or 0)
    for right, refs in catalogue.OPEN_TO_ALL.items():
        form[right.value].data = [ref.value for ref in refs]
    return _facility_page(form, None, {})


@blueprint.post("/manage/new")
@receives_files
@requires(MANAGE)
def add_facility() -> ResponseReturnValue:
    """Add it."""
    return _save_facility(None)


@blueprint.get("/manage/<uuid:uid>")
@requires(MANAGE)
def edit_facility(uid: uuid.UUID) -> str:
    """A facility with its rights."""
    made = queries.facility(actor(), uid)
    groups = {one.id: one.uid for one, _ in queries.groups()}
    form = FacilityForm(
        None,
        obj=made,
        group=str(groups[made.group_id]),
        unit_id=made.unit_id or 0,
        features="\n".join(features_of([made.id]).get(made.id, [])),
        version=str(made.version),
        photos=[one.uid for one in shown_files(photos.OWNER, [made.id]).get(made.id, ())],
    )
    for right, refs in catalogue.rights_in(made.id).items():
        form[right.value].data = [ref.value for ref in refs]
    return _facility_page(form, made, made.terms)


@blueprint.post("/manage/<uuid:uid>")
@receives_files
@requires(MANAGE)
def change_facility(uid: uuid.UUID) -> ResponseReturnValue:
    """Save it."""
    return _save_facility(queries.facility(actor(), uid))


def _save_group(made: FacilityGroup | None) -> ResponseReturnValue:
    form = GroupForm()
    terms, faults = terms_typed()
    try:
        _refuse(faults)
        if made is None:
            sent_once(lambda: catalogue.add_group(actor(), form.plan(terms)).uid)
        else:
            catalogue.change_group(actor(), made.uid, form.plan(terms), version=_version(form))
    except (Invalid, Conflict) as error:
        show_refusal(form, error)
        return _group_page(form, made, terms, faults), error.status
    flash(gettext("The facility group was saved."), "success")
    return redirect(url_for("facility.manage"))


def _save_facility(made: Facility | None) -> ResponseReturnValue:
    form = FacilityForm()
    terms, faults = terms_typed()
    # Every picker, not only up to the first one that is wrong.
    is_only_adding_files = request.form.get("action") == "attach"
    if (
        is_only_adding_files
        or form.photos.errors
        or False in [form[right.value].validate(form) for right in Right]
    ):
        return _facility_page(form, made, terms, faults), Invalid.status
    try:
        _refuse(faults)
        if made is None:
            uid = uuid.UUID(sent_once(lambda: catalogue.add(actor(), form.plan(terms)).uid))
        else:
            uid = catalogue.change(actor(), made.uid, form.plan(terms), version=_version(form)).uid
        photos.set_photos(actor(), uid, form.photos.uids)
    except (Invalid, Conflict) as error:
        show_refusal(form, error)
        return _facility_page(form, made, terms, faults), error.status
    flash(gettext("The facility was saved."), "success")
    return redirect(url_for("facility.manage"))


def _refuse(faults: Mapping[str, object]) -> None:
    if faults:
        raise Invalid(gettext("Some entries need your attention."))


def _version(form: GroupForm | FacilityForm) -> int:
    text = form.version.data or ""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _group_page(
    form: GroupForm,
    made: FacilityGroup | None,
    terms: Mapping[str, Any],
    faults: Mapping[str, object] = NO_FAULTS,
) -> str:
    form.unit_id.choices = _units(form.unit_id.data)
    return render_template(
        "facility/manage_group.html", form=form, made=made, terms=_terms(terms, faults, form.unit_id.data)
    )


def _facility_page(
    form: FacilityForm,
    made: Facility | None,
    terms: Mapping[str, Any],
    faults: Mapping[str, object] = NO_FAULTS,
) -> str:
    form.unit_id.choices = _units(form.unit_id.data)
    form.group.choices = [SelectChoice(value=str(one.uid), label=one.name) for one, _ in queries.groups()]
    return render_template(
        "facility/manage_facility.html",
        form=form,
        made=made,
        rights=list(Right),
        terms=_terms(terms, faults, form.unit_id.data),
        photos=[one.file for one in known(actor(), files(form.photos.uids))],
    )


def _units(chosen: int | None) -> list[SelectChoice]:
    """The organisations over which the actor manages facilities, and the one that stands there."""
    tree, held = org_tree(actor().today), access.held(actor(), MANAGE)
    whole = (
        [SelectChoice(value=0, label=pgettext("facility", "The whole municipality"))]
        if held.everywhere or not chosen
        else []
    )
    return whole + [
        SelectChoice(value=unit.id, label=tree.path_name(unit.id))
        for unit in tree
        if held.everywhere or unit.id in held.units or unit.id == chosen
    ]


def _terms(
    terms: Mapping[str, Any], faults: Mapping[str, object], unit_id: int | None
) -> list[dict[str, Any]]:
    """The fields of the terms: what is decided here, else empty, with what holds otherwise."""
    inherited = TermsBook(actor().today)
    found = []
    for declared in OF_FACILITIES:
        rule = registry().rules[declared.id]
        above = inherited.value(unit_id or None, rule.id)
        empty = ("", gettext("As decided above: %(value)s", value=shown(rule, above)))
        choices = {
            "bool": [("on", on_word(rule)), ("off", off_word(rule))],
            "choice": list(rule.choices),
        }.get(rule.kind)
        found.append(
            {
                "name": f"terms-{rule.id}",
                "rule": rule,
                "value": request.form.get(f"terms-{rule.id}")
                if request.method == "POST"
                else spelt(rule, terms[rule.id])[0]
                if rule.id in terms
                else "",
                "options": [empty, *choices] if choices else None,
                "above": above,
                "fault": faults.get(rule.id),
            }
        )
    return found
