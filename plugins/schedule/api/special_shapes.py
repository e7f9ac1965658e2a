"""What requests for the time of the mayor and others look like to programs."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from groupware.api.shapes import Id, Input, Instant, Output, Text
from plugins.schedule.api.event_shapes import Line, Rooms
from plugins.schedule.enums import Layer, SpecialState

Lines = Annotated[Text, Field(max_length=500)]
Words = Annotated[Text, Field(max_length=2000)]
Reply = Annotated[Text, Field(max_length=1000)]


class RequestArguments(Input):
    """Those in one state only, or all."""

    state: SpecialState | None = None


class RequestItem(Output):
    """A request that the person has made or arranges. `person` is whose time is asked for."""

    uid: UUID
    title: str
    person: str
    asker: str
    assignee: str
    starts_at: Instant
    ends_at: Instant
    state: SpecialState
    papers_due: date | None
    has_papers: bool


class RequestView(Output):
    """A request. `person`, `asker`, `assignee` and `deputy` are ids of people; `event` is what it has become."""

    uid: UUID
    title: str
    text: str
    person: int
    asker: int
    assignee: int | None
    deputy: int | None
    starts_at: Instant
    ends_at: Instant
    other_times: str
    place: str
    attendants: str
    companions: str
    papers: str
    papers_due: date | None
    has_papers: bool
    wants_car: bool
    may_send_deputy: bool
    layer: Layer
    state: SpecialState
    reply: str
    event: UUID | None
    version: int


class NewRequest(Input):
    """Whose time is asked for, when, what for, and with what."""

    person: Id
    title: Line
    starts_at: Instant
    ends_at: Instant
    text: Words = ""
    other_times: Lines = ""
    place: Line = ""
    attendants: Lines = ""
    companions: Line = ""
    papers: Lines = ""
    papers_due: date | None = None
    wants_car: bool = False
    may_send_deputy: bool = False
    layer: Layer = Layer.STAFF


class RequestChange(Input):
    """What is to change of a request; what is not named stays, and a `papers_due` of null takes the day away."""

    person: Id | None = None
    title: Line | None = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    text: Words | None = None
    other_times: Lines | None = None
    place: Line | None = None
    attendants: Lines | None = None
    companions: Line | None = None
    papers: Lines | None = None
    papers_due: date | None = None
    wants_car: bool | None = None
    may_send_deputy: bool | None = None
    layer: Layer | None = None


class Assigning(Input):
    """Who has it in hand; oneself by default."""

    person: Id | None = None


class Fixing(Input):
    """How it is fixed, of the `version` that was read. With `deputy` somebody else goes; `rooms` are facilities, cars among them."""

    version: Annotated[int, Field(ge=1, lt=2**31)]
    starts_at: Instant
    ends_at: Instant
    place: Line = ""
    layer: Layer = Layer.STAFF
    deputy: Id | None = None
    rooms: Rooms = ()
    reply: Reply = ""


class Declining(Input):
    """Why it is declined."""

    reply: Reply


class Withdrawing(Input):
    """Why it is taken back."""

    reason: Reply = ""
