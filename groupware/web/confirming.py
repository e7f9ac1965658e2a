"""What the person expressly confirms with this very request: the form's box, or the header of a call."""

from typing import Any

from flask import Flask, request

from groupware.db import in_unit
from groupware.guards.enums import Confirmation
from groupware.guards.texts import asked
from groupware.i18n import lazy_gettext

HEADER = "Groupware-Confirmed"
FIELD = "confirmed"
WORDS = {
    Confirmation.INDIVIDUAL_NUMBER: lazy_gettext(
        "I have checked it: this is no individual number (My Number)."
    )
}


def confirmed() -> frozenset[str]:
    """The confirmations of the current request; what is none of ours counts for nothing."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return frozenset()
    given = {
        *request.form.getlist(FIELD),
        *(part.strip() for part in request.headers.get(HEADER, "").split(",")),
    }
    return frozenset(one.value for one in Confirmation if one.value in given)


def to_confirm() -> list[tuple[str, Any, bool]]:
    """(value, words, whether it was ticked already) of the boxes that a form shown again must offer."""
    ticked = confirmed()
    wanted = {*ticked, *(asked() if in_unit() else ())}
    return [(one.value, WORDS[one], one.value in ticked) for one in Confirmation if one.value in wanted]


def install(app: Flask) -> None:
    """Let the components offer the boxes."""
    app.jinja_env.globals["to_confirm"] = to_confirm


__all__ = ["FIELD", "HEADER", "confirmed", "install", "to_confirm"]
