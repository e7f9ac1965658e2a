"""When a request for an appointment has done its work, its erasure after the disposal was decided, and requests for disclosure."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, case, delete, select

from groupware import clock
from groupware.actor import Actor
from groupware.db import session
from groupware.i18n import gettext, pgettext
from groupware.plugin import Exhibit
from groupware.records.retention import has_run_out
from plugins.schedule.enums import SpecialState
from plugins.schedule.models import SpecialRequest
from plugins.schedule.queries import events, special
from plugins.schedule.services.disclosing import records_with

CHUNK = 500

_completed = case(
    (SpecialRequest.ends_at > SpecialRequest.updated_at, SpecialRequest.ends_at),
    else_=SpecialRequest.updated_at,
)


def expired(day: date) -> Select[Any]:
    """Requests whose retention has ended on `day`, as (id, uid, title, since)."""
    return (
        select(SpecialRequest.id, SpecialRequest.uid, SpecialRequest.title, _completed.label("since"))
        .where(has_run_out(_completed, SpecialRequest.retention_years, day))
        .order_by(SpecialRequest.id)
    )


def purge(ids: Sequence[int]) -> None:
    """Erase requests with their trace. The events that came of them have a clock of their own."""
    for start in range(0, len(ids), CHUNK):
        session.execute(delete(SpecialRequest).where(SpecialRequest.id.in_(ids[start : start + CHUNK])))


def find(
    words: Sequence[str], since: date | None, until: date | None, units: frozenset[int] | None, limit: int
) -> Sequence[Any]:
    """Requests of these organisations (None: of all) that hold every folded word, newest first."""
    return records_with(SpecialRequest, SpecialRequest.created_at, words, since, until, units, limit)


def exhibit(request_id: int) -> Exhibit:
    """What was asked for, what became of it, and its trace."""
    one = session.get_one(SpecialRequest, request_id)
    known = {key: row.display_name for key, row in events.names([one.requested_by, one.person_id]).items()}
    lines = [
        f"{clock.local(line.made_at):%Y-%m-%d %H:%M} {line.made_by_name}: {line.act} {line.note}".strip()
        for line in special.trace(request_id)
    ]
    return Exhibit(
        title=one.title,
        facts=(
            (gettext("Asked by"), known.get(one.requested_by, "")),
            (gettext("With whom"), known.get(one.person_id, "")),
            (pgettext("special calendar", "State"), str(SpecialState(one.state).label)),
            (pgettext("event", "From"), f"{clock.local(one.starts_at):%Y-%m-%d %H:%M}"),
            (pgettext("event", "To"), f"{clock.local(one.ends_at):%Y-%m-%d %H:%M}"),
            (pgettext("event", "Place"), one.place),
            (gettext("Attendants"), one.attendants),
        ),
        text="\n".join([one.text, *lines]).strip(),
    )


def take_away(actor: Actor, request_id: int) -> None:
    """Take a request out of everybody's sight after a security incident; its event stays what it is."""
    one = session.scalars(
        select(SpecialRequest)
        .where(SpecialRequest.id == request_id, SpecialRequest.deleted_at.is_(None))
        .with_for_update()
    ).one_or_none()
    if one is not None:
        one.deleted_at, one.deleted_by = actor.now, actor.person_id
