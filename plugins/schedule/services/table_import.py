"""Take events of a table into one's own calendar: look at every line first, then enter those that can be.

What stands in the calendar already (the same title at the same time) is not entered again, so the same table brings nothing new a second time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import select

from groupware import rules
from groupware.actor import Actor
from groupware.db import session
from groupware.errors import Invalid
from groupware.i18n import gettext
from plugins.schedule.enums import Visibility
from plugins.schedule.models import Event
from plugins.schedule.queries.kinds import offered
from plugins.schedule.rules import VISIBILITY
from plugins.schedule.services.content import Content, checked
from plugins.schedule.services.events import create
from plugins.schedule.services.turns import take_turn_of_person
from plugins.schedule.tables import COLUMNS, Line, Unreadable, lines_of, times_of

MOST_LINES = 500


class Outcome(StrEnum):
    """What becomes of a line."""

    NEW = "new"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Judged:
    """A line, what becomes of it, and why not if nothing does. `content` is what would be entered."""

    line: Line
    outcome: Outcome
    content: Content | None = None
    reason: str = ""


def examine(actor: Actor, table: Sequence[Sequence[str]]) -> list[Judged]:
    """Every line with what would become of it; nothing is written. Raises Invalid for what is no table of events."""
    lines, missing = lines_of(table)
    if missing:
        names = gettext(", ").join(str(COLUMNS[name]) for name in missing)
        raise Invalid(gettext("These columns are missing: %(names)s.", names=names), code="columns")
    if not lines:
        raise Invalid(gettext("Please paste at least one line."), code="empty")
    if len(lines) > MOST_LINES:
        fault = gettext("At most %(most)s lines at once (now %(now)s).", most=MOST_LINES, now=len(lines))
        raise Invalid(fault, code="too_many")
    judged = [_judged(actor, line) for line in lines]
    return _without_known(actor, judged)


def take(actor: Actor, table: Sequence[Sequence[str]]) -> list[Judged]:
    """Enter the lines that can be; returns what became of every line. Raises as `examine`.

    Two at the same moment enter one after the other, so that the second finds what the first has entered.
    """
    assert actor.person_id is not None, "calendars are of people"
    take_turn_of_person(actor.person_id)
    judged = examine(actor, table)
    for one in judged:
        if one.outcome is Outcome.NEW and one.content is not None:
            create(actor, one.content)
    return judged


def _judged(actor: Actor, line: Line) -> Judged:
    try:
        times = times_of(line)
        content = Content(
            title=line.cells.get("title", ""),
            starts_at=times.starts_at,
            ends_at=times.ends_at,
            is_all_day=times.is_all_day,
            place=line.cells.get("place", ""),
            text=line.cells.get("text", ""),
            kind_id=_kind(actor, line.cells.get("kind", "")),
            visibility=Visibility(rules.value(VISIBILITY, actor.unit_id)),
        )
        assert actor.person_id is not None, "calendars are of people"
        found = checked(actor, content, unit_id=actor.unit_id, organiser_id=actor.person_id)
    except Unreadable as error:
        name = COLUMNS[str(error.args[0])]
        reason = gettext("“%(name)s” cannot be read. Write it as 2026/11/24 10:00.", name=name)
        return Judged(line, Outcome.REFUSED, reason=reason)
    except Invalid as error:
        reasons = dict.fromkeys(str(why) for why in error.fields.values() if why)
        return Judged(line, Outcome.REFUSED, reason=" ".join(reasons) or str(error.message))
    return Judged(line, Outcome.NEW, replace(found.content, files=None))


def _kind(actor: Actor, name: str) -> int | None:
    if not name:
        return None
    known: dict[str, int] = {kind.name: kind.id for kind in offered(actor.unit_id)}
    if name not in known:
        fault = gettext("There is no kind “%(name)s”.", name=name)
        raise Invalid(fault, fields={"kind_id": fault})
    return known[name]


def _without_known(actor: Actor, judged: list[Judged]) -> list[Judged]:
    """Mark what is in the calendar already, and what the table says twice. One query."""
    new = [one.content for one in judged if one.content is not None]
    if not new:
        return judged
    statement = select(Event.title, Event.starts_at, Event.ends_at).where(
        Event.organiser_id == actor.person_id,
        Event.starts_at >= min(one.starts_at for one in new),
        Event.starts_at <= max(one.starts_at for one in new),
        Event.deleted_at.is_(None),
    )
    known = {tuple(row) for row in session.execute(statement)}
    found = []
    for one in judged:
        if one.content is not None:
            place = (one.content.title, one.content.starts_at, one.content.ends_at)
            if place in known:
                found.append(replace(one, outcome=Outcome.SAME))
                continue
            known.add(place)
        found.append(one)
    return found
