"""The form of the year-end review: to whom rooms are handed over. What becomes of each room stands beside it."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from flask_wtf import FlaskForm

from groupware.directory.forms import PickerField
from groupware.i18n import lazy_gettext
from plugins.chat.enums import ReviewDecision

FIELD = "decision-"
"""What the field of a room begins with."""


class ReviewForm(FlaskForm):
    """Who owns the rooms that are handed over."""

    heir = PickerField(lazy_gettext("Hand over to"), is_multiple=False)

    @property
    def heir_id(self) -> int | None:
        """The person, if one was chosen."""
        return next(iter(self.heir.person_ids), None)


def decided(sent: Mapping[str, str], rooms: Iterable[UUID]) -> dict[UUID, ReviewDecision]:
    """What was chosen for each of the rooms; those that are left for later are not in it."""
    found = {uid: sent.get(f"{FIELD}{uid}", "") for uid in rooms}
    return {uid: ReviewDecision(value) for uid, value in found.items() if value in set(ReviewDecision)}


__all__ = ["FIELD", "ReviewForm", "decided"]
