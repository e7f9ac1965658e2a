"""What owners of rooms of the sample municipality are asked at the end of the year, so that the page can be looked at at any time."""

from collections.abc import Sequence

from groupware.calendar.fiscal import fiscal_year
from groupware.demo.context import DemoContext
from plugins.chat.enums import ReviewReason
from plugins.chat.models import Review


def seed_reviews(context: DemoContext, rooms: Sequence[int]) -> None:
    """About rooms whose project ends with the fiscal year."""
    context.insert(
        Review,
        [
            {
                "room_id": room,
                "year": fiscal_year(context.today),
                "why": ReviewReason.ENDS.value,
                "proposed_at": context.now,
            }
            for room in rooms
        ],
    )


__all__ = ["seed_reviews"]
