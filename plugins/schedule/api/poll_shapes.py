"""What date polls look like to programs."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from groupware.api.shapes import Id, Input, Instant, Output, Text
from plugins.schedule.api.event_shapes import Line, Many, Rooms
from plugins.schedule.enums import Choice, PollState

Words = Annotated[Text, Field(max_length=2000)]


class PollArguments(Input):
    """Those in one state only, or all."""

    state: PollState | None = None


class PollItem(Output):
    """A poll that the person organises or is asked in. `must_answer` while they have not and still may."""

    uid: UUID
    title: str
    organiser: str
    answer_by: Instant
    state: PollState
    asked: int
    answered: int
    must_answer: bool


class SlotView(Output):
    """A time that is proposed, and how many said what."""

    id: int
    starts_at: Instant
    ends_at: Instant
    yes: int
    maybe: int
    no: int
    is_best: bool


class SlotAnswer(Output):
    """What somebody said to a slot."""

    slot: int
    choice: Choice


class RespondentView(Output):
    """Somebody who is asked, and what they have answered."""

    id: int
    name: str
    is_guest: bool
    answered_at: Instant | None
    comment: str
    answers: list[SlotAnswer]


class PollView(Output):
    """A poll with its answers. `event` is what it has become."""

    uid: UUID
    title: str
    text: str
    place: str
    answer_by: Instant
    state: PollState
    holds: bool
    slots: list[SlotView]
    people: list[RespondentView]
    event: UUID | None
    version: int


class Slot(Input):
    """A time to be proposed."""

    starts_at: Instant
    ends_at: Instant


Slots = Annotated[tuple[Slot, ...], Field(max_length=100)]


class NewPoll(Input):
    """A poll to be sent. With `holds` every slot stands as a tentative event in the calendars until it is settled."""

    title: Line
    slots: Slots
    answer_by: Instant
    participants: Many = ()
    """Values of the picker: person:7, unit_tree:12."""
    guests: Many = ()
    place: Line = ""
    text: Words = ""
    holds: bool = False


class PollChange(Input):
    """What is to change of an open poll; what is not named stays."""

    title: Line | None = None
    slots: Slots | None = None
    answer_by: Instant | None = None
    participants: Many | None = None
    guests: Many | None = None
    place: Line | None = None
    text: Words | None = None
    holds: bool | None = None


class SlotChoice(Input):
    """What is said to a slot."""

    slot: Id
    choice: Choice


class PollSaid(Input):
    """An answer to every slot; `respondent` where it is somebody else's."""

    answers: Annotated[tuple[SlotChoice, ...], Field(max_length=100)]
    comment: Annotated[Text, Field(max_length=1000)] = ""
    respondent: Id | None = None


class Settling(Input):
    """Which slot it is to be, with which rooms."""

    slot: Id
    rooms: Rooms = ()
