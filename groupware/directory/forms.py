"""Forms of the directory, and the field by which every form chooses people."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, SelectField, StringField
from wtforms.form import BaseForm
from wtforms.utils import unset_value
from wtforms.validators import DataRequired, InputRequired, ValidationError
from wtforms.widgets import HiddenInput, TextInput

from groupware.access.models import Principal
from groupware.actor import Actor
from groupware.calendar.eras import DateFormatError, parse_date
from groupware.directory.picking import Choice, choices_of, parse_all, parse_principals, people_of, remember
from groupware.directory.queries.choices import named_people
from groupware.directory.queries.pasted import resolve_lines
from groupware.errors import Invalid
from groupware.i18n import gettext, lazy_gettext
from groupware.web.boundary import afterwards


class PickerField(Field):
    """The people picker in a form: `{{ ui.picker_field(form.members) }}`.

    `data` is a list of values (`picking.py`). With mode "people" they are people only; "principals" takes units, ranks,
    posts, duties, groups and everyone as well. Pasted lines that arrive unresolved are resolved here: who is found joins
    `data`; the rest stays in `text` and `ambiguous`, and the form is not valid, so that it is shown again.
    """

    widget = TextInput()

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        mode: str = "people",
        is_multiple: bool = True,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("default", list)
        super().__init__(label, validators, **kwargs)
        self.mode = mode
        self.is_multiple = is_multiple
        self.text = ""
        self.is_finding = False
        self.ambiguous: list[tuple[str, list[Choice]]] = []

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Take the values, and the lines beside them."""
        super().process(formdata, data, extra_filters)
        if formdata is not None:
            self.text = str(formdata.get(f"{self.name}_text", "")).strip()
            self.is_finding = f"{self.name}_find" in formdata

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Values, each once."""
        self.data = list(dict.fromkeys(str(value) for value in valuelist if value))

    def pre_validate(self, form: BaseForm) -> None:
        """Resolve pasted lines, then refuse what cannot be chosen here."""
        try:
            if self.text:
                self._resolve()
            if self.mode == "people":
                people_of(self.data)
            else:
                parse_all(self.data)
        except Invalid as error:
            raise ValidationError(str(error.message)) from error
        if self.ambiguous:
            raise ValidationError(gettext("Several people match. Please choose below."))
        if self.text:
            raise ValidationError(gettext("Not everybody was found. Please check the lines that are left."))
        if not self.is_multiple and len(self.data) > 1:
            raise ValidationError(gettext("Please choose one person only."))
        if self.is_finding:
            raise ValidationError(gettext("Please check whom you chose, then send the form."))

    def _resolve(self) -> None:
        pasted = resolve_lines(self.text)
        found = [choice.value for choice in named_people(pasted.found)]
        several = named_people([person_id for _, people in pasted.ambiguous for person_id in people])
        by_value = {choice.value: choice for choice in several}
        chosen = {*self.data, *found}
        self.data = list(dict.fromkeys([*self.data, *found]))
        self.raw_data = self.data
        self.text = "\n".join(pasted.missing)
        for line, people in pasted.ambiguous:
            values = [f"person:{person_id}" for person_id in people]
            # A line is settled once one of those it may mean was chosen.
            if not chosen.intersection(values):
                self.ambiguous.append((line, [by_value[value] for value in values if value in by_value]))

    @property
    def chosen(self) -> list[Choice]:
        """The values as chips; one query."""
        return choices_of(self.data or ())

    @property
    def person_ids(self) -> list[int]:
        """The people chosen, by id; for mode "people"."""
        return people_of(self.data or ())

    def principals(self, actor: Actor) -> list[Principal]:
        """The principals chosen. Raises Invalid for what no longer exists or is not the actor's to choose."""
        return parse_principals(self.data or (), actor)

    def remember(self, actor: Actor) -> None:
        """Offer the choice again the next time; to be called when the form was accepted."""
        remember_later(actor, self.data or ())


def remember_later(actor: Actor, values: Iterable[str]) -> None:
    """Note what was chosen, in a short write of its own after the response."""
    kept = list(values)
    if kept:
        afterwards(lambda: remember(actor, kept))


class DayField(StringField):
    """A day, western or wareki, typed in any of the ways of `calendar.eras`; `day` is it once the form is valid."""

    day: date | None = None

    def pre_validate(self, form: BaseForm) -> None:
        """Read what was typed."""
        text = (self.data or "").strip()
        if not text:
            return
        try:
            self.day = parse_date(text).date
        except DateFormatError as error:
            raise ValidationError(gettext("Please enter the date as 2026-04-01 or R8.4.1.")) from error


class GroupForm(FlaskForm):
    """A group and its people. `unit` is there for groups of organisations only; 0 stands for the whole city.

    `viewers` and `editors` are there for the owner of a personal group.
    """

    name = StringField(
        lazy_gettext("Name of the group"), [InputRequired(lazy_gettext("Please enter a name."))]
    )
    unit = SelectField(lazy_gettext("Kept by"), coerce=int, choices=[], validate_choice=True)
    members = PickerField(lazy_gettext("Members"))
    viewers = PickerField(lazy_gettext("Shared with"), mode="principals")
    editors = PickerField(lazy_gettext("May change it"), mode="principals")
    version = IntegerField(widget=HiddenInput(), default=1)


class HandOverForm(FlaskForm):
    """Who is to own a group from now on."""

    person = PickerField(
        lazy_gettext("New owner"), [DataRequired(lazy_gettext("Please choose a person."))], is_multiple=False
    )


class DutyForm(FlaskForm):
    """Somebody who is to hold a duty of a unit, or to deputise."""

    kind = SelectField(lazy_gettext("Duty"), coerce=int, choices=[])
    person = PickerField(
        lazy_gettext("Person"),
        [DataRequired(lazy_gettext("Please choose a person."))],
        is_multiple=False,
    )
    deputy_order = SelectField(lazy_gettext("As"), coerce=int, choices=[])
    valid_from = DayField(lazy_gettext("From"))
    last_day = DayField(lazy_gettext("Until (last day)"))


class SectionAccountForm(FlaskForm):
    """The account of a section."""

    unit = SelectField(lazy_gettext("Organisation"), coerce=int, choices=[])
    name = StringField(
        lazy_gettext("Name shown"), description=lazy_gettext("Empty: the name of the organisation.")
    )


__all__ = [
    "DayField",
    "DutyForm",
    "GroupForm",
    "PickerField",
    "SectionAccountForm",
    "remember_later",
]
