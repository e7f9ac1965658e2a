"""Choosing people on the pages of administration."""

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired

from groupware.directory.forms import PickerField
from groupware.i18n import lazy_gettext


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
