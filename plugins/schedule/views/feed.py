"""The address that a calendar program subscribes to: one's own calendar, to be looked at, behind a secret that can be revoked.

The secret is a token of the person with a scope of its own, so it ends, is listed, shows its last use and is refused in other
zones as every token is. Who has none sees what there is behind any address that does not exist.
"""

from datetime import timedelta
from typing import Final

from flask import Response, request
from werkzeug.http import http_date

from groupware import clock, rules
from groupware.actor import Actor
from groupware.api.calling import Caller, caller_of
from groupware.api.limiting import limits
from groupware.api.services import touch
from groupware.directory.wall import looking_from
from groupware.errors import Denied, NeedsToken
from groupware.guards import zoning
from groupware.guards.enums import Act
from groupware.i18n import current_locale, gettext
from groupware.registry import registry
from groupware.web.boundary import afterwards
from groupware.web.gate import public
from groupware.web.zoning import request_zone
from plugins.schedule.enums import Sight
from plugins.schedule.forms_programs import FEED, FEED_TIMES
from plugins.schedule.queries import programs
from plugins.schedule.queries.events import not_found
from plugins.schedule.rules import FEED_ZONES
from plugins.schedule.services import paging, telling
from plugins.schedule.views.blueprint import blueprint
from plugins.schedule.views.keeping import keep_later

BEFORE: Final = timedelta(days=31)
AHEAD: Final = timedelta(days=366)


@blueprint.get("/feed/<secret>.ics")
@public
def feed(secret: str) -> Response:
    """The calendar of whoever made the address, from a month ago to a year ahead; 304 where nothing has changed."""
    caller, who = _who(secret)
    assert who.person_id is not None, "only people have calendars"
    at_most = Sight.FULL if FEED in caller.scopes else Sight.TIME
    row = programs.seqs([who.person_id]).get(who.person_id)
    response = Response(mimetype="text/calendar")
    if row is not None:
        response.set_etag(f"{row.seq}-{who.today:%Y%m%d}-{int(at_most)}-{who.zone}")
        response.headers["Last-Modified"] = http_date(max(row.changed_at, clock.midnight(who.today)))
    response.headers["Cache-Control"] = "private, no-cache"
    # Nothing is made for somebody who has it.
    if request.if_none_match.contains(response.get_etag()[0] or ""):
        response.status_code = 304
        return response
    response.set_data(_text(who, at_most))
    return response


def _text(who: Actor, at_most: Sight) -> str:
    assert who.person_id is not None, "only people have calendars"
    today = clock.midnight(who.today)
    is_full = at_most is Sight.FULL
    entries = telling.in_window(who, who.person_id, today - BEFORE, today + AHEAD, has_texts=is_full)
    name = gettext("My schedule")
    if is_full:
        return paging.whole(who, who.person_id, entries, keep_later, name)
    return telling.calendar_of(telling.rendered(who, who.person_id, entries, at_most=at_most).values(), name)


def _who(secret: str) -> tuple[Caller, Actor]:
    """Whose address it is. NotFound for whatever does not hold, TooMany where somebody tries."""
    try:
        caller = caller_of(secret, request_zone())
    except (NeedsToken, Denied):
        raise not_found() from None
    who = caller.actor
    if who is None or not caller.scopes & {FEED, FEED_TIMES}:
        raise not_found()
    limits().count_call(f"token-{caller.token_id}")
    current_locale.set(who.locale)
    looking_from(who.unit_id)
    plugin = registry().get("schedule")
    is_open = (
        plugin is not None
        and rules.is_enabled(plugin, who.unit_id)
        and who.zone in rules.value_for(who, FEED_ZONES)
    )
    if not is_open:
        raise not_found()
    zoning.require(who, Act.VIEW)
    afterwards(lambda: touch(caller.token_id, clock.now(), who.address))
    return caller, who
