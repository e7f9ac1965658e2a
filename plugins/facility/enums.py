"""Closed lists of facility booking. The values are stored; the words on screen are in the catalogue."""

from enum import StrEnum

from groupware.i18n import lazy_pgettext
from groupware.plugin import Text


class GroupKind(StrEnum):
    """What sort of thing a group holds."""

    ROOM = "room"
    CAR = "car"
    EQUIPMENT = "equipment"

    @property
    def label(self) -> Text:
        """The word on screen."""
        return GROUP_LABELS[self]

    @property
    def icon(self) -> str:
        """Its picture."""
        return GROUP_ICONS[self]


GROUP_LABELS = {
    GroupKind.ROOM: lazy_pgettext("facility kind", "Rooms"),
    GroupKind.CAR: lazy_pgettext("facility kind", "Cars"),
    GroupKind.EQUIPMENT: lazy_pgettext("facility kind", "Equipment"),
}
GROUP_ICONS = {GroupKind.ROOM: "door-open", GroupKind.CAR: "map-pin", GroupKind.EQUIPMENT: "briefcase"}


class Right(StrEnum):
    """What a facility allows a principal. Each includes the ones before it."""

    SEE = "see"
    REQUEST = "request"
    BOOK = "book"
    MODERATE = "moderate"
    OVERRIDE = "override"

    @property
    def label(self) -> Text:
        """The word on screen."""
        return RIGHT_LABELS[self]

    @property
    def includes(self) -> frozenset["Right"]:
        """Itself and what it includes."""
        return _INCLUDED[self]

    @property
    def included_in(self) -> tuple[str, ...]:
        """Values of itself and of the rights that include it."""
        order = list(Right)
        return tuple(right.value for right in order[order.index(self) :])


_INCLUDED = {right: frozenset(tuple(Right)[: place + 1]) for place, right in enumerate(Right)}
RIGHT_LABELS = {
    Right.SEE: lazy_pgettext("facility right", "See"),
    Right.REQUEST: lazy_pgettext("facility right", "Request"),
    Right.BOOK: lazy_pgettext("facility right", "Book"),
    Right.MODERATE: lazy_pgettext("facility right", "Decide"),
    Right.OVERRIDE: lazy_pgettext("facility right", "Take precedence"),
}


class Use(StrEnum):
    """What a booking takes the time for."""

    USE = "use"
    BLOCKING = "blocking"


class Status(StrEnum):
    """What became of a booking."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    DISPLACED = "displaced"
    RELEASED = "released"
    OFFERED = "offered"

    @property
    def label(self) -> Text:
        """The word on screen."""
        return STATUS_LABELS[self]

    @property
    def kind(self) -> str:
        """The kind of status mark it is shown with."""
        return STATUS_KINDS[self]


LIVE = (Status.REQUESTED.value, Status.CONFIRMED.value, Status.OFFERED.value)
"""Bookings that are to happen or have happened, or are kept for somebody who has waited for them."""

STATUS_LABELS = {
    Status.REQUESTED: lazy_pgettext("booking", "Tentative"),
    Status.CONFIRMED: lazy_pgettext("booking", "Confirmed"),
    Status.REJECTED: lazy_pgettext("booking", "Not granted"),
    Status.WITHDRAWN: lazy_pgettext("booking", "Cancelled"),
    Status.DISPLACED: lazy_pgettext("booking", "Displaced"),
    Status.RELEASED: lazy_pgettext("booking", "Released"),
    Status.OFFERED: lazy_pgettext("booking", "Offered"),
}
STATUS_KINDS = {
    Status.REQUESTED: "waiting",
    Status.CONFIRMED: "positive",
    Status.REJECTED: "negative",
    Status.WITHDRAWN: "neutral",
    Status.DISPLACED: "negative",
    Status.RELEASED: "neutral",
    Status.OFFERED: "waiting",
}


class Queue(StrEnum):
    """What became of an entry of the waiting list."""

    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    LEFT = "left"
    LAPSED = "lapsed"
    EXPIRED = "expired"


class CheckMethod(StrEnum):
    """How a driver was looked at before or after a trip."""

    FACE = "face"
    REMOTE = "remote"

    @property
    def label(self) -> Text:
        """The word on screen."""
        return METHOD_LABELS[self]


METHOD_LABELS = {
    CheckMethod.FACE: lazy_pgettext("alcohol check", "Face to face"),
    CheckMethod.REMOTE: lazy_pgettext(
        "alcohol check", "By telephone or video, with a detector that the driver carries"
    ),
}
