"""The entries of a person's calendar, by family, as much of them as the actor sees.

A family is asked for by its series; the changed occurrences, which few have, by the keys of those that have some. So a calendar
of any size costs one statement, or two.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from groupware.actor import Actor
from groupware.among import among
from groupware.db import fetch
from plugins.schedule.enums import Answer, Sight
from plugins.schedule.models import Copy, Event, Told
from plugins.schedule.queries.programs.keys import OWNER, SERIES, TAKES, chunks
from plugins.schedule.queries.programs.times import ROOTS_BETWEEN, window
from plugins.schedule.queries.sight import IS_LABELLED, SIGHT, parameters, seen

_HIDDEN_NAMES: Final = uuid.UUID("7d1c6a5e-6a0c-5f4e-9a53-0b7f3f9d2c11")
"""Under which what shows its time alone gets a name that says nothing of the event."""
_PART = aliased(Event, name="part")
_ROOT = func.coalesce(Event.series_id, Event.id)

_entries: Select[*tuple[Any, ...]] = (
    select(
        _ROOT.label("root"),
        Event.id,
        Event.series_id,
        Event.unit_id,
        func.coalesce(SERIES.uid, Event.uid).label("uid"),
        TAKES.person_id.label("takes_part"),
        TAKES.answer,
        Told.ical_uid,
        Told.serial,
        Copy.name,
        Copy.serial.label("copy_serial"),
        Copy.told_serial,
        Copy.is_hidden,
        IS_LABELLED.label("is_labelled"),
        exists().where(_PART.series_id == Event.id, _PART.deleted_at.is_(None)).label("has_parts"),
        SIGHT,
    )
    .outerjoin(SERIES, SERIES.id == Event.series_id)
    .outerjoin(TAKES, and_(TAKES.event_id == Event.id, TAKES.person_id == OWNER))
    .outerjoin(Told, Told.event_id == _ROOT)
    .outerjoin(Copy, and_(Copy.event_id == _ROOT, Copy.person_id == OWNER))
    .where(Event.deleted_at.is_(None))
)


def _both(statement: Select[*tuple[Any, ...]]) -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    """Without the texts and with them."""
    return statement, statement.add_columns(Told.text.label("told_text"), Copy.text.label("copy_text"))


def _at_most(both: tuple[Any, Any]) -> tuple[Any, Any]:
    """With texts no more of them than tell that there are too many."""
    plain, with_texts = both
    return plain, with_texts.limit(AT_ONCE + 1)


AT_ONCE: Final = 500
"""Entries that are read with their texts: who wants those of more of them asks for one page of roots after the other."""
_MASTERS = _both(_entries.where(among(Event.id, "keys")))
_BETWEEN = _at_most(_both(_entries.where(Event.id.in_(ROOTS_BETWEEN))))
_PARTS = _both(_entries.where(among(Event.series_id, "keys")))
_ALL = _at_most(_both(_entries.where(TAKES.person_id == OWNER)))


@dataclass(frozen=True, slots=True)
class Entry:
    """A family in a calendar. `tag` changes with whatever a program may be told of it.

    It is *whole* where the text that all participants share says neither more nor less than this calendar shows the actor:
    everything of the series and of each changed occurrence.
    """

    root: int
    uid: uuid.UUID
    ical_uid: str
    name: str
    tag: str
    sight: Sight
    serial: int
    is_whole: bool
    has_parts: bool = False
    """Whether occurrences of it were changed on their own."""
    has_copy: bool = False
    is_loaded: bool = False
    """Whether the texts were read as well."""
    copy_is_current: bool = False
    told: str = ""
    """The text that is stored for everybody, where texts were asked for."""
    copy: str = ""
    """The text that the person's own program wrote, where texts were asked for."""


