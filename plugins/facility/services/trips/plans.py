"""What the log of a trip is to say, and what is wrong with it: checks, times, kilometres, words."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from groupware import rules
from groupware.actor import Actor
from groupware.db import session
from groupware.errors import Invalid
from groupware.guards import texts
from groupware.i18n import gettext
from plugins.facility.enums import CheckMethod
from plugins.facility.models import Trip
from plugins.facility.queries.facilities import Place
from plugins.facility.rules import LOG_COLUMNS
from plugins.facility.services.plans import is_sensible

WORDS_LENGTH = 200
REMARKS_LENGTH = 1000
MOST_KM = 2_000_000
MOST_FUEL = 10_000
"""Tenths of a litre."""
AHEAD = timedelta(minutes=30)
"""A departure may be written so long before it."""
LONGEST = timedelta(days=31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """An alcohol check: when, how, by whom, with a detector or not, and whether nothing was found."""

    at: datetime | None
    checker: str
    method: str = CheckMethod.FACE.value
    has_detector: bool = True
    is_passed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """The end of a trip. `fuel` is in tenths of a litre."""

    returned_at: datetime | None
    check: Check
    end_km: int | None = None
    fuel: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TripPlan:
    """What the log is to say. `driver_id` None is the actor; without `back` the car is still out."""

    departed_at: datetime | None
    check: Check
    driver_id: int | None = None
    destination: str = ""
    purpose: str = ""
    start_km: int | None = None
    remarks: str = ""
    back: Return | None = None
    booking: uuid.UUID | None = None


def invalid(faults: Mapping[str, object]) -> Invalid:
    """The refusal with the fields at fault."""
    return Invalid(gettext("Some entries need your attention."), fields=faults)


def require_sound(actor: Actor, place: Place, plan: TripPlan, driver: str, trip_id: int | None) -> None:
    """Raise Invalid with the fields at fault. The car is locked; `trip_id` is the trip itself, if it stands in the log."""
    if plan.departed_at is not None and not is_sensible(plan.departed_at):
        raise invalid({"departed_at": gettext("Please enter a time between the years 2000 and 2100.")})
    needed = set(rules.value(LOG_COLUMNS, place.unit_id))
    faults = _check_faults("before", plan.check, driver, needed)
    if plan.check.is_passed is False:
        faults["before_is_passed"] = gettext(
            "Somebody on whom alcohol was found does not drive. The departure cannot be entered."
        )
    faults |= _time_faults(actor, plan)
    faults |= _word_faults(plan, needed)
    if plan.start_km is None and "km" in needed:
        faults["start_km"] = gettext("Please enter the kilometres.")
    if plan.back is not None:
        faults |= _check_faults("after", plan.back.check, driver, needed)
        if plan.back.end_km is None and "km" in needed:
            faults["end_km"] = gettext("Please enter the kilometres.")
        if plan.back.fuel is None and "fuel" in needed:
            faults["fuel"] = gettext("Please enter the fuel, 0 if none was filled in.")
        elif plan.back.fuel is not None and not 0 <= plan.back.fuel <= MOST_FUEL:
            faults["fuel"] = gettext("Please enter a number of litres.")
    faults |= _km_faults(place, plan, trip_id)
    if faults:
        raise invalid(faults)
    checkers = {"before_checker": plan.check.checker}
    if plan.back is not None:
        checkers["after_checker"] = plan.back.check.checker
    words = {"destination": plan.destination, "purpose": plan.purpose, "remarks": plan.remarks}
    texts.require_clean(actor, place.unit_id, words | checkers)


def _check_faults(part: str, check: Check, driver: str, needed: set[str]) -> dict[str, object]:
    faults: dict[str, object] = {}
    if check.at is None:
        faults[f"{part}_at"] = gettext("Please enter a time.")
    if check.method not in set(CheckMethod):
        faults[f"{part}_method"] = gettext("Please choose one of the choices.")
    if not check.checker.strip() or len(check.checker) > WORDS_LENGTH:
        faults[f"{part}_checker"] = gettext("Please enter who checked.")
    elif "".join(check.checker.split()) == "".join(driver.split()):
        faults[f"{part}_checker"] = gettext("Somebody else than the driver has to check.")
    if check.is_passed is None:
        faults[f"{part}_is_passed"] = gettext("Please enter the result of the check.")
    if "detector" in needed and not check.has_detector:
        faults[f"{part}_has_detector"] = gettext("The check is made with a detector.")
    return faults


def _time_faults(actor: Actor, plan: TripPlan) -> dict[str, object]:
    faults: dict[str, object] = {}
    left, back = plan.departed_at, plan.back.returned_at if plan.back is not None else None
    if left is None:
        return {"departed_at": gettext("Please enter a time.")}
    if left > actor.now + AHEAD:
        faults["departed_at"] = gettext("The log is written when the trip begins, not before.")
    if plan.check.at is not None and not timedelta(0) <= left - plan.check.at <= timedelta(days=1):
        faults["before_at"] = gettext("The check is made on the day of the trip, before the departure.")
    if plan.back is None:
        return faults
    if back is None:
        faults["returned_at"] = gettext("Please enter a time.")
    elif not left <= back <= min(left + LONGEST, actor.now + AHEAD):
        faults["returned_at"] = gettext("The return lies after the departure, and not in the future.")
    elif plan.back.check.at is not None and not timedelta(0) <= plan.back.check.at - back <= timedelta(
        days=1
    ):
        faults["after_at"] = gettext("The check is made after the return.")
    return faults


def _word_faults(plan: TripPlan, needed: set[str]) -> dict[str, object]:
    faults: dict[str, object] = {}
    empty = {
        "destination": gettext("Please enter the destination."),
        "purpose": gettext("Please enter the purpose."),
    }
    for name, text, limit in (
        ("destination", plan.destination, WORDS_LENGTH),
        ("purpose", plan.purpose, WORDS_LENGTH),
        ("remarks", plan.remarks, REMARKS_LENGTH),
    ):
        if name in needed and name in empty and not text.strip():
            faults[name] = empty[name]
        elif len(text) > limit:
            faults[name] = gettext(
                "This may have %(limit)d characters (now %(length)d).", limit=limit, length=len(text)
            )
    return faults


def _km_faults(place: Place, plan: TripPlan, trip_id: int | None) -> dict[str, object]:
    """What runs backwards: within the trip, or against the one before it and the one after it."""
    faults: dict[str, object] = {}
    start, end = plan.start_km, plan.back.end_km if plan.back is not None else None
    for name, km in (("start_km", start), ("end_km", end)):
        if km is not None and not 0 <= km <= MOST_KM:
            faults[name] = gettext("Please enter the kilometres.")
    if faults or plan.departed_at is None:
        return faults
    if start is not None and end is not None and end < start:
        faults["end_km"] = gettext("Kilometres do not run backwards: the trip began with %(km)d.", km=start)
    others = select(Trip.start_km, Trip.end_km).where(
        Trip.facility_id == place.id,
        Trip.deleted_at.is_(None),
        Trip.start_km.is_not(None),
        Trip.id != (trip_id or 0),
    )
    before = session.execute(
        others.where(Trip.departed_at <= plan.departed_at)
        .order_by(Trip.departed_at.desc(), Trip.id.desc())
        .limit(1)
    ).first()
    after = session.execute(
        others.where(Trip.departed_at > plan.departed_at).order_by(Trip.departed_at, Trip.id).limit(1)
    ).first()
    least = max((km for km in before or () if km is not None), default=None)
    if start is not None and least is not None and start < least:
        faults["start_km"] = gettext(
            "Kilometres do not run backwards: the trip before ended with %(km)d.", km=least
        )
    most = end if end is not None else start
    if after is not None and most is not None and most > after.start_km:
        faults["end_km" if end is not None else "start_km"] = gettext(
            "Kilometres do not run backwards: the trip after it began with %(km)d.", km=after.start_km
        )
    return faults
