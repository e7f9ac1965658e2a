"""Write the driving log: depart after a passed alcohol check, come back, correct with a reason.

The car is locked first. Kilometres never run backwards, against the trips before and after; a car that is out does not leave
again. A driver on whom alcohol was found does not depart, whoever writes it. Corrections keep what was said before.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from groupware import audit, rules
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.models import Person
from groupware.errors import Conflict, Denied, Invalid
from groupware.guards import texts
from groupware.i18n import gettext
from plugins.facility.enums import GroupKind
from plugins.facility.events import LOG_MISSING
from plugins.facility.models import Booking, Facility, Trip, TripRevision
from plugins.facility.queries.facilities import Place, not_found
from plugins.facility.queries.trips import without_log
from plugins.facility.rules import LOG_REMINDER_HOURS, LOG_YEARS
from plugins.facility.services import telling
from plugins.facility.services.locking import locked
from plugins.facility.services.trips.plans import Check, Return, TripPlan, invalid, require_sound

REASON_LENGTH = 300
REMEMBERED = timedelta(days=3)
"""Trips that ended earlier are not reminded of any more."""
CORRECTED = tuple(
    column.name
    for column in Trip.__table__.c
    if column.name.startswith(("driver_name", "destination", "purpose", "departed", "start", "before"))
    or column.name.startswith(("returned", "end_km", "after", "fuel", "remarks"))
)
"""Columns that a correction may change."""


def depart(actor: Actor, car: uuid.UUID, plan: TripPlan) -> Trip:
    """Write a trip that begins, or with `back` one that is over.

    Raises NotFound for a car that the actor may not see, Denied to those who may not book it (for other drivers: who do not decide
    on it), Invalid with the fields at fault, Conflict while the car is out.
    """
    place = _locked(actor, car)
    if not (place.can_book or place.can_decide):
        raise _denied(place)
    driver_id, driver_name = _driver(actor, place, plan)
    booking_id = _booking(place, plan.booking)
    is_out = session.scalar(
        select(Trip.driver_name).where(
            Trip.facility_id == place.id, Trip.returned_at.is_(None), Trip.deleted_at.is_(None)
        )
    )
    if is_out is not None:
        raise Conflict(
            gettext(
                "%(car)s has not come back yet (%(driver)s). Please enter its return first.",
                car=place.name,
                driver=is_out,
            ),
            code="out",
        )
    made = Trip(
        created_at=actor.now,
        retention_years=int(rules.value(LOG_YEARS, place.unit_id)),
        facility_id=place.id,
        booking_id=booking_id,
        unit_id=place.unit_id,
        driver_id=driver_id,
        recorded_by=actor.person_id,
    )
    require_sound(actor, place, plan, driver_name, None)
    _write(made, plan, driver_name)
    session.add(made)
    session.flush()
    audit.record(actor, "facility.trip_departed", made, unit_id=made.unit_id)
    if plan.back is not None:
        audit.record(actor, "facility.trip_returned", made, unit_id=made.unit_id)
    return made


def arrive(actor: Actor, uid: uuid.UUID, back: Return) -> Trip:
    """Write the end of a trip. As `depart`; Conflict if it has been written."""
    made, place = _own(actor, uid)
    if made.returned_at is not None:
        raise Conflict(gettext("The return has been entered already."), code="returned")
    plan = _plan_of(made, back)
    require_sound(actor, place, plan, made.driver_name, made.id)
    _write(made, plan, made.driver_name)
    session.flush()
    audit.record(actor, "facility.trip_returned", made, unit_id=made.unit_id)
    return made


def correct(actor: Actor, uid: uuid.UUID, plan: TripPlan, reason: str, *, version: int) -> Trip:
    """Let the log say something else, and keep what it said. As `depart`; Conflict if somebody did since `version` was read."""
    made, place = _own(actor, uid)
    if made.version != version:
        raise Conflict(
            gettext("Somebody else changed this meanwhile. Please look at it again before you save."),
            code="changed",
        )
    reason = " ".join(reason.split())
    if not reason or len(reason) > REASON_LENGTH:
        words = gettext("Please give a reason of at most %(limit)d characters.", limit=REASON_LENGTH)
        raise Invalid(words, fields={"reason": words})
    texts.require_clean(actor, place.unit_id, {"reason": reason})
    require_sound(actor, place, plan, made.driver_name, made.id)
    before = {name: getattr(made, name) for name in CORRECTED}
    _write(made, plan, made.driver_name)
    changed = {name: _kept(value) for name, value in before.items() if value != getattr(made, name)}
    if changed:
        session.add(
            TripRevision(
                trip_id=made.id,
                version=made.version,
                at=actor.now,
                person_id=actor.person_id,
                person_name=actor.display_name,
                reason=reason,
                said=changed,
            )
        )
        made.version += 1
        audit.record(
            actor, "facility.trip_corrected", made, unit_id=made.unit_id, details={"columns": sorted(changed)}
        )
    session.flush()
    return made


def remind(actor: Actor) -> int:
    """Tell those who had a car and wrote no log, each once; how many bookings that were."""
    told = 0
    for row in without_log(actor.now - REMEMBERED, actor.now, LOG_MISSING):
        hours = int(rules.value(LOG_REMINDER_HOURS, row.unit_id))
        if not hours or row.ends_at + timedelta(hours=hours) > actor.now:
            continue
        telling.remind(actor, LOG_MISSING, row, row.id)
        told += 1
    return told


def _kept(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _locked(actor: Actor, uid: uuid.UUID) -> Place:
    place = locked(actor, [uid])[uid]
    if place.kind != GroupKind.CAR:
        raise not_found()
    return place


def _own(actor: Actor, uid: uuid.UUID) -> tuple[Trip, Place]:
    """A trip that the actor drove or wrote, or on whose car they decide, with the car locked."""
    car = session.scalar(
        select(Facility.uid).join(Trip, Trip.facility_id == Facility.id).where(Trip.uid == uid)
    )
    if car is None:
        raise not_found()
    place = _locked(actor, car)
    made = session.scalars(
        select(Trip).where(Trip.uid == uid).execution_options(populate_existing=True)
    ).one()
    is_own = actor.person_id is not None and actor.person_id in (made.driver_id, made.recorded_by)
    if made.deleted_at is not None or not (is_own or place.can_decide):
        raise not_found()
    return made, place


def _denied(place: Place) -> Denied:
    return Denied(
        gettext("Your permissions do not include this."),
        object_type="facility.facility",
        object_id=place.id,
        unit_id=place.unit_id,
    )


def _driver(actor: Actor, place: Place, plan: TripPlan) -> tuple[int | None, str]:
    if plan.driver_id is None or plan.driver_id == actor.person_id:
        return actor.person_id, actor.display_name
    if not place.can_decide:
        raise _denied(place)
    row = session.execute(
        select(Person.id, Person.display_name).where(
            Person.id == plan.driver_id, Person.left_on > actor.today
        )
    ).one_or_none()
    if row is None:
        raise invalid({"driver": gettext("This person does not work here. Please choose somebody else.")})
    return row.id, row.display_name


def _booking(place: Place, uid: uuid.UUID | None) -> int | None:
    """The booking that the trip belongs to, if it is one of this car and has no trip yet."""
    if uid is None:
        return None
    found = session.scalar(select(Booking.id).where(Booking.uid == uid, Booking.facility_id == place.id))
    if found is None:
        raise not_found()
    if session.scalar(select(Trip.id).where(Trip.booking_id == found, Trip.deleted_at.is_(None))) is not None:
        raise Conflict(gettext("There is a driving log for this booking already."), code="logged")
    return found


def _write(made: Trip, plan: TripPlan, driver: str) -> None:
    made.driver_name = driver
    made.destination, made.purpose = " ".join(plan.destination.split()), " ".join(plan.purpose.split())
    made.remarks, made.start_km = plan.remarks.strip(), plan.start_km
    assert plan.departed_at is not None
    made.departed_at = plan.departed_at
    for part, check in (
        ("before", plan.check),
        ("after", plan.back.check if plan.back is not None else None),
    ):
        if check is not None:
            setattr(made, f"{part}_at", check.at)
            setattr(made, f"{part}_method", check.method)
            setattr(made, f"{part}_checker", " ".join(check.checker.split()))
            setattr(made, f"{part}_has_detector", check.has_detector)
            setattr(made, f"{part}_is_passed", check.is_passed)
    if plan.back is not None:
        made.returned_at, made.end_km, made.fuel = plan.back.returned_at, plan.back.end_km, plan.back.fuel


def _plan_of(made: Trip, back: Return) -> TripPlan:
    return TripPlan(
        departed_at=made.departed_at,
        check=Check(
            at=made.before_at,
            checker=made.before_checker,
            method=made.before_method,
            has_detector=made.before_has_detector,
            is_passed=made.before_is_passed,
        ),
        destination=made.destination,
        purpose=made.purpose,
        start_km=made.start_km,
        remarks=made.remarks,
        back=back,
    )
