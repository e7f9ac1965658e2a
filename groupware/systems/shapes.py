"""What business systems send and are answered, as it goes over the wire."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from groupware.api.shapes import Input, Instant, Output, Text
from groupware.systems.services.counters import HIGHEST

MOST = 5000
"""Receivers of one call."""

StaffNumber = Annotated[Text, StringConstraints(min_length=1, max_length=64)]
UnitCode = Annotated[Text, StringConstraints(min_length=1, max_length=64)]
Unknown = Literal["refuse", "skip"]


class Meant(Input):
    """A person by staff number, or an organisation by its code. Exactly one of the two."""

    staff_number: StaffNumber | None = None
    unit_code: UnitCode | None = None
    with_below: bool = False
    """Everything below the organisation as well."""

    @model_validator(mode="after")
    def _names_one(self) -> "Meant":
        if (self.staff_number is None) == (self.unit_code is None):
            raise ValueError("one of staff_number and unit_code")
        return self


class NoticeInput(Input):
    """A notice. The key is the system's own: the same call again changes nothing."""

    key: Annotated[Text, StringConstraints(pattern=r"^[A-Za-z0-9._~:-]{1,100}$")]
    title: Annotated[Text, StringConstraints(min_length=1, max_length=200)]
    receivers: Annotated[list[Meant], Field(min_length=1, max_length=MOST)]
    url: Annotated[Text, StringConstraints(max_length=2000)] = ""
    urgency: Literal["normal", "urgent"] = "normal"
    expires_at: Instant | None = None
    unknown: Unknown = "refuse"


class NoticeOutput(Output):
    """What became of a notice. `skipped` are receivers that nobody knows, where they were to be skipped."""

    key: str
    receivers: int
    skipped: list[str]


class CounterInput(Meant):
    """The number at the system's icon for somebody; 0 takes it away."""

    number: Annotated[int, Field(ge=0, le=HIGHEST)]


class CountersInput(Input):
    """Numbers. With `replace` all others of the system are taken away."""

    counters: Annotated[list[CounterInput], Field(max_length=MOST)]
    replace: bool = False
    unknown: Unknown = "refuse"


class CountersOutput(Output):
    """How many numbers were set, and receivers that were skipped."""

    set: int
    skipped: list[str]


__all__ = ["CountersInput", "CountersOutput", "NoticeInput", "NoticeOutput"]
