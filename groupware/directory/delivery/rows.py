"""The rows of a delivery, typed. A field whose column the file does not have is None: nothing is said about it.

Days are half-open as in the database: `valid_to` and `left_on` are the first day on which the row no longer holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(slots=True, kw_only=True)
class UnitRow:
    """A unit as it is called and placed for a span of days. `parent` is a code, empty for a root."""

    line: int
    code: str
    name: str
    kana: str
    short_name: str
    parent: str
    kind: str
    official_order: int
    valid_from: date
    valid_to: date
    executive_organ: str | None = None
    appointing_authority: str | None = None
    phone: str | None = None
    location: str | None = None


@dataclass(slots=True, kw_only=True)
class PostRow:
    """A post."""

    line: int
    code: str
    name: str
    rank: int


@dataclass(slots=True, kw_only=True)
class PersonRow:
    """A person. `name` is what the file calls 氏名, as it was delivered."""

    line: int
    number: str
    name: str
    kana: str
    email: str
    phone: str
    extension: str
    job_category: str
    employment_type: str
    hired_on: date | None
    left_on: date
    display_name: str | None = None
    legal_name: str | None = None
    old_number: str | None = None
    has_photo_consent: bool | None = None


@dataclass(slots=True, kw_only=True)
class AppointmentRow:
    """An appointment."""

    line: int
    number: str
    unit: str
    post: str
    kind: str
    valid_from: date
    valid_to: date
    superior: str | None = None
    matter: str | None = None
    roster: int | None = None


@dataclass(slots=True, kw_only=True)
class DutyRow:
    """A duty of a unit and who holds it."""

    line: int
    unit: str
    kind: str
    number: str
    deputy_order: int
    valid_from: date
    valid_to: date


@dataclass(slots=True)
class Table(Generic[Row]):
    """The sound rows of a file, and the keys of its faulty ones: what refers to these is not reported once more."""

    rows: list[Row] = field(default_factory=list)
    faulty: dict[str, int] = field(default_factory=dict)
    """Key → line."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Field → header as the file has it, for findings."""
    is_present: bool = True


@dataclass(slots=True)
class Delivery:
    """The files of a delivery. `duties` may be absent as a whole: nothing is said about duties then."""

    units: Table[UnitRow] = field(default_factory=Table)
    posts: Table[PostRow] = field(default_factory=Table)
    people: Table[PersonRow] = field(default_factory=Table)
    appointments: Table[AppointmentRow] = field(default_factory=Table)
    duties: Table[DutyRow] = field(default_factory=Table)
