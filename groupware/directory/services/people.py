"""People by hand: those whom the personnel department does not deliver, their appointments, and the day they leave.

Contractors, the first administrator, somebody on loan from another body. A person added here is kept by hand: no
delivery that lacks them ends them; a delivery that names their number takes them over.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from groupware import access, audit
from groupware.actor import Actor
from groupware.db import FOREVER, session
from groupware.directory.enums import AppointmentKind, EmploymentType
from groupware.directory.models import Appointment, DutyHolder, Person, Post, StaffNumber
from groupware.directory.queries.batches import LOAD
from groupware.directory.services.settling import settle
from groupware.directory.tree import load_tree
from groupware.errors import Conflict, Invalid, NotFound
from groupware.i18n import gettext
from groupware.text.folding import fold, fold_kana


def add_person(
    actor: Actor,
    staff_number: str,
    legal_name: str,
    *,
    kana_name: str = "",
    employment_type: EmploymentType = EmploymentType.CONTRACTOR,
    hired_on: date | None = None,
    **values: Any,
) -> Person:
    """Somebody new who is kept by hand; `values` are further columns (display_name, email, phone, extension …).

    Invalid for an empty name or number and for a number that somebody carries or carried.
    """
    access.require(actor, LOAD)
    number, name = staff_number.strip(), legal_name.strip()
    _require_text("staff_number", number, 64)
    _require_text("legal_name", name, 200)
    if session.scalar(select(Person.id).where(Person.staff_number == number)) is not None or (
        session.scalar(select(StaffNumber.id).where(StaffNumber.number == number)) is not None
    ):
        message = gettext("The staff number %(number)s is in use already.", number=number)
        raise Invalid(message, code="duplicate_number", fields={"staff_number": message})
    kana = fold_kana(kana_name.strip())
    person = Person(
        staff_number=number,
        legal_name=name,
        kana_name=kana,
        sort_kana=fold(kana),
        employment_type=employment_type,
        hired_on=hired_on or actor.today,
        is_kept_by_hand=True,
        **{"display_name": " ".join(name.split()), **values},
    )
    session.add(person)
    session.flush()
    session.add(
        StaffNumber(
            person_id=person.id, number=number, valid_from=person.hired_on or actor.today, valid_to=FOREVER
        )
    )
    settle([person.id], names=[person.id])
    _record(actor, "directory.person_added", person.id)
    return person


def leave(actor: Actor, person_id: int, on: date) -> None:
    """The person leaves; `on` is the first day on which they no longer work here, from 00:00.

    Appointments and duties end on that day, sign-in and every right with them. NotFound; Conflict if they left earlier.
    """
    access.require(actor, LOAD)
    person = session.get(Person, person_id, with_for_update=True)
    if person is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    if person.left_on <= min(on, actor.today):
        raise Conflict(gettext("The person has left already."), code="left")
    person.left_on = on
    for model in (Appointment, DutyHolder):
        session.execute(delete(model).where(model.person_id == person_id, model.valid_from >= on))
        _end(session.scalars(select(model).where(model.person_id == person_id, model.valid_to > on)), on)
    settle([person_id])
    _record(actor, "directory.person_left", person_id, day=on.isoformat())


def appoint(
    actor: Actor,
    person_id: int,
    unit_id: int,
    post_id: int,
    valid_from: date,
    valid_to: date = FOREVER,
    *,
    kind: AppointmentKind = AppointmentKind.MAIN,
    roster: int = 0,
    line_superior_id: int | None = None,
    matter: str = "",
) -> Appointment:
    """Appoint somebody to a post of a unit, until a day (exclusive).

    Invalid for a unit that does not exist on the first day, an end before the beginning, days outside the person's
    service, or a second main post on any day; the message says which.
    """
    access.require(actor, LOAD)
    person = session.get(Person, person_id, with_for_update=True)
    if person is None or session.get(Post, post_id) is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    tree = load_tree(valid_from)
    if unit_id not in tree:
        raise Invalid(gettext("The unit does not exist on that day."), code="unit_not_in_force")
    if valid_to <= valid_from:
        raise Invalid(gettext("The end must lie after the beginning."), code="ends_before_begins")
    if valid_from >= person.left_on:
        raise Invalid(gettext("The person has left by then."), code="after_leaving")
    made = Appointment(
        person_id=person_id,
        unit_id=unit_id,
        post_id=post_id,
        kind=kind,
        valid_from=valid_from,
        valid_to=min(valid_to, person.left_on),
        roster=roster,
        line_superior_id=line_superior_id,
        matter=matter,
    )
    if kind == AppointmentKind.MAIN:
        _require_no_main_post(made)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as error:
        # The guard of the database, for whoever came at the same moment.
        raise Invalid(_overlap(), code="overlapping_main") from error
    settle([person_id])
    _record(actor, "directory.appointed", person_id, unit_id=unit_id, appointment=made.id, kind=str(kind))
    return made


def end_appointment(actor: Actor, appointment_id: int, on: date) -> None:
    """End an appointment; `on` is the first day on which it no longer holds. One that has not begun never begins."""
    access.require(actor, LOAD)
    appointment = session.get(Appointment, appointment_id, with_for_update=True)
    if appointment is None or appointment.valid_to <= on:
        raise NotFound(gettext("The page you are looking for was not found."))
    person_id, unit_id = appointment.person_id, appointment.unit_id
    _end([appointment], on)
    settle([person_id])
    _record(actor, "directory.appointment_ended", person_id, unit_id=unit_id, appointment=appointment_id)


def _end(rows: Iterable[Any], on: date) -> None:
    for row in rows:
        if row.valid_from < on:
            row.valid_to = on
        else:
            session.delete(row)


def _require_no_main_post(made: Appointment) -> None:
    statement = select(Appointment).where(
        Appointment.person_id == made.person_id,
        Appointment.kind == AppointmentKind.MAIN,
        Appointment.valid_from < made.valid_to,
        Appointment.valid_to > made.valid_from,
    )
    other = session.scalars(statement.order_by(Appointment.valid_from).limit(1)).first()
    if other is None:
        return
    unit = load_tree(other.valid_from).get(other.unit_id)
    message = _overlap(unit.name if unit else "", other.valid_from)
    raise Invalid(message, code="overlapping_main", fields={"valid_from": message})


def _overlap(unit_name: str = "", begin: date | None = None) -> str:
    if begin is None:
        return str(gettext("The person has a main post on some of these days already."))
    message = gettext(
        "The person has a main post on some of these days already: %(unit)s, from %(day)s. End it first.",
        unit=unit_name,
        day=begin.isoformat(),
    )
    return str(message)


def _require_text(field: str, text: str, limit: int) -> None:
    if not text or len(text) > limit:
        message = gettext("Please enter between 1 and %(limit)d characters.", limit=limit)
        raise Invalid(message, code=field, fields={field: message})


def _record(actor: Actor, action: str, person_id: int, unit_id: int | None = None, **details: Any) -> None:
    audit.record(
        actor, action, object_type="core.person", object_id=person_id, unit_id=unit_id, details=details
    )


__all__ = ["add_person", "appoint", "end_appointment", "leave"]
