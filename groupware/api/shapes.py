"""What goes over the wire has a shape: the base of every model that plugins declare for the API."""

from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field


class Output(BaseModel):
    """An answer. Its fields never change once it is made."""

    model_config = ConfigDict(frozen=True)


class Input(BaseModel):
    """What a program sends, as body or in the address. What it does not know it refuses."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _without_nul(value: Any) -> Any:
    # PostgreSQL keeps no NUL in a text, and nobody types one.
    if isinstance(value, str) and "\x00" in value:
        raise ValueError("NUL")
    return value


Text = Annotated[str, BeforeValidator(_without_nul)]
"""A text that people could have typed."""
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
"""A key of the house."""
Instant = AwareDatetime
"""A moment with its offset from UTC."""


class Problem(Output):
    """What went wrong (RFC 9457). `code` is stable, `detail` is for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str
    errors: list["Fault"] = []
    confirm: "Confirm | None" = None


class Fault(Output):
    """What is wrong with one value: `pointer` leads to it in the body, `parameter` names it in the address."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None


class Confirm(Output):
    """The same call with this header says that the person has checked it: then it is taken."""

    header: str
    value: str


__all__ = ["Confirm", "Fault", "Id", "Input", "Instant", "Output", "Problem", "Text"]
