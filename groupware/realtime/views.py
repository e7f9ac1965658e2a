"""What a page fetches when it has missed something: the same events over HTTP, with the rights asked for again."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from groupware.errors import Invalid, NotFound
from groupware.i18n import gettext
from groupware.realtime.queries import missed
from groupware.realtime.topics import may_follow
from groupware.web.boundary import actor
from groupware.web.gate import signed_in

blueprint = Blueprint("realtime", __name__)


@blueprint.get("/events")
@signed_in
def events() -> ResponseReturnValue:
    """`?topic=bulletin.posting.7&since=12`: what happened in a topic after that number, at most 200 events at a time."""
    topic = request.args.get("topic", "")
    since = request.args.get("since", "")
    if not may_follow(actor(), topic):
        raise NotFound(gettext("The page you are looking for was not found."))
    if not since.isascii() or not since.isdigit() or len(since) > 18:
        raise Invalid(gettext("Please enter a number."), code="since")
    found = missed(topic, int(since))
    return {
        "topic": topic,
        "events": found.events,
        "seq": found.seq,
        "epoch": found.epoch,
        "is_reset": found.is_reset,
        "has_more": found.has_more,
    }
