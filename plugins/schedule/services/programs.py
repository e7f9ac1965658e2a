"""What calendar programs of people write: their texts become calls of the same services as the pages.

A program sends the whole text of a family. It is compared with what it was told before, and only what differs is done: an
attendee who answers, answers; who sets an alarm, has it; who moves an event needs the right to change it. The text is kept as
it came, for this person alone, so that a program finds again all that it wrote.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, bindparam, delete, func, select

from groupware import rules
from groupware.actor import Actor
from groupware.db import BIGINT, for_each_database, run, session, upsert
from groupware.errors import Conflict, Invalid, NotFound
from groupware.i18n import gettext
from plugins.schedule.enums import Answer, Visibility
from plugins.schedule.icalendar.expanding import normal
from plugins.schedule.icalendar.parts import Family, Part
from plugins.schedule.icalendar.reading import UnreadableError, family
from plugins.schedule.models import Copy, Event, Told
from plugins.schedule.queries import programs
from plugins.schedule.queries.events import not_found
from plugins.schedule.queries.programs import Entry
from plugins.schedule.rules import VISIBILITY
from plugins.schedule.services import answering, events, series
from plugins.schedule.services.content import PLACE_LENGTH, TEXT_LENGTH, TITLE_LENGTH, Content, moved_name
from plugins.schedule.services.following import touched
from plugins.schedule.services.people import Meeting, meeting, own_answer
from plugins.schedule.services.telling import texts
from plugins.schedule.services.turns import take_turn_of_person

LONGEST_NAME: Final = 255
_PLAIN: Final = (
    "starts_at",
    "ends_at",
    "is_all_day",
    "web_meeting",
    "is_tentative",
    "is_important",
    "is_busy",
    "rule",
    "days",
)
_forget = delete(Copy).where(
    Copy.person_id == bindparam("person", type_=BIGINT), Copy.name == bindparam("name")
)
_TIMES: Final = frozenset({"starts_at", "zone", "is_all_day"})
_VISIBILITY: Final = {
    "PUBLIC": Visibility.EVERYONE,
    "CONFIDENTIAL": Visibility.TIME_ONLY,
    "PRIVATE": Visibility.PRIVATE,
}
_ANSWERS: Final = {
    "ACCEPTED": Answer.ACCEPTED,
    "TENTATIVE": Answer.TENTATIVE,
    "DECLINED": Answer.DECLINED,
}


@for_each_database
def _keep() -> Any:
    """A text and the state of the family that it says."""
    event = bindparam("event", type_=BIGINT)
    serial = select(func.coalesce(func.max(Told.serial), 0)).where(Told.event_id == event)
    statement = upsert(Copy).values(
        person_id=bindparam("person", type_=BIGINT),
        event_id=event,
        name=bindparam("as"),
        serial=1,
        told_serial=serial.scalar_subquery(),
        is_hidden=bindparam("hidden"),
        text=bindparam("said"),
    )
    kept = {name: statement.excluded[name] for name in ("name", "told_serial", "is_hidden", "text")}
    return statement.on_conflict_do_update(
        index_elements=["person_id", "event_id"], set_={**kept, "serial": Copy.serial + 1}
    ).returning(Copy.serial, Copy.told_serial)


class UidTakenError(Conflict):
    """The calendar has another entry with this UID; `name` is its address."""

    default_code = "uid_taken"

    def __init__(self, name: str) -> None:
        super().__init__(gettext("This event is in the calendar already."))
        self.name = name


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a text: `tag` is there if the program would be given the same text to the letter."""

    root: int
    is_new: bool
    tag: str | None


def put(actor: Actor, name: str, content: bytes, check: Callable[[Entry | None], None]) -> Written:
    """Write a text into the actor's own calendar under a name. `check` is given what is there, locked, and may raise.

    What two programs write at the same moment is written one after the other: one UID is one event.

    Raises UnreadableError, UidTakenError, and whatever the services for entering, changing and answering raise.
    """
    assert actor.person_id is not None, "only people have calendars"
    said = family(content)
    if not 0 < len(name) <= LONGEST_NAME:
        raise Invalid(gettext("This name is too long."), code="name")
    text = normal(content.decode("utf-8-sig"))
    take_turn_of_person(actor.person_id)
    root = programs.root_of_name(actor.person_id, name)
    event = _locked(root)
    entry = _entry(actor, root, has_text=True) if event is not None else None
    check(entry)
    if entry is None or event is None:
        event = enter(actor, said)
        if root is not None:
            # What had this name was deleted long ago.
            run(_forget, {"person": actor.person_id, "name": name})
    else:
        _change(actor, event, said, entry)
    kept = keep_copy(actor, event.id, name if entry is None or not entry.has_copy else entry.name, text)
    if event.deleted_at is not None:
        return Written(event.id, is_new=False, tag=None)
    if entry is None and not said.parts:
        # The actor's own, entered a moment ago: they see all of it.
        return Written(event.id, is_new=True, tag=programs.tag_of(event.id, kept.told_serial, kept.serial))
    now = _entry(actor, event.id)
    return Written(event.id, entry is None, now.tag if now is not None and now.copy_is_current else None)


