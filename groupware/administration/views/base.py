"""The blueprint of administration and what its pages share."""

from datetime import date

from flask import Blueprint, request

from groupware.errors import Invalid, NotFound
from groupware.i18n import gettext

blueprint = Blueprint("administration", "groupware.administration", template_folder="templates")


def not_found() -> NotFound:
    """What is not there and what may not be known look alike."""
    return NotFound(gettext("The page you are looking for was not found."))


def day_of(name: str, values: dict[str, str] | None = None) -> date | None:
    """The day in a field of the form or the address; None if it is empty. Invalid, at the field, if it is no day."""
    source = values if values is not None else request.values
    text = source.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        reason = gettext("Please enter a date.")
        raise Invalid(reason, fields={name: reason}) from error


def number_of(name: str) -> int | None:
    """A whole number in the address, or None for anything else."""
    text = request.values.get(name, "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


__all__ = ["blueprint", "day_of", "not_found", "number_of"]
