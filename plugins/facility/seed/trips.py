"""The driving logs of the sample: one for nearly every past trip, kilometres that go on from one to the next."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from groupware.demo.context import DemoContext
from plugins.facility.enums import CheckMethod
from plugins.facility.models import Trip
from plugins.facility.seed.names import DESTINATIONS


def drive(
    context: DemoContext,
    cars: set[int],
    reservations: Sequence[dict[str, Any]],
    bookings: Sequence[dict[str, Any]],
) -> None:
    """Write a trip for the bookings of cars that are over; the latest ones lack it here and there."""
    rng = context.rng("trips")
    by_id = {one["id"]: one for one in reservations}
    past = [one for one in bookings if one["facility_id"] in cars and one["ends_at"] < context.now]
    kilometres = {car: 10_000 + rng.randrange(40_000) for car in sorted(cars)}
    rows = []
    for one in sorted(past, key=lambda one: (one["starts_at"], one["id"])):
        if rng.random() < 0.05:
            continue
        made, car = by_id[one["reservation_id"]], one["facility_id"]
        start = kilometres[car]
        kilometres[car] = end = start + rng.randrange(4, 90)
        others = [person for person in context.own_people if person.id != made["user_id"]]
        checker = rng.choice(others).name
        left = one["starts_at"] + timedelta(minutes=rng.randrange(10))
        back = one["ends_at"] - timedelta(minutes=rng.randrange(25))
        rows.append(
            {
                "uid": context.uid(rng, left),
                "created_at": left,
                "retention_years": 1,
                "facility_id": car,
                "booking_id": one["id"],
                "unit_id": made["unit_id"],
                "driver_id": made["user_id"],
                "driver_name": made["user_name"],
                "recorded_by": made["user_id"],
                "destination": rng.choice(DESTINATIONS),
                "purpose": made["title"],
                "departed_at": left,
                "start_km": start,
                "before_at": left - timedelta(minutes=5),
                "before_method": CheckMethod.FACE.value,
                "before_checker": checker,
                "before_has_detector": True,
                "before_is_passed": True,
                "returned_at": back,
                "end_km": end,
                "after_at": back + timedelta(minutes=4),
                "after_method": CheckMethod.FACE.value,
                "after_checker": checker,
                "after_has_detector": True,
                "after_is_passed": True,
                "fuel": rng.randrange(150, 420) if rng.random() < 0.1 else None,
            }
        )
    context.insert(Trip, rows)
