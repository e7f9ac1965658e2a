"""Equipment that is handed out, for the programs of those who decide on it: a desk with a scanner."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from groupware.actor import Actor
from groupware.api.shapes import Input, Output, Text
from groupware.i18n import lazy_gettext
from groupware.plugin import Collection, Operation, Slice
from plugins.facility.api.slices import slice_of
from plugins.facility.queries import loans as queries
from plugins.facility.queries.facilities import Place, not_found
from plugins.facility.services import loans as services

Pieces = Annotated[int, Field(ge=1, le=100_000)]


class LoanItem(Output):
    """Pieces of equipment that somebody took. It is due when the booking ends."""

    uid: UUID
    equipment: UUID
    name: str
    reservation: UUID
    title: str
    quantity: int
    returned: int
    taken_by: str
    handed_by: str
    handed_at: datetime
    due_at: datetime
    is_overdue: bool


class NewLoan(Input):
    """Hand pieces of a booking out; to whom it is for if nobody is named."""

    booking: UUID
    quantity: Pieces
    taken_by: Annotated[Text, Field(max_length=100)] = ""


class Back(Input):
    """Pieces that came back, and how they look."""

    quantity: Pieces
    condition: Annotated[Text, Field(max_length=300)] = ""


def _out(actor: Actor, _arguments: Input, limit: int, after: tuple[Any, ...] | None) -> Slice:
    places = {one.id: one for one in queries.kept(actor)}
    return slice_of(
        queries.out(list(places)), limit, after, lambda row: _item(actor, row, places[row.facility_id])
    )


def _item(actor: Actor, row: Any, place: Place) -> LoanItem:
    return LoanItem(
        uid=row.uid,
        equipment=place.uid,
        name=place.name,
        reservation=row.reservation_uid,
        title=row.title,
        quantity=row.quantity,
        returned=row.returned,
        taken_by=row.taken_by,
        handed_by=row.handed_by_name,
        handed_at=row.handed_at,
        due_at=row.ends_at,
        is_overdue=row.is_out and row.ends_at < actor.now,
    )


def _loan(actor: Actor, uid: UUID) -> LoanItem:
    row = queries.loan(uid)
    place = next((one for one in queries.kept(actor) if row is not None and one.id == row.facility_id), None)
    if place is None:
        raise not_found()
    return _item(actor, row, place)


def _hand_out(actor: Actor, body: NewLoan) -> UUID:
    return services.hand_out(actor, body.booking, body.quantity, body.taken_by).uid


def _take_back(actor: Actor, uid: UUID, body: Back) -> None:
    services.take_back(actor, uid, body.quantity, body.condition)


COLLECTION = Collection(
    id="loans",
    title=lazy_gettext("Equipment that was handed out"),
    find=Operation(
        title=lazy_gettext("What is out, what was due first first"), run=_out, takes=Input, gives=LoanItem
    ),
    read=Operation(title=lazy_gettext("What somebody took"), run=_loan, gives=LoanItem),
    create=Operation(title=lazy_gettext("Hand equipment out"), run=_hand_out, takes=NewLoan),
    acts={"take-back": Operation(title=lazy_gettext("Take equipment back"), run=_take_back, takes=Back)},
)