def remove(actor: Actor, name: str, check: Callable[[Entry | None], None]) -> None:
    """Delete from the actor's own calendar: who may delete the event does; who was invited declines. Raises NotFound."""
    assert actor.person_id is not None, "only people have calendars"
    root = programs.root_of_name(actor.person_id, name)
    event = _locked(root)
    entry = _entry(actor, root, has_text=True) if event is not None else None
    check(entry)
    if entry is None or event is None:
        raise not_found()
    if actor.person_id in (event.organiser_id, event.created_by):
        events.cancel(actor, event.uid)
        return
    known, _ = texts(actor, actor.person_id, [entry])
    answering.answer(actor, event.uid, Answer.DECLINED)
    keep_copy(actor, event.id, entry.name, known.get(event.id, ""), is_hidden=True)


def enter(actor: Actor, said: Family, *, has_people: bool = True) -> Event:
    """Enter an event that came as a text. Without `has_people` nobody is invited by it."""
    assert actor.person_id is not None, "only people have calendars"
    _require_new(actor, said.uid)
    master = said.master
    if master is None:
        # One occurrence of somebody else's series: an event of its own to us.
        master = next(iter(said.parts.values()))
    people = meeting(actor, master, None, actor.person_id) if has_people else None
    event = events.enter(actor, content_of(actor, master, people), ical_uid=said.uid)
    if said.master is not None:
        for original, part in sorted(said.parts.items()):
            _change_occurrence(actor, event, original, part, said.master, has_people=has_people)
    return event


def content_of(actor: Actor, part: Part, people: Meeting | None = None) -> Content:
    """What a new event says that came as a text."""
    base = Content(
        title="",
        starts_at=part.starts_at,
        ends_at=part.ends_at,
        visibility=Visibility(rules.value(VISIBILITY, actor.unit_id)),
        left_out=part.left_out,
    )
    return _content(base, part, None, people)


def keep_copy(actor: Actor, root: int, name: str, text: str, *, is_hidden: bool = False) -> Row[Any]:
    """Keep a text as it came: it says all that the family says now. `serial` and `told_serial` as they are then."""
    assert actor.person_id is not None, "only people have calendars"
    values = {"person": actor.person_id, "event": root, "as": name, "said": text, "hidden": is_hidden}
    touched(root, [actor.person_id])
    return run(_keep(), values).one()


def _locked(root: int | None) -> Event | None:
    return events.still_there(Event.id == root) if root is not None else None


def _entry(actor: Actor, root: int | None, *, has_text: bool = False) -> Entry | None:
    assert actor.person_id is not None, "only people have calendars"
    roots = [root] if root is not None else []
    return next(iter(programs.entries(actor, actor.person_id, roots, has_texts=has_text)), None)


def _require_new(actor: Actor, uid: str) -> None:
    assert actor.person_id is not None, "only people have calendars"
    roots = programs.roots_of_uid(actor.person_id, uid)
    there = programs.entries(actor, actor.person_id, roots) if roots else []
    if there:
        raise UidTakenError(there[0].name)


# ---- What differs ----


def _change(actor: Actor, event: Event, said: Family, entry: Entry) -> None:
    assert actor.person_id is not None, "only people have calendars"
    told, _ = texts(actor, actor.person_id, [entry])
    before = family(told[event.id].encode())
    if said.uid != before.uid:
        raise UnreadableError(gettext("An event keeps its UID."), code="other_uid")
    if said.master is not None and before.master is not None:
        if said.master.is_cancelled:
            events.cancel(actor, event.uid)
            return
        _change_master(actor, event, said.master, before.master, has_parts=entry.has_parts)
        if entry.has_parts:
            _restore(actor, event, said)
    for original, part in sorted(said.parts.items()):
        _change_part(actor, event, original, part, said, before)


def _change_master(actor: Actor, event: Event, part: Part, before: Part, *, has_parts: bool) -> None:
    stored = Content.of(event)
    people = meeting(actor, part, before, event.organiser_id, stored)
    content = _content(stored, part, before, people)
    if {"left_out", *_TIMES} & part.differences(before):
        own = {one.original_start or "" for one in _overrides(event)} if has_parts else set()
        content = replace(content, left_out=_left_out(own, content, stored, part, before))
    if content.differences(stored):
        events.require_changeable(actor, event)
        events.change_locked(actor, event, content, stored)
    _answer(actor, event, part, before)


