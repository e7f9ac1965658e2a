"""Forms of those who manage facilities: a group, a facility with its rights, and what the two decide for themselves."""

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older than it
from wtforms.validators import InputRequired, Optional

from groupware.attachments.forms import FilesField
from groupware.directory.forms import PickerField
from groupware.directory.picking import Ref, parse
from groupware.errors import Invalid
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.registry import registry
from groupware.rules.values import parsed
from plugins.facility.enums import GROUP_LABELS, RIGHT_LABELS, Right
from plugins.facility.forms import storable, uid_of
from plugins.facility.rules import OF_FACILITIES
from plugins.facility.services.catalogue import FacilityPlan, GroupPlan

INHERITED = ""


def terms_typed() -> tuple[dict[str, Any], dict[str, object]]:
    """What the fields of the terms say, and what is wrong with them; empty fields decide nothing."""
    values: dict[str, Any] = {}
    faults: dict[str, object] = {}
    for rule in OF_FACILITIES:
        text = request.form.get(f"terms-{rule.id}", INHERITED).strip()
        if text == INHERITED:
            continue
        try:
            values[rule.id] = parsed(registry().rules[rule.id], [text])
        except Invalid as error:
            faults[rule.id] = error.message
    return values, faults


class GroupForm(FlaskForm):
    """A group."""

    name = StringField(lazy_pgettext("facility", "Name"), [InputRequired()], filters=[storable])
    kind = SelectField(
        lazy_pgettext("facility", "Kind"),
        choices=[SelectChoice(value=kind.value, label=label) for kind, label in GROUP_LABELS.items()],
        validate_choice=False,
    )
    unit_id = SelectField(lazy_gettext("Managing organisation"), coerce=int, validate_choice=False, default=0)
    version = HiddenField(default="0")

    def plan(self, terms: Mapping[str, Any]) -> GroupPlan:
        """What was typed."""
        return GroupPlan(
            name=self.name.data or "",
            kind=self.kind.data or "",
            unit_id=self.unit_id.data or None,
            terms=terms,
        )


class FacilityForm(FlaskForm):
    """A facility with its rights, one picker each."""

    name = StringField(lazy_pgettext("facility", "Name"), [InputRequired()], filters=[storable])
    kana = StringField(lazy_gettext("Kana, for the search"), filters=[storable])
    group = SelectField(lazy_gettext("Facility group"), validate_choice=False)
    building = StringField(lazy_pgettext("facility", "Building"), filters=[storable])
    floor = StringField(lazy_gettext("Floor"), filters=[storable])
    capacity = IntegerField(lazy_gettext("Capacity"), [Optional()])
    quantity = IntegerField(lazy_pgettext("facility", "Number"), [Optional()], default=1)
    unit_id = SelectField(lazy_gettext("Managing organisation"), coerce=int, validate_choice=False, default=0)
    contact = StringField(lazy_gettext("Telephone"), filters=[storable])
    note = TextAreaField(lazy_gettext("Note"), filters=[storable])
    features = TextAreaField(lazy_gettext("Features"), filters=[storable])
    is_retired = BooleanField(lazy_gettext("Not in use any more"))
    see = PickerField(RIGHT_LABELS[Right.SEE], mode="principals")
    request = PickerField(RIGHT_LABELS[Right.REQUEST], mode="principals")
    book = PickerField(RIGHT_LABELS[Right.BOOK], mode="principals")
    moderate = PickerField(RIGHT_LABELS[Right.MODERATE], mode="principals")
    override = PickerField(RIGHT_LABELS[Right.OVERRIDE], mode="principals")
    photos = FilesField(lazy_gettext("Photos"))
    version = HiddenField(default="0")

    def plan(self, terms: Mapping[str, Any]) -> FacilityPlan:
        """What was typed."""
        return FacilityPlan(
            name=self.name.data or "",
            kana=self.kana.data or "",
            group=uid_of(self.group.data or ""),
            building=self.building.data or "",
            floor=self.floor.data or "",
            capacity=self.capacity.data or 0,
            quantity=1 if self.quantity.data is None else self.quantity.data,
            unit_id=self.unit_id.data or None,
            contact=self.contact.data or "",
            note=self.note.data or "",
            features=(self.features.data or "").splitlines(),
            rights={right: _refs(self[right.value].data) for right in Right},
            is_retired=bool(self.is_retired.data),
            terms=terms,
        )


def _refs(values: list[str] | None) -> tuple[Ref, ...]:
    return tuple(parse(value) for value in values or ())
