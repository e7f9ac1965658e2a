"""Equipment of the sample: what was lent in the last weeks came back, but for a piece or two."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from groupware.demo.context import DemoContext
from plugins.facility.models import Loan, Return
from plugins.facility.seed.names import CONDITIONS

BEHIND = timedelta(days=14)


def lend(
    context: DemoContext,
    equipment: set[int],
    reservations: Sequence[dict[str, Any]],
    bookings: Sequence[dict[str, Any]],
) -> None:
    """Write loans for the bookings of equipment of the last two weeks; the last one that is over is still out."""
    rng = context.rng("loans")
    by_id = {one["id"]: one for one in reservations}
    begun = sorted(
        (
            one
            for one in bookings
            if one["facility_id"] in equipment and context.now - BEHIND < one["starts_at"] < context.now
        ),
        key=lambda one: (one["ends_at"], one["id"]),
    )
    over = [one for one in begun if one["ends_at"] < context.now]
    loans, returns = [], []
    for one in begun:
        made = by_id[one["reservation_id"]]
        is_out = one["ends_at"] >= context.now or one is over[-1]
        keeper = rng.choice(context.own_people)
        (key,) = context.take_ids(Loan, 1)
        loans.append(
            {
                "id": key,
                "uid": context.uid(rng, one["starts_at"]),
                "booking_id": one["id"],
                "facility_id": one["facility_id"],
                "quantity": one["quantity"],
                "returned": 0 if is_out else one["quantity"],
                "is_out": is_out,
                "taken_by": made["user_name"],
                "handed_by": keeper.id,
                "handed_by_name": keeper.name,
                "handed_at": one["starts_at"],
            }
        )
        if not is_out:
            returns.append(
                {
                    "loan_id": key,
                    "quantity": one["quantity"],
                    "taken_back_by": keeper.id,
                    "taken_back_by_name": keeper.name,
                    "at": one["ends_at"] - timedelta(minutes=rng.randrange(20)),
                    "condition": rng.choice(CONDITIONS),
                }
            )
    context.insert(Loan, loans)
    context.insert(Return, returns)