def entries(
    actor: Actor, owner: int, roots: Collection[int] | None = None, *, has_texts: bool = False
) -> list[Entry]:
    """What is in the calendar of a person for the actor; of `roots` only where they are given. One statement, or two.

    Of more than `AT_ONCE` entries the texts are not read (`Entry.is_loaded`).
    """
    values = {**parameters(actor), "owner": owner}
    if roots is None:
        rows, has_texts = _rows(_ALL, values, has_texts=has_texts)
    else:
        has_texts = has_texts and len(roots) <= AT_ONCE
        rows = [row for some in chunks(roots) for row in fetch(_MASTERS[has_texts], {**values, "keys": some})]
    return _read(rows, values, has_texts=has_texts, is_own=owner == actor.person_id)


def entries_between(
    actor: Actor, owner: int, since: datetime, until: datetime, *, has_texts: bool = False
) -> list[Entry]:
    """The same, of what takes place between two moments, as far as its times are written down."""
    values = {**parameters(actor), "owner": owner}
    rows, has_texts = _rows(_BETWEEN, {**values, **window(since, until)}, has_texts=has_texts)
    return _read(rows, values, has_texts=has_texts, is_own=owner == actor.person_id)


def _rows(both: tuple[Any, Any], values: dict[str, Any], *, has_texts: bool) -> tuple[list[Any], bool]:
    """The rows, and whether they came with their texts."""
    if has_texts:
        rows = list(fetch(both[True], values))
        if len(rows) <= AT_ONCE:
            return rows, True
    return list(fetch(both[False], values)), False


def _read(rows: list[Any], values: dict[str, Any], *, has_texts: bool, is_own: bool) -> list[Entry]:
    known = {row.id for row in rows}
    for some in chunks(row.id for row in rows if row.has_parts):
        found = fetch(_PARTS[has_texts], {**values, "keys": some})
        rows += [row for row in found if row.id not in known]
    families: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        families[row.root].append(row)
    made = (_entry(family, is_own=is_own, has_texts=has_texts) for family in families.values())
    return [one for one in made if one is not None]


def _entry(every: list[Any], *, is_own: bool, has_texts: bool) -> Entry | None:
    family = [one for one in every if one.takes_part is not None and one.is_labelled]
    if not family:
        return None
    row = next((one for one in family if one.series_id is None), family[0])
    if is_own and row.is_hidden and row.answer == Answer.DECLINED:
        return None
    sights = [seen(one.sight, one.unit_id) for one in family]
    sight = max(sights)
    if sight is Sight.NOTHING:
        return None
    serial = row.serial or 0
    is_whole = len(family) == len(every) and row.series_id is None and min(sights) is Sight.FULL
    has_copy = is_own and row.name is not None
    tag = tag_of(row.root, serial, row.copy_serial if has_copy else None)
    if not is_whole:
        tag += f"-{''.join(str(int(one)) for one in sights)[:32]}{len(sights)}"
    is_named = sight >= Sight.TITLE
    shown = row.uid if is_named else uuid.uuid5(_HIDDEN_NAMES, str(row.uid))
    return Entry(
        root=row.root,
        uid=shown,
        ical_uid=(row.ical_uid or str(row.uid)) if is_named else str(shown),
        name=row.name if has_copy else f"{shown}.ics",
        tag=tag,
        sight=sight,
        serial=serial,
        is_whole=is_whole,
        has_parts=any(one.series_id is not None for one in every),
        has_copy=has_copy,
        is_loaded=has_texts,
        copy_is_current=has_copy and is_whole and row.told_serial == serial,
        told=(row.told_text or "") if has_texts and is_whole else "",
        copy=(row.copy_text or "") if has_texts and has_copy else "",
    )


def tag_of(root: int, serial: int, copy_serial: int | None) -> str:
    """The tag of a family that somebody sees as a whole, by its state and that of the text that their own program wrote."""
    return f"{root}-{serial}" if copy_serial is None else f"{root}-{serial}-{copy_serial}"


def hidden_name(uid: uuid.UUID) -> str:
    """The name of a family that shows its time alone."""
    return f"{uuid.uuid5(_HIDDEN_NAMES, str(uid))}.ics"
