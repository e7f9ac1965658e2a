"""A form that is sent twice does what it does once: a double click, a resend after a lost answer."""

import uuid
from collections.abc import Callable

from flask import request

from groupware import idempotency
from groupware.web.boundary import actor


def new_form_key() -> str:
    """The key of one form, as it is shown this time."""
    return uuid.uuid4().hex


def sent_once(act: Callable[[], object]) -> str:
    """What `act` answered (a number or a uid, as text) when the form was sent first. Raises what it raises, and then the form
    may be sent again; Conflict if the same form comes with other contents."""
    sent = {name: request.form.getlist(name) for name in request.form if name != "csrf_token"}
    result = idempotency.once(
        actor(),
        request.form.get("form_key", ""),
        {"path": request.path, **sent},
        lambda: {"answer": str(act())},
    )
    return str(result["answer"])
