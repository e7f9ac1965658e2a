"""What events and free times look like to programs."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from groupware.api.shapes import Id, Input, Instant, Output, Text
from groupware.guards.enums import Label
from plugins.schedule.enums import Answer, Visibility

Line = Annotated[Text, Field(max_length=200)]
Long = Annotated[Text, Field(max_length=20_000)]
Many = Annotated[tuple[Line, ...], Field(max_length=500)]
Rooms = Annotated[tuple[UUID, ...], Field(max_length=20)]


class EventArguments(Input):
    """Which calendar, the person's own by default, and from when until when: at most 92 days."""

    since: Instant
    until: Instant
    person: Id | None = None


class OccurrenceItem(Output):
    """An event as it stands in a calendar. Of what the person may not see only the time is given, and `uid` is null."""

    uid: UUID | None
    original: str
    starts_at: Instant
    ends_at: Instant
    is_all_day: bool
    title: str
    place: str
    kind: str
    is_tentative: bool
    is_busy: bool
    is_repeated: bool


class ParticipantView(Output):
    """A person who takes part."""

    uid: UUID
    name: str
    answer: Answer


class EventView(Output):
    """An event or a series, as much of it as the person sees. `starts_at` and `ends_at` are those of the first occurrence."""

    uid: UUID
    title: str
    starts_at: Instant
    ends_at: Instant
    is_all_day: bool
    place: str
    text: str
    web_meeting: str
    is_tentative: bool
    is_important: bool
    is_busy: bool
    visibility: Visibility
    participants: list[ParticipantView]
    invited: list[str]
    guests: list[str]
    rule: str
    days: list[str]
    left_out: list[str]
    holidays: Literal["keep", "skip", "previous", "next"]
    rooms: list[UUID]
    version: int


class _Event(Input):
    place: Line = ""
    text: Long = ""
    web_meeting: Annotated[Text, Field(max_length=500)] = ""
    is_all_day: bool = False
    is_tentative: bool = False
    is_important: bool = False
    is_busy: bool = True
    visibility: Visibility = Visibility.EVERYONE
    viewers: Many = ()
    participants: Many = ()
    """Values of the picker: person:7, unit_tree:12."""
    guests: Many = ()
    rule: Annotated[Text, Field(max_length=500)] = ""
    """RRULE of RFC 5545, without its name."""
    days: Many = ()
    """Further starts by the clock on the wall: 2026-12-01T10:00."""
    holidays: Literal["keep", "skip", "previous", "next"] = "keep"
    rooms: Rooms = ()


class NewEvent(_Event):
    """An event to be entered."""

    title: Line
    starts_at: Instant
    ends_at: Instant
    classification: Label | None = None


class EventChange(Input):
    """What is to change of an event; what is not named stays."""

    title: Line | None = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    is_all_day: bool | None = None
    place: Line | None = None
    text: Long | None = None
    web_meeting: Annotated[Text, Field(max_length=500)] | None = None
    is_tentative: bool | None = None
    is_important: bool | None = None
    is_busy: bool | None = None
    visibility: Visibility | None = None
    viewers: Many | None = None
    participants: Many | None = None
    guests: Many | None = None
    rooms: Rooms | None = None


class OccurrenceNamed(Input):
    """An occurrence of a series, as lists name it (`original`): its start by the rule and the clock on the wall, 2026-12-01T10:00."""

    original: Annotated[Text, Field(min_length=16, max_length=19)]


class OccurrenceChange(EventChange, OccurrenceNamed):
    """What is to change of one occurrence; what is not named stays. It is an event of its own then, which lists name by its own uid."""


class Said(Input):
    """Whether the person takes part."""

    answer: Literal["accepted", "tentative", "declined"]


class FreeArguments(Input):
    """Who is to be free, as values of the picker with commas between them, for how many minutes, from which day on."""

    participants: Annotated[Text, Field(min_length=1, max_length=4000)]
    minutes: Annotated[int, Field(ge=15, le=480)] = 60
    first: date | None = None
    days: Annotated[int, Field(ge=1, le=28)] = 14


class FreeItem(Output):
    """A time at which all of them are free."""

    starts_at: Instant
    ends_at: Instant
