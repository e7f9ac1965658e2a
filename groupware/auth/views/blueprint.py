"""The blueprint of sign-in, and what it does around every answer of the house."""

from flask import Blueprint, Response, current_app

from groupware import clock
from groupware.auth.services.sessions import TOUCH_EVERY, touch
from groupware.config import Settings
from groupware.web.boundary import afterwards, signed_in_person

blueprint = Blueprint("auth", __name__, template_folder="../templates")


def settings() -> Settings:
    """The settings of the current application."""
    found: Settings = current_app.extensions["groupware_settings"]
    return found


@blueprint.after_app_request
def note_use(response: Response) -> Response:
    """Remember after the answer, at most once a minute, that the session is in use."""
    person = signed_in_person()
    if person is not None and clock.now() - person.last_seen_at >= TOUCH_EVERY:
        session_id, now = person.session_id, person.actor.now
        afterwards(lambda: touch(session_id, now))
    return response
