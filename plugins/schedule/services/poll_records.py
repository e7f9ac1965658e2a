"""When a date poll has done its work, its erasure after the disposal was decided, and requests for disclosure."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, case, delete, select

from groupware import clock
from groupware.db import session
from groupware.i18n import gettext, pgettext
from groupware.plugin import Exhibit
from groupware.records.retention import has_run_out
from plugins.schedule.enums import PollState
from plugins.schedule.models import Poll
from plugins.schedule.queries import events, polls
from plugins.schedule.services.disclosing import records_with

CHUNK = 500

_completed = case((Poll.state == PollState.OPEN.value, Poll.answer_by), else_=Poll.updated_at)


def expired(day: date) -> Select[Any]:
    """Polls whose retention has ended on `day`, as (id, uid, title, since)."""
    return (
        select(Poll.id, Poll.uid, Poll.title, _completed.label("since"))
        .where(has_run_out(_completed, Poll.retention_years, day))
        .order_by(Poll.id)
    )


def purge(ids: Sequence[int]) -> None:
    """Erase polls with slots and answers. The events that came of them have a clock of their own."""
    for start in range(0, len(ids), CHUNK):
        session.execute(delete(Poll).where(Poll.id.in_(ids[start : start + CHUNK])))


def find(
    words: Sequence[str], since: date | None, until: date | None, units: frozenset[int] | None, limit: int
) -> Sequence[Any]:
    """Polls of these organisations (None: of all) that hold every folded word, newest first."""
    return records_with(Poll, Poll.created_at, words, since, until, units, limit)


def exhibit(poll_id: int) -> Exhibit:
    """What a poll asks, and what everybody has answered."""
    poll, found = session.get_one(Poll, poll_id), polls.result(poll_id)
    organiser = events.names([poll.organiser_id]).get(poll.organiser_id)
    answers = []
    for one in found.people:
        said = [found.of(one.id, tally.slot.id) for tally in found.slots]
        marks = " ".join(choice.mark if choice is not None else "-" for choice in said)
        answers.append(f"{one.name}: {marks} {one.comment}".strip())
    dates = [f"{clock.local(tally.slot.starts_at):%Y-%m-%d %H:%M}" for tally in found.slots]
    return Exhibit(
        title=poll.title,
        facts=(
            (gettext("Organiser"), organiser.display_name if organiser is not None else ""),
            (gettext("Deadline"), f"{clock.local(poll.answer_by):%Y-%m-%d %H:%M}"),
            (gettext("Proposed dates"), gettext(", ").join(dates)),
            (pgettext("event", "Place"), poll.place),
        ),
        text="\n".join([poll.text, *answers]).strip(),
    )
