"""Pin places, choose what the schedule opens with, and put facilities and calendars of organisations under a place."""

import uuid

from sqlalchemy import delete, func, select

from groupware import access, audit, rules
from groupware.actor import Actor
from groupware.capabilities import Question, reservable
from groupware.db import insert_new, session, upsert
from groupware.directory.enums import GroupKind
from groupware.directory.queries.choices import GroupRow, visible_groups
from groupware.directory.queries.roll import roll
from groupware.errors import Denied, Invalid
from groupware.i18n import gettext
from plugins.schedule.enums import PlaceKind, View
from plugins.schedule.models import ExtraRow, Pin, Start
from plugins.schedule.permissions import MANAGE
from plugins.schedule.queries.events import not_found
from plugins.schedule.queries.places import named_place, what_of
from plugins.schedule.rules import ARRANGING

MOST_PINS = 12
MOST_ROWS = 20
GROUPS = "directory:unit:manage"
"""What keeping a shared group needs."""
ROWS_CHANGED = "schedule.rows_changed"


def pin(actor: Actor, kind: PlaceKind, ref: int) -> None:
    """Have a place at hand, after the others; once is enough. What is not there any more makes room.

    Raises NotFound, Invalid for too many.
    """
    _require_there(actor, kind, ref)
    if session.get(Pin, (actor.person_id, kind.value, ref)) is not None:
        return
    pins = session.scalars(select(Pin).where(Pin.person_id == actor.person_id).with_for_update()).all()
    groups = visible_groups(actor)
    there = [one for one in pins if named_place(PlaceKind(one.kind), one.ref, groups) is not None]
    for gone in set(pins) - set(there):
        session.delete(gone)
    if len(there) >= MOST_PINS:
        raise Invalid(
            gettext("At most %(limit)d can be pinned. Take one off first.", limit=MOST_PINS), code="too_many"
        )
    last = max((one.place for one in there), default=0)
    # A second click may have arrived meanwhile.
    session.execute(
        insert_new(Pin).values(person_id=actor.person_id, kind=kind.value, ref=ref, place=last + 1)
    )


def unpin(actor: Actor, kind: PlaceKind, ref: int) -> None:
    """Have it at hand no longer; what is not pinned stays so."""
    session.execute(
        delete(Pin).where(Pin.person_id == actor.person_id, Pin.kind == kind.value, Pin.ref == ref)
    )


def move_pin(actor: Actor, kind: PlaceKind, ref: int, *, is_up: bool) -> None:
    """Let a pinned place change places with the one before it, or after it."""
    pins = list(
        session.scalars(
            select(Pin).where(Pin.person_id == actor.person_id).order_by(Pin.place, Pin.ref).with_for_update()
        )
    )
    at = next((n for n, one in enumerate(pins) if (one.kind, one.ref) == (kind.value, ref)), None)
    if at is None:
        raise not_found()
    other = at - 1 if is_up else at + 1
    if 0 <= other < len(pins):
        pins[at], pins[other] = pins[other], pins[at]
    for place, one in enumerate(pins, start=1):
        one.place = place


def begin_with(actor: Actor, view: View, kind: PlaceKind | None, ref: int = 0) -> None:
    """Open the schedule with a view from now on, those of organisations with a place (None: one's own). Raises NotFound."""
    if kind is not None:
        _require_there(actor, kind, ref)
    values = {"view": view.value, "kind": kind.value if kind is not None else "", "ref": ref}
    row = upsert(Start).values(person_id=actor.person_id, **values)
    session.execute(row.on_conflict_do_update(index_elements=[Start.person_id], set_=values))


def may_arrange(actor: Actor, kind: PlaceKind, ref: int, groups: list[GroupRow]) -> bool:
    """Whether the actor decides which facilities and calendars stand under a place.

    Under a personal group whoever may change it; under a shared group whoever keeps it; under an organisation its people or, by rule, only
    those who manage its calendar. People of the organisation that a shared group belongs to may by the same rule.
    """
    group = next((one for one in groups if one.id == ref), None) if kind is PlaceKind.GROUP else None
    if group is not None and group.kind is GroupKind.PERSONAL:
        return group.may_edit
    unit_id = group.unit_id if group is not None else ref
    if kind is PlaceKind.GROUP and (group is None or access.can(actor, GROUPS, unit_id=unit_id)):
        return group is not None
    if unit_id is not None and unit_id == actor.unit_id and rules.value(ARRANGING, unit_id) == "members":
        return True
    return kind is PlaceKind.UNIT and access.can(actor, MANAGE, unit_id=unit_id)


def add_row(actor: Actor, kind: PlaceKind, ref: int, one: int | uuid.UUID) -> None:
    """Put a facility, or the calendar of an organisation, under a place. Raises NotFound, Denied, Invalid."""
    _require_arranging(actor, kind, ref)
    if isinstance(one, int):
        is_there = one in roll().tree
    else:
        is_there = bool(reservable(actor).choices(actor, Question(uids=[one], limit=1)))
    if not is_there:
        raise not_found()
    what = what_of(one)
    if session.get(ExtraRow, (kind.value, ref, what)) is not None:
        return
    number, last = session.execute(
        select(func.count(), func.max(ExtraRow.place)).where(ExtraRow.kind == kind.value, ExtraRow.ref == ref)
    ).one()
    if number >= MOST_ROWS:
        raise Invalid(gettext("At most %(limit)d rows can be added.", limit=MOST_ROWS), code="too_many")
    session.execute(insert_new(ExtraRow).values(kind=kind.value, ref=ref, what=what, place=(last or 0) + 1))
    _record(actor, kind, ref, added=what)


def remove_row(actor: Actor, kind: PlaceKind, ref: int, one: int | uuid.UUID) -> None:
    """Take it away again; what does not stand there stays so. Raises NotFound, Denied."""
    _require_arranging(actor, kind, ref)
    what = what_of(one)
    row = session.get(ExtraRow, (kind.value, ref, what))
    if row is not None:
        session.delete(row)
        _record(actor, kind, ref, removed=what)


def _require_there(actor: Actor, kind: PlaceKind, ref: int) -> None:
    groups = visible_groups(actor) if kind is PlaceKind.GROUP else []
    if actor.person_id is None or named_place(kind, ref, groups) is None:
        raise not_found()


def _require_arranging(actor: Actor, kind: PlaceKind, ref: int) -> None:
    groups = visible_groups(actor)
    if named_place(kind, ref, groups) is None:
        raise not_found()
    if not may_arrange(actor, kind, ref, groups):
        raise Denied(
            gettext("Only those who keep this organisation or group may add rows."),
            permission=MANAGE,
            unit_id=ref if kind is PlaceKind.UNIT else None,
        )


def _record(actor: Actor, kind: PlaceKind, ref: int, **details: str) -> None:
    object_type = "core.unit" if kind is PlaceKind.UNIT else "core.group"
    unit_id = ref if kind is PlaceKind.UNIT else None
    audit.record(
        actor, ROWS_CHANGED, object_type=object_type, object_id=ref, unit_id=unit_id, details=details
    )
