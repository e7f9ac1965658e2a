"""When an event has done its work, its erasure after the disposal was decided, and requests for disclosure."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, case, delete, exists, select

from groupware import clock, search
from groupware.attachments.services import owning
from groupware.db import session
from groupware.i18n import gettext, pgettext
from groupware.plugin import Exhibit
from groupware.records.retention import has_run_out
from plugins.schedule.enums import OWNER
from plugins.schedule.models import Event, Span, UnitSpan
from plugins.schedule.queries import comments, events
from plugins.schedule.services.disclosing import records_with

CHUNK = 500

# A series that goes on is not complete; one that has ended is kept as long as its last change asks.
_completed = case((Event.deleted_at.is_not(None), Event.deleted_at), else_=Event.ends_at)


def expired(day: date) -> Select[Any]:
    """Events whose retention has ended on `day`, as (id, uid, title, since)."""
    goes_on, unit_goes_on = (
        exists().where(model.event_id == Event.id, model.ends_at >= clock.midnight(day))
        for model in (Span, UnitSpan)
    )
    return (
        select(Event.id, Event.uid, Event.title, _completed.label("since"))
        .where(
            has_run_out(_completed, Event.retention_years, day),
            Event.spanned_until.is_(None),
            Event.series_id.is_(None),
            ~goes_on,
            ~unit_goes_on,
        )
        .order_by(Event.id)
    )


def purge(ids: Sequence[int]) -> None:
    """Erase events with all that hangs on them."""
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        every = [*some, *session.scalars(select(Event.id).where(Event.series_id.in_(some)))]
        for model in (Span, UnitSpan):
            session.execute(delete(model).where(model.event_id.in_(every)))
        owning.release(OWNER, every)
        search.drop(OWNER, every)
        session.execute(delete(Event).where(Event.id.in_(every)))


def find(
    words: Sequence[str], since: date | None, until: date | None, units: frozenset[int] | None, limit: int
) -> Sequence[Any]:
    """Events of these organisations (None: of all) that hold every folded word, newest first."""
    return records_with(Event, Event.starts_at, words, since, until, units, limit)


def exhibit(event_id: int) -> Exhibit:
    """What an event says, with its people and the comments under it."""
    event = session.get_one(Event, event_id)
    people = [row.display_name for row in events.participants(event_id)]
    organiser = events.names([event.organiser_id]).get(event.organiser_id)
    said = [
        f"{one.person_name}({one.unit_name}) {clock.local(one.created_at):%Y-%m-%d %H:%M}\n{one.text}"
        for one in comments.said(event_id)
    ]
    return Exhibit(
        title=event.title,
        facts=(
            (gettext("Organiser"), organiser.display_name if organiser is not None else ""),
            (pgettext("event", "From"), f"{clock.local(event.starts_at):%Y-%m-%d %H:%M}"),
            (pgettext("event", "To"), f"{clock.local(event.ends_at):%Y-%m-%d %H:%M}"),
            (pgettext("event", "Place"), event.place),
            (pgettext("event", "Participants"), gettext(", ").join(people)),
            (gettext("Guests from outside"), gettext(", ").join(events.guests(event_id))),
        ),
        text="\n\n".join([event.text, *([gettext("Comments"), *said] if said else [])]),
    )
