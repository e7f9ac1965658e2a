"""A calendar file comes in: looked at first, then taken over as a whole or not at all.

What was taken over once is known by its UID: the same file changes nothing a second time, a newer one changes what is newer.
Events come into the actor's own calendar; whom a file names is not invited.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from groupware.actor import Actor
from groupware.errors import DomainError, Invalid
from groupware.i18n import gettext
from plugins.schedule.icalendar.parts import Family, Part, Unread
from plugins.schedule.icalendar.reading import FromFile, UnreadableError, families_with_texts, family
from plugins.schedule.queries import programs
from plugins.schedule.queries.programs import Entry
from plugins.schedule.services import programs as writing
from plugins.schedule.services.content import checked
from plugins.schedule.services.telling import texts
from plugins.schedule.services.turns import take_turn_of_person

MOST_BYTES: Final = 5 * 1024 * 1024
MOST_EVENTS: Final = 1000


class Outcome(StrEnum):
    """What becomes of an event of the file."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Line:
    """An event of the file, and what becomes of it. One that cannot be read has no time."""

    title: str
    starts_at: datetime | None
    is_all_day: bool
    is_series: bool
    outcome: Outcome
    reason: str = ""


def examine(actor: Actor, content: bytes) -> list[Line]:
    """What would become of each event; nothing is written. Raises UnreadableError for what is no calendar."""
    return [_examined(actor, one) for one in _read(content)]


def take(actor: Actor, content: bytes) -> list[Line]:
    """Take over what can be taken over. Raises Invalid, naming the event, where one fails unexpectedly: then none is."""
    assert actor.person_id is not None, "only people have calendars"
    take_turn_of_person(actor.person_id)
    done = []
    for one in _read(content):
        line = _examined(actor, one)
        done.append(line)
        said, text = one.said, one.text
        if isinstance(said, Unread):
            continue
        if line.outcome is Outcome.NEW:
            event = writing.enter(actor, said, has_people=False)
            writing.keep_copy(actor, event.id, f"{uuid.uuid5(uuid.NAMESPACE_URL, said.uid)}.ics", text)
        elif line.outcome is Outcome.CHANGED:
            entry = _known(actor, said)
            assert entry is not None, "it was there when it was looked at"
            writing.put(actor, entry.name, text.encode(), lambda _: None)
    return done


def _read(content: bytes) -> Sequence[FromFile]:
    if len(content) > MOST_BYTES:
        raise UnreadableError(
            gettext("The file is larger than %(limit)d MB.", limit=MOST_BYTES // 1024 // 1024),
            code="too_large",
        )
    found = families_with_texts(content)
    if len(found) > MOST_EVENTS:
        raise UnreadableError(
            gettext(
                "The file has %(number)d events. At most %(limit)d can be taken over at once.",
                number=len(found),
                limit=MOST_EVENTS,
            ),
            code="too_many",
        )
    if not found:
        raise UnreadableError(gettext("There is no event in the file."), code="empty")
    return found


def _known(actor: Actor, said: Family) -> Entry | None:
    assert actor.person_id is not None, "only people have calendars"
    roots = programs.roots_of_uid(actor.person_id, said.uid)
    found = programs.entries(actor, actor.person_id, roots, has_texts=True) if roots else []
    return next(iter(found), None)


def _examined(actor: Actor, one: FromFile) -> Line:
    said = one.said
    if isinstance(said, Unread):
        return Line(_title(said.title), None, False, False, Outcome.REFUSED, said.reason)
    part = _first(said)
    try:
        outcome, reason = _outcome(actor, said, part)
    except DomainError as error:
        outcome, reason = Outcome.REFUSED, reason_of(error)
    if outcome is not Outcome.REFUSED and one.has_lost_alarms:
        reason = gettext("A reminder of it cannot be read and is left out.")
    is_series = bool(part.rule or part.days)
    return Line(_title(part.title), part.starts_at, part.is_all_day, is_series, outcome, reason)


def _title(said: str) -> str:
    return " ".join(said.split()) or gettext("(No title)")


def reason_of(error: DomainError) -> str:
    """Why something is refused: the first field at fault, or the sentence itself."""
    fields: dict[str, Any] = dict(error.fields) if isinstance(error, Invalid) else {}
    return str(next(iter(fields.values()), error.message))


def _first(said: Family) -> Part:
    return said.master if said.master is not None else next(iter(said.parts.values()))


def _outcome(actor: Actor, said: Family, part: Part) -> tuple[Outcome, str]:
    assert actor.person_id is not None, "only people have calendars"
    entry = _known(actor, said)
    if entry is not None:
        told, _ = texts(actor, actor.person_id, [entry])
        before = family(told[entry.root].encode())
        if before == said:
            return Outcome.SAME, ""
        if programs.organiser_of(entry.root) != actor.person_id:
            return Outcome.REFUSED, gettext("You were invited to it; its organiser changes it.")
    if part.is_cancelled:
        return Outcome.REFUSED, gettext("It was cancelled.")
    checked(actor, writing.content_of(actor, part), unit_id=actor.unit_id, organiser_id=actor.person_id)
    return (Outcome.CHANGED if entry is not None else Outcome.NEW), ""


__all__ = ["MOST_BYTES", "MOST_EVENTS", "Line", "Outcome", "examine", "reason_of", "take"]
