"""What a calendar program is told of events: texts made of the rows, as much as the actor sees, and kept for the next one who asks."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, update

from groupware import clock
from groupware.actor import Actor
from groupware.calendar.recurrence import Occurrence, RecurrenceError, occurrences
from groupware.db import insert_new, session
from groupware.errors import Invalid
from groupware.i18n import gettext, pgettext
from plugins.schedule.enums import Answer, Sight, Visibility
from plugins.schedule.icalendar.expanding import HEAD, TAIL, Time, bodies
from plugins.schedule.icalendar.parts import Attendee, Family, Part, name_of
from plugins.schedule.icalendar.writing import text_of, with_own
from plugins.schedule.models import Event, Participant, Told
from plugins.schedule.queries import programs
from plugins.schedule.queries.programs import Entry
from plugins.schedule.queries.sight import seen
from plugins.schedule.services.content import Content, recurrence_of
from plugins.schedule.services.spanning import HORIZON

MOST_TIMES: Final = 20_000
"""Occurrences in one answer."""
_BEHIND: Final = timedelta(days=8)
"""How far short of the horizon the times of series without an end may be written."""
PARTSTAT: Final = {
    Answer.NEEDS_ACTION: "NEEDS-ACTION",
    Answer.ACCEPTED: "ACCEPTED",
    Answer.TENTATIVE: "TENTATIVE",
    Answer.DECLINED: "DECLINED",
}
_SECRECY: Final = {
    Visibility.EVERYONE: "PUBLIC",
    Visibility.TIME_AND_TITLE: "PUBLIC",
    Visibility.TIME_ONLY: "CONFIDENTIAL",
    Visibility.PARTICIPANTS: "CONFIDENTIAL",
    Visibility.CHOSEN: "CONFIDENTIAL",
    Visibility.PRIVATE: "PRIVATE",
}


def texts(
    actor: Actor, owner: int, entries: Collection[Entry]
) -> tuple[dict[int, str], dict[int, tuple[int, str]]]:
    """The texts of entries by family, and those that were made for it and can be kept (`keep`) with their serials.

    The entries were read with their texts (`has_texts`).
    """
    result = {one.root: one.copy for one in entries if one.copy_is_current}
    rest = [one for one in entries if not one.copy_is_current]
    made = rendered(actor, owner, [one for one in rest if not one.told])
    kept = {one.root: (one.serial, made[one.root]) for one in rest if one.is_whole and one.root in made}
    for one in rest:
        text = one.told or made.get(one.root)
        if text is not None:
            result[one.root] = with_own(text, one.copy) if one.has_copy else text
    return result, kept


def keep(made: Mapping[int, tuple[int, str]]) -> None:
    """Store texts for the next one who asks, unless the event has changed meanwhile."""
    for root, (serial, text) in made.items():
        session.execute(insert_new(Told).values(event_id=root, ical_uid="", serial=0, text=""))
        session.execute(update(Told).where(Told.event_id == root, Told.serial == serial).values(text=text))


def rendered(
    actor: Actor,
    owner: int,
    entries: Collection[Entry],
    *,
    at_most: Sight = Sight.FULL,
    has_all: bool = False,
) -> dict[int, str]:
    """Texts made anew. `at_most` shows less of everything than the actor sees, `has_all` also what the owner has no part in."""
    if not entries:
        return {}
    rows = programs.members(actor, owner, [one.root for one in entries])
    full = [row.id for row in rows]
    people, guests = programs.attendees(full), programs.guests(full)
    known = programs.people({row.organiser_id for row in rows})
    by_root: dict[int, list[Any]] = {}
    for row in rows:
        by_root.setdefault(row.series_id or row.id, []).append(row)
    made = {}
    for entry in entries:
        family_rows = by_root.get(entry.root, [])
        parts = {
            row.id: _part(row, min(seen(row.sight, row.unit_id), at_most), people, guests, known)
            for row in family_rows
            if has_all or row.takes_part is not None
        }
        family = _family(entry, family_rows, parts, at_most)
        if family is not None:
            stamp = max(row.updated_at for row in family_rows)
            made[entry.root] = text_of(family, stamp, sequence=entry.serial)
    return made


def _family(
    entry: Entry, rows: Sequence[Any], parts: Mapping[int, Part | None], at_most: Sight
) -> Family | None:
    master_row = next((row for row in rows if row.series_id is None), None)
    master = parts.get(master_row.id) if master_row is not None else None
    changed = {row.original_start: part for row in rows if row.series_id and (part := parts.get(row.id))}
    if master is None and not changed:
        return None
    if master is not None and master_row is not None and (master_row.rule or master_row.days):
        moved, skipped = _closed(master_row, master)
        for original, part in moved.items():
            changed.setdefault(original, part)
        out = {*master_row.left_out, *skipped} - set(changed)
        master = _with(master, left_out=tuple(sorted(out)))
    uid = entry.ical_uid if at_most is Sight.FULL else str(entry.uid)
    return Family(uid=uid, master=master, parts=changed)


def _with(part: Part, **changes: Any) -> Part:
    values = {name: getattr(part, name) for name in part.__dataclass_fields__}
    return Part(**(values | changes))


def _closed(row: Any, master: Part) -> tuple[dict[str, Part], set[str]]:
    """Occurrences that closing days of the office move, and those that they take away, up to the horizon."""
    if row.holidays == "keep":
        return {}, set()
    until = row.spanned_until or row.ends_at + HORIZON * 3
    real = {name_of(one.original): one for one in _times(row, row.starts_at - timedelta(days=20), until)}
    moved, skipped = {}, set()
    for one in _times(row, row.starts_at, until, holidays="keep"):
        name = name_of(one.original)
        if name not in real:
            skipped.add(name)
        elif real[name].starts_at != one.starts_at:
            moved[name] = _with(
                master, starts_at=real[name].starts_at, ends_at=real[name].ends_at, rule="", days=()
            )
    return moved, skipped


def _times(row: Any, since: datetime, until: datetime, **changes: Any) -> list[Occurrence]:
    values: dict[str, Any] = {
        "title": "",
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "rule": row.rule,
        "days": tuple(row.days),
        "left_out": tuple(row.left_out),
        "holidays": row.holidays,
        "zone": row.zone,
    }
    try:
        recurrence = Content(**(values | changes)).recurrence()
    except RecurrenceError:
        return []
    return list(occurrences(recurrence, since, until, MOST_TIMES)) if recurrence is not None else []


def _part(
    row: Any,
    sight: Sight,
    people: Mapping[int, Sequence[Any]],
    guests: Mapping[int, Sequence[str]],
    known: Mapping[int, Any],
) -> Part | None:
    if sight is Sight.NOTHING:
        return None
    common: dict[str, Any] = {
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "zone": row.zone,
        "is_all_day": row.is_all_day,
        "is_tentative": row.is_tentative,
        "is_busy": row.is_busy,
        "rule": row.rule,
        "days": tuple(row.days),
        "left_out": tuple(row.left_out),
    }
    if sight is Sight.TIME:
        return Part(title=str(pgettext("event", "Busy")), secrecy="CONFIDENTIAL", **common)
    if sight is Sight.TITLE:
        return Part(title=row.title, **common)
    organiser = known.get(row.organiser_id)
    others = [one for one in people.get(row.id, ()) if one.person_id != row.organiser_id]
    outside = guests.get(row.id, ())
    has_people = bool(others or outside)
    return Part(
        title=row.title,
        place=row.place,
        text=row.text,
        web_meeting=row.web_meeting,
        category=row.kind or "",
        is_important=row.is_important,
        secrecy=_SECRECY[Visibility(row.visibility)],
        organiser=address_of(organiser) if has_people and organiser is not None else "",
        organiser_name=organiser.display_name if organiser is not None else "",
        attendees=(
            *(
                Attendee(
                    address=address_of(one), name=one.display_name, partstat=PARTSTAT[Answer(one.answer)]
                )
                for one in people.get(row.id, ())
            ),
            *(Attendee(address=guest_address(name), name=name) for name in outside),
        )
        if has_people
        else (),
        **common,
    )


def address_of(person: Any) -> str:
    """The calendar address of somebody who works here."""
    return f"mailto:{person.email.lower()}" if person.email else f"urn:uuid:{person.uid}"


def guest_address(name: str) -> str:
    """The address of somebody who is known by name alone: the same whenever it is made."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'guest:{name}')}"


