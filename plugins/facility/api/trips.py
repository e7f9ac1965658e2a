"""The driving log of cars for programs: terminals in cars, and whoever adds up kilometres."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from groupware.actor import Actor
from groupware.api.shapes import Id, Input, Instant, Output, Text
from groupware.i18n import lazy_gettext
from groupware.plugin import Collection, Operation, Slice
from plugins.facility.api.slices import slice_of, week_after, window
from plugins.facility.enums import CheckMethod
from plugins.facility.queries import trips as queries
from plugins.facility.services import trips as services
from plugins.facility.services.trips.plans import MOST_FUEL, MOST_KM, Check, Return, TripPlan

Km = Annotated[int, Field(ge=0, le=MOST_KM)]
Fuel = Annotated[int, Field(ge=0, le=MOST_FUEL)]
Words = Annotated[Text, Field(max_length=200)]


class TripArguments(Input):
    """Trips of a car that began within a time of at most 62 days: all of them for those who decide on it, else one's own."""

    car: UUID
    since: Instant
    until: Instant | None = None


class CheckView(Output):
    """An alcohol check. `is_passed` says that nothing was found."""

    at: datetime
    method: CheckMethod
    checker: str
    has_detector: bool
    is_passed: bool


class TripItem(Output):
    """A trip. `fuel` is in tenths of a litre; what belongs to the return is empty while the car is out."""

    uid: UUID
    version: int
    driver: Id | None
    driver_name: str
    destination: str
    purpose: str
    departed_at: datetime
    start_km: int | None
    before: CheckView
    returned_at: datetime | None
    end_km: int | None
    after: CheckView | None
    fuel: int | None
    remarks: str


class NewCheck(Input):
    """An alcohol check before or after a trip, by somebody who does not drive."""

    at: Instant
    checker: Words
    method: CheckMethod = CheckMethod.FACE
    has_detector: bool = True
    is_passed: bool


class NewReturn(Input):
    """The end of a trip. `fuel` is in tenths of a litre."""

    returned_at: Instant
    check: NewCheck
    end_km: Km | None = None
    fuel: Fuel | None = None


class TripText(Input):
    """What the log says about a trip."""

    departed_at: Instant
    check: NewCheck
    destination: Words = ""
    purpose: Words = ""
    start_km: Km | None = None
    remarks: Annotated[Text, Field(max_length=1000)] = ""
    back: NewReturn | None = None


class NewTrip(TripText):
    """A trip that begins, or with `back` one that is over. `driver` is the person themselves unless it is said."""

    car: UUID
    driver: Id | None = None
    booking: UUID | None = None


class TripCorrection(TripText):
    """What the log is to say instead, and why. What it said before is kept."""

    reason: Annotated[Text, Field(max_length=300)]


def _check(one: NewCheck) -> Check:
    return Check(**one.model_dump() | {"method": one.method.value})


def _return(one: NewReturn) -> Return:
    return Return(returned_at=one.returned_at, check=_check(one.check), end_km=one.end_km, fuel=one.fuel)


def _plan(body: TripText, **more: Any) -> TripPlan:
    return TripPlan(
        departed_at=body.departed_at,
        check=_check(body.check),
        destination=body.destination,
        purpose=body.purpose,
        start_km=body.start_km,
        remarks=body.remarks,
        back=_return(body.back) if body.back is not None else None,
        **more,
    )


def _checked(row: Any, part: str) -> CheckView:
    return CheckView(**{name: getattr(row, f"{part}_{name}") for name in CheckView.model_fields})


def _item(row: Any) -> TripItem:
    names = TripItem.model_fields.keys() - {"driver", "before", "after"}
    return TripItem(
        driver=row.driver_id,
        before=_checked(row, "before"),
        after=_checked(row, "after") if row.after_at is not None else None,
        **{name: getattr(row, name) for name in names},
    )


def _found(actor: Actor, wanted: TripArguments, limit: int, after: tuple[Any, ...] | None) -> Slice:
    span = window(wanted.since, wanted.until or week_after(wanted.since), "until")
    rows = queries.trips(actor, queries.car(actor, wanted.car), span.starts_at, span.ends_at)
    return slice_of(rows, limit, after, _item)


def _trip(actor: Actor, uid: UUID) -> TripItem:
    return _item(queries.trip(actor, uid)[0])


def _depart(actor: Actor, body: NewTrip) -> UUID:
    return services.depart(actor, body.car, _plan(body, driver_id=body.driver, booking=body.booking)).uid


def _correct(actor: Actor, uid: UUID, body: TripCorrection, seen: TripItem) -> None:
    services.correct(actor, uid, _plan(body), body.reason, version=seen.version)


def _arrive(actor: Actor, uid: UUID, body: NewReturn) -> None:
    services.arrive(actor, uid, _return(body))


COLLECTION = Collection(
    id="trips",
    title=lazy_gettext("Driving log of cars"),
    find=Operation(title=lazy_gettext("Trips of a car"), run=_found, takes=TripArguments, gives=TripItem),
    read=Operation(title=lazy_gettext("A trip"), run=_trip, gives=TripItem),
    create=Operation(title=lazy_gettext("Write a trip into the log"), run=_depart, takes=NewTrip),
    change=Operation(title=lazy_gettext("Correct the log"), run=_correct, takes=TripCorrection),
    acts={"return": Operation(title=lazy_gettext("Write the return"), run=_arrive, takes=NewReturn)},
)
