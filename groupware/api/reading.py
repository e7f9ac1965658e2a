"""Reading what programs send: bodies, arguments, positions in lists. What cannot be read is told value by value."""

import base64
import json
from collections.abc import Collection, Mapping
from typing import Annotated, Any, TypeVar

from flask import request
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from groupware.api.shapes import Text
from groupware.errors import Invalid
from groupware.i18n import gettext

Model = TypeVar("Model", bound=BaseModel)

LONGEST_POSITION = 400
_Number = Annotated[int, Field(strict=True, gt=-(2**63), lt=2**63)]
_POSITION = TypeAdapter(list[_Number | Text])


class Unreadable(Invalid):
    """The address has arguments that cannot be taken. `fields` name the arguments."""

    default_code = "invalid_parameter"


def body_as(model: type[Model]) -> Model:
    """The body of the request. Raises Invalid at the values at fault, UnsupportedMediaType for anything but JSON."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    try:
        return model.model_validate_json(request.get_data())
    except ValidationError as error:
        raise Invalid(gettext("Some entries need your attention."), fields=_faults(error)) from error


def value_as(model: type[Model], value: Any) -> Model:
    """The same for what came over a socket. Raises Invalid at the values at fault."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise Invalid(gettext("Some entries need your attention."), fields=_faults(error)) from error


def arguments_as(model: type[Model], own: Mapping[str, str]) -> Model:
    """The arguments of the address but for those of the list itself. Raises Unreadable."""
    try:
        return model.model_validate(own)
    except ValidationError as error:
        raise Unreadable(gettext("Some entries need your attention."), fields=_faults(error)) from error


def changes_of(body: BaseModel, *, may_be_null: Collection[str] = ()) -> dict[str, Any]:
    """What was named in the body of a change, by name. Raises Invalid for a null where a value is required."""
    given = {name: getattr(body, name) for name in body.model_fields_set}
    if missing := [name for name, value in given.items() if value is None and name not in may_be_null]:
        words = gettext("This value is required.")
        raise Invalid(gettext("Some entries need your attention."), fields=dict.fromkeys(missing, words))
    return given


def position_of(text: str) -> tuple[Any, ...]:
    """Where a list goes on, as `opaque` wrote it. Raises Unreadable."""
    try:
        content = base64.b64decode(text[:LONGEST_POSITION].encode("ascii") + b"==", altchars=b"-_")
        return tuple(_POSITION.validate_json(content))
    except ValueError as error:
        raise wrong_position() from error


def number_of(after: tuple[Any, ...] | None) -> int | None:
    """The number behind which a list goes on that has given out single numbers; None at its beginning. Raises Unreadable."""
    if after is None:
        return None
    if len(after) != 1 or not isinstance(after[0], int):
        raise wrong_position()
    return after[0]


def wrong_position() -> Unreadable:
    """A position that no list has given out."""
    message = gettext("This is not where a list goes on. Please take it from the answer before.")
    return Unreadable(message, fields={"cursor": message})


def opaque(position: tuple[Any, ...]) -> str:
    """A position as programs carry it: they cannot read it and need not."""
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


def _faults(error: ValidationError) -> dict[str, str]:
    """Place of the value → what is wrong with it; the first fault of each place."""
    found: dict[str, str] = {}
    for one in error.errors(include_url=False, include_input=False):
        place = "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in one["loc"])
        found.setdefault(place, _words(one["type"], one.get("ctx") or {}))
    return found


def _words(kind: str, context: Mapping[str, Any]) -> str:
    match kind:
        case "missing":
            return str(gettext("This value is required."))
        case "extra_forbidden":
            return str(gettext("This name is not known."))
        case "string_too_long" | "too_long":
            return str(gettext("At most %(limit)s.", limit=context.get("max_length")))
        case "string_too_short" | "too_short":
            return str(gettext("At least %(limit)s.", limit=context.get("min_length")))
        case "enum" | "literal_error":
            return str(gettext("One of: %(values)s", values=context.get("expected")))
        case "timezone_aware":
            return str(gettext("A moment needs its offset from UTC, as in 2026-04-01T09:00:00+09:00."))
        case "json_invalid":
            return str(gettext("This is not JSON."))
        case _:
            return str(gettext("This value cannot be read."))


__all__ = [
    "Unreadable",
    "arguments_as",
    "body_as",
    "changes_of",
    "number_of",
    "opaque",
    "position_of",
    "value_as",
    "wrong_position",
]