def _left_out(own: set[str], content: Content, stored: Content, part: Part, before: Part) -> tuple[str, ...]:
    """What a series leaves out: what the text says, and occurrences that were changed on their `own`, by their new names."""
    if content.starts_at != stored.starts_at:
        return tuple(sorted({*part.left_out, *(moved_name(name, content, stored) for name in own)}))
    again = set(before.left_out) - set(part.left_out)
    return tuple(sorted((set(stored.left_out) - again) | set(part.left_out) | own))


def _overrides(event: Event) -> list[Event]:
    statement = select(Event).where(Event.series_id == event.id, Event.deleted_at.is_(None))
    return list(session.scalars(statement))


def _restore(actor: Actor, event: Event, said: Family) -> None:
    """Occurrences that the text no longer has as changed ones: not taking place, or as the series again."""
    assert said.master is not None, "the caller has looked"
    for one in _overrides(event):
        name = one.original_start or ""
        # Who takes no part in an occurrence has not been told of it.
        if name in said.parts or not _takes_part(actor, one):
            continue
        events.cancel(actor, one.uid)
        if name not in said.master.left_out:
            stored = Content.of(event)
            kept = tuple(other for other in stored.left_out if other != name)
            events.change(actor, event.uid, replace(stored, left_out=kept), version=event.version)


def _takes_part(actor: Actor, event: Event) -> bool:
    return any(row.person_id == actor.person_id for row in programs.attendees([event.id]).get(event.id, ()))


def _change_part(actor: Actor, event: Event, original: str, part: Part, said: Family, before: Family) -> None:
    own = next((one for one in _overrides(event) if one.original_start == original), None)
    told = before.parts.get(original)
    if own is None:
        if told is not None and not part.differences(told):
            return
        if said.master is None:
            raise UnreadableError(
                gettext("A changed occurrence does not belong to the series."), code="occurrence"
            )
        _change_occurrence(actor, event, original, part, said.master)
        return
    if part.is_cancelled:
        events.cancel(actor, own.uid)
        return
    stored = Content.of(own)
    base = told or part
    content = _content(stored, part, base, meeting(actor, part, base, own.organiser_id, stored))
    content = replace(content, rule="", days=(), left_out=())
    if content.differences(stored):
        events.change(actor, own.uid, content, version=own.version)
    _answer(actor, own, part, base)


def _change_occurrence(
    actor: Actor, event: Event, original: str, part: Part, master: Part, *, has_people: bool = True
) -> None:
    wall = datetime.fromisoformat(original)
    try:
        stored = series.content_of_one(event, wall)
    except NotFound:
        raise UnreadableError(
            gettext("A changed occurrence does not belong to the series."), code="occurrence"
        ) from None
    if part.is_cancelled:
        series.cancel_one(actor, event.uid, wall)
        return
    people = meeting(actor, part, master, event.organiser_id, stored) if has_people else None
    # Time and length of an occurrence are never those of the series: they are always taken over.
    content = _content(stored, part, master, people)
    content = replace(content, starts_at=part.starts_at, ends_at=part.ends_at, is_all_day=part.is_all_day)
    content = replace(content, rule="", days=(), left_out=())
    if not content.differences(stored):
        own = own_answer(actor, part)
        if own is not None and own != own_answer(actor, master):
            raise Conflict(gettext("Please answer for the whole series."), code="answer_series")
        return
    series.change_one(actor, event.uid, wall, content, version=event.version)


def _answer(actor: Actor, event: Event, part: Part, before: Part) -> None:
    said = own_answer(actor, part)
    if said is None or said == own_answer(actor, before) or actor.person_id == event.organiser_id:
        return
    if said in _ANSWERS:
        answering.answer(actor, event.uid, _ANSWERS[said])


def _content(stored: Content, part: Part, before: Part | None, people: Meeting | None) -> Content:
    """`stored` with what the text says otherwise than `before`, or with all of it."""
    changed = part.differences(before) if before is not None else frozenset(Part.__dataclass_fields__)
    values: dict[str, Any] = {name: getattr(part, name) for name in _PLAIN if name in changed}
    if "title" in changed:
        values["title"] = _cut(part.title, TITLE_LENGTH) or gettext("(No title)")
    if "place" in changed:
        values["place"] = _cut(part.place, PLACE_LENGTH)
    if "text" in changed:
        values["text"] = part.text.strip()[:TEXT_LENGTH]
    if "secrecy" in changed and part.secrecy in _VISIBILITY:
        values["visibility"] = _VISIBILITY[part.secrecy]
    if {"zone", "starts_at"} & changed:
        values |= {"zone": part.zone, "starts_at": part.starts_at, "ends_at": part.ends_at}
    if people is not None:
        values |= {"participants": people.participants, "guests": people.guests}
    return replace(stored, **values)


def _cut(text: str, limit: int) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"


__all__ = ["UidTakenError", "Written", "content_of", "enter", "keep_copy", "put", "remove"]