def alone(actor: Actor, event: Event, sight: Sight) -> str:
    """The text of one event for somebody who opened it, with its changed occurrences as far as they see them."""
    root = event.series_id or event.id
    entry = Entry(
        root=root,
        uid=event.uid,
        ical_uid=str(event.uid),
        name="",
        tag="",
        sight=sight,
        serial=0,
        is_whole=False,
    )
    made = rendered(actor, actor.person_id or 0, [entry], at_most=sight, has_all=True)
    return made[root]


def calendar_of(texts: Iterable[str], name: str = "") -> str:
    """One calendar with all events of many texts."""
    named = f"X-WR-CALNAME:{name}\r\n" if name else ""
    return HEAD + named + bodies(texts) + TAIL


# ---- Times in a calendar ----


def in_window(actor: Actor, owner: int, since: datetime, until: datetime, *, has_texts: bool) -> list[Entry]:
    """What takes place between two moments. Raises Invalid where only its single times say it, and those are too many."""
    if until > clock.now() + HORIZON - _BEHIND:
        roots = times(owner, since, until).keys()
        return programs.entries(actor, owner, roots, has_texts=has_texts)
    return programs.entries_between(actor, owner, since, until, has_texts=has_texts)


def times(owner: int, since: datetime, until: datetime) -> dict[int, tuple[list[Time], str]]:
    """When the families of a calendar take place between two moments, with the zone that names the times.

    Raises Invalid where that would be too much for one answer.
    """
    found: dict[int, tuple[list[Time], str]] = {}
    number = 0
    for event, starts_at, ends_at, by_rule, series, original, zone in programs.spans_between(
        owner, since, until
    ):
        listed = found.setdefault(series or event, ([], zone))[0]
        listed.append(Time(starts_at, ends_at, original or by_rule))
        number += 1
    if until > clock.now() + HORIZON - _BEHIND:
        number += _beyond(owner, since, until, found)
    if number > MOST_TIMES:
        raise Invalid(gettext("Too many events. Please ask for a shorter time."), code="too_many")
    for listed, _ in found.values():
        listed.sort(key=lambda one: one.starts_at)
    return found


def _beyond(owner: int, since: datetime, until: datetime, found: dict[int, tuple[list[Time], str]]) -> int:
    """Add what is so far ahead that nobody has written it down: the times of series without an end."""
    endless = (
        select(Event)
        .join(Participant, Participant.event_id == Event.id)
        .where(
            Participant.person_id == owner,
            Event.deleted_at.is_(None),
            Event.spanned_until.is_not(None),
            Event.spanned_until < until,
        )
    )
    number = 0
    for event in session.scalars(endless).all():
        assert event.spanned_until is not None, "it is what the rows were chosen by"
        recurrence = recurrence_of(event)
        assert recurrence is not None, "only series go on"
        listed = found.setdefault(event.id, ([], event.zone))[0]
        for one in occurrences(recurrence, max(since, event.spanned_until), until, MOST_TIMES - number + 1):
            if one.starts_at >= event.spanned_until:
                listed.append(Time(one.starts_at, one.ends_at, name_of(one.original)))
                number += 1
        if not listed:
            del found[event.id]
        if number > MOST_TIMES:
            break
    return number
