"""Criteria over appointments that several statements share: which one places a person, and whether somebody is on leave."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, or_, tuple_
from sqlalchemy.orm import aliased

from groupware.db import holds_on
from groupware.directory.enums import AppointmentKind
from groupware.directory.models import Appointment

_other: Any = aliased(Appointment)
_leave: Any = aliased(Appointment)


def places(appointment: Any, first: Any, last: Any = None) -> ColumnElement[bool]:
    """Whether it is the one appointment that places its person: the main one, else the earliest of the others.

    `first` is the day, `last` how far ahead to look for those who have none yet; leave places nobody.
    """
    until = first if last is None else last

    def might(one: Any) -> ColumnElement[bool]:
        in_time = and_(one.valid_from <= until, one.valid_to > first)
        return and_(one.kind != AppointmentKind.LEAVE.value, in_time)

    def rank(one: Any) -> Any:
        is_coming = case((one.valid_from > first, 1), else_=0)
        return tuple_(
            is_coming, case((one.kind == AppointmentKind.MAIN.value, 0), else_=1), one.valid_from, one.id
        )

    is_before = exists().where(
        _other.person_id == appointment.person_id, might(_other), rank(_other) < rank(appointment)
    )
    # Of the main one there is but one a day, so nothing need be compared.
    is_main = and_(appointment.kind == AppointmentKind.MAIN.value, appointment.valid_from <= first)
    return and_(might(appointment), or_(is_main, ~is_before))


def is_on_leave(person_id: Any, day: Any) -> ColumnElement[bool]:
    """Whether leave 休職 of the person is in force: their account rests (administration.md 2)."""
    return exists().where(
        _leave.person_id == person_id,
        _leave.kind == AppointmentKind.LEAVE.value,
        holds_on(_leave, day),
    )


__all__ = ["is_on_leave", "places"]
