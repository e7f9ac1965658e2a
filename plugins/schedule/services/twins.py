"""Notice that an event is about to be entered a second time: under the same title, at the same time, for the same people."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Integer, bindparam, select

from groupware.actor import Actor
from groupware.db import BIGINT, UTCDateTime, fetch
from groupware.errors import Conflict
from groupware.i18n import gettext
from plugins.schedule.models import Event, Span
from plugins.schedule.queries.sight import READABLE, parameters
from plugins.schedule.queries.weeks import weeks_between
from plugins.schedule.services.content import Content

MOST_PEOPLE = 100
SHOWN = 3

_twins = (
    select(Event.uid, Event.title, Event.is_all_day, Event.organiser_id, Span.starts_at, Span.ends_at)
    .join(Span, Span.event_id == Event.id)
    .where(
        Span.person_id.in_(bindparam("people", type_=BIGINT, expanding=True)),
        Span.week.in_(bindparam("weeks", type_=Integer(), expanding=True)),
        Span.starts_at < bindparam("ends", type_=UTCDateTime()),
        Span.ends_at > bindparam("starts", type_=UTCDateTime()),
        Event.title == bindparam("title"),
        READABLE,
    )
    .distinct()
    .order_by(Span.starts_at, Event.uid)
    .limit(SHOWN)
)


class Twins(Conflict):
    """There is such an event already. `twins` are those that the actor sees: uid, title, times."""

    default_code = "twins"

    def __init__(self, twins: Sequence[Any]) -> None:
        super().__init__(gettext("An event with this title is entered at this time already."))
        self.twins = tuple(twins)


def require_no_twin(actor: Actor, content: Content, people: Sequence[int]) -> None:
    """Raises Twins where one of these people has an event with this title at this time that the actor may know of. One query."""
    if not people:
        return
    values = {
        "people": list(people[:MOST_PEOPLE]),
        "weeks": list(weeks_between(content.starts_at, content.ends_at)),
        "starts": content.starts_at,
        "ends": content.ends_at,
        "title": content.title,
    }
    found = fetch(_twins, {**parameters(actor), **values}).all()
    if found:
        raise Twins(found)
