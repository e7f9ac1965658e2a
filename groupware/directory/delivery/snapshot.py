"""The directory as plain values: what a delivery is compared with. Loaded by `queries.snapshot`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from groupware.text.folding import fold

KINDS_OF_CONTENT = (
    "name",
    "short_name",
    "kind",
    "parent",
    "official_order",
    "executive_organ",
    "appointing_authority",
)
"""What makes a new version of a unit when it changes; the rest is corrected in place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldVersion:
    """A version of a unit. `parent` is a code, empty for a root."""

    id: int
    valid_from: date
    valid_to: date
    parent: str
    name: str
    kana: str
    short_name: str
    kind: str
    executive_organ: str
    appointing_authority: str
    official_order: int
    phone: str
    location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPerson:
    """A person."""

    id: int
    number: str
    display_name: str
    legal_name: str
    kana_name: str
    email: str
    phone: str
    extension: str
    employment_type: str
    job_category: str
    hired_on: date | None
    left_on: date
    has_photo_consent: bool
    is_kept_by_hand: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAppointment:
    """An appointment that has not ended before the effective day, or ends just there."""

    id: int
    unit: str
    post: str
    kind: str
    valid_from: date
    valid_to: date
    roster: int
    superior_id: int | None
    matter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDuty:
    """A duty that has not ended before the effective day."""

    id: int
    unit: str
    kind: str
    person_id: int
    deputy_order: int
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldNumber:
    """A staff number and the days on which it is or was carried."""

    id: int
    number: str
    valid_from: date
    valid_to: date


@dataclass(slots=True)
class Snapshot:
    """Everything of the directory that matters from `effective_on` on; units, posts and people by code, id and number."""

    effective_on: date
    units: dict[str, list[HeldVersion]] = field(default_factory=dict)
    posts: dict[str, tuple[str, int]] = field(default_factory=dict)
    people: dict[int, HeldPerson] = field(default_factory=dict)
    owners: dict[str, int] = field(default_factory=dict)
    """Number → person, present and former numbers alike."""
    numbers: dict[int, list[HeldNumber]] = field(default_factory=dict)
    appointments: dict[int, list[HeldAppointment]] = field(default_factory=dict)
    appointed: set[int] = field(default_factory=set)
    """People who have, or once had, an appointment."""
    duties: list[HeldDuty] = field(default_factory=list)
    duty_kinds: set[str] = field(default_factory=set)
    version: int = 0
    """Of the directory as a whole; moves with every write."""


def name_key(name: str, kana: str) -> tuple[str, str]:
    """What two spellings of one name have in common: 髙橋　剛 and 高橋 剛."""
    return fold(name, spaces="remove"), fold(kana, spaces="remove")


def version_on(versions: Iterable[HeldVersion], day: date) -> HeldVersion | None:
    """The version that holds on a day."""
    return next((v for v in versions if v.valid_from <= day < v.valid_to), None)
