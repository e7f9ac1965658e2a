"""The order that scripts send after a drag: {"columns": [{"key": …, "items": [key, …]}, …]}."""

from typing import Any

from flask import request

from groupware.errors import Invalid
from groupware.i18n import gettext


def ordered_columns() -> dict[str, list[str]]:
    """Column → keys. Raises Invalid for anything else than an order."""
    sent: Any = request.get_json(silent=True)
    try:
        return {str(one["key"]): [str(item) for item in one["items"]] for one in sent["columns"]}
    except (KeyError, TypeError) as error:
        raise Invalid(gettext("This is no order of blocks."), code="order") from error


def ordered_keys() -> list[str]:
    """The keys of a list that has one column."""
    return next(iter(ordered_columns().values()), [])
