"""The waiting list for programs: what the person waits for, and what is offered to them."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from groupware.actor import Actor
from groupware.api.shapes import Input, Instant, Output, Text
from groupware.capabilities import Span
from groupware.i18n import lazy_gettext
from groupware.plugin import Collection, Operation, Slice
from plugins.facility.api.slices import slice_of
from plugins.facility.enums import Queue
from plugins.facility.queries.facilities import not_found
from plugins.facility.queries.queue import entry, open_entries
from plugins.facility.services import queueing
from plugins.facility.services.queueing import Wait


class EntryItem(Output):
    """What the person waits for: `minutes` anywhere within a time. An empty `facility` is any of the group.

    `reservation` and the times of the offer are there while it is offered, until `offered_until`.
    """

    uid: UUID
    state: Queue
    facility: str
    group: str
    title: str
    starts_at: datetime
    ends_at: datetime
    minutes: int
    ahead: int
    books_at_once: bool
    reservation: UUID | None
    offered_from: datetime | None
    offered_to: datetime | None
    offered_until: datetime | None


class NewEntry(Input):
    """Wait for a facility, or with `takes_any` for any of its group that is as large.

    With `minutes` so long anywhere within the time, a day at most, else all of it.
    """

    facility: UUID
    starts_at: Instant
    ends_at: Instant
    title: Annotated[Text, Field(max_length=100)]
    minutes: Annotated[int, Field(ge=0, le=1440)] = 0
    contact: Annotated[Text, Field(max_length=100)] = ""
    quantity: Annotated[int, Field(ge=1, le=100_000)] = 1
    is_private: bool = False
    takes_any: bool = False
    books_at_once: bool = False


def _item(row: Any) -> EntryItem:
    return EntryItem(
        uid=row.uid,
        state=Queue(row.state),
        facility=row.facility_name or "",
        group=row.group_name,
        title=row.title,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        minutes=(row.ends_at - row.last_start) // timedelta(minutes=1),
        ahead=row.ahead,
        books_at_once=row.books_at_once,
        reservation=row.reservation_uid,
        offered_from=row.offered_from,
        offered_to=row.offered_to,
        offered_until=row.offered_until,
    )


def _own(actor: Actor, _arguments: Input, limit: int, after: tuple[Any, ...] | None) -> Slice:
    return slice_of(open_entries(actor), limit, after, _item)


def _entry(actor: Actor, uid: UUID) -> EntryItem:
    found = entry(actor, uid)
    if found is None:
        raise not_found()
    return _item(found)


def _join(actor: Actor, body: NewEntry) -> UUID:
    values = body.model_dump(exclude={"starts_at", "ends_at"})
    return queueing.join(actor, Wait(span=Span(body.starts_at, body.ends_at), **values)).uid


def _accept(actor: Actor, uid: UUID) -> None:
    queueing.accept(actor, uid)


COLLECTION = Collection(
    id="waiting",
    title=lazy_gettext("Waiting list of facilities"),
    find=Operation(title=lazy_gettext("What the person waits for"), run=_own, takes=Input, gives=EntryItem),
    read=Operation(title=lazy_gettext("An entry of the waiting list"), run=_entry, gives=EntryItem),
    create=Operation(title=lazy_gettext("Wait for a facility that is taken"), run=_join, takes=NewEntry),
    remove=Operation(title=lazy_gettext("Wait no longer"), run=queueing.leave),
    acts={"accept": Operation(title=lazy_gettext("Take what is offered"), run=_accept)},
)
