"""Choosing people on the pages of administration."""

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from groupware.directory.forms import PickerField
from groupware.i18n import lazy_gettext
from groupware.webhooks.calling import LONGEST_URL
from groupware.webhooks.services import LONGEST_NAME, offered


class HoldersForm(FlaskForm):
    """To whom a right is granted."""

    principals = PickerField(
        lazy_gettext("Granted to"),
        [DataRequired(lazy_gettext("Please choose at least one person, unit or role."))],
        mode="principals",
        description=lazy_gettext(
            "Prefer duties, posts and roles to single people: then nothing has to be granted again when people move."
        ),
    )


class MembersForm(FlaskForm):
    """Who is added to a role."""

    people = PickerField(
        lazy_gettext("People"), [DataRequired(lazy_gettext("Please choose at least one person."))]
    )


class PersonForm(FlaskForm):
    """About whom a page is asked; sent by GET."""

    person = PickerField(lazy_gettext("Person"), is_multiple=False)

    class Meta:
        """A question changes nothing and carries no token."""

        csrf = False


def asked_person() -> PersonForm:
    """The question in the address."""
    return PersonForm(request.args)


def first_error(field: Any) -> str:
    """What is wrong with a field, in words."""
    return str(field.errors[0]) if field.errors else ""


__all__ = ["HoldersForm", "MembersForm", "PersonForm", "asked_person", "first_error"]


def _events() -> list[tuple[str, str]]:
    return [(kind.event, f"{kind.title} ({kind.event})") for kind in offered()]


class WebhookForm(FlaskForm):
    """Where another system is told of events, and whose view decides."""

    name = StringField(
        lazy_gettext("Name of the system"),
        [InputRequired(lazy_gettext("Please enter the name of the system."))],
        render_kw={"maxlength": LONGEST_NAME},
    )
    url = StringField(
        lazy_gettext("Address that is called"),
        [InputRequired(lazy_gettext("Please enter the address."))],
        render_kw={"maxlength": LONGEST_URL, "inputmode": "url", "placeholder": "https://"},
    )
    kinds = SelectMultipleField(
        lazy_gettext("Events"),
        choices=_events,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    person = PickerField(
        lazy_gettext("Person whose view decides"),
        [DataRequired(lazy_gettext("Please choose the person whose view decides."))],
        is_multiple=False,
        description=lazy_gettext("Of what this person may not see nothing is told."),
    )
