"""What a delivery would change: the rows to write, and the same in words for those who look before it happens."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from groupware.directory.delivery.identity import Who
from groupware.directory.delivery.rows import AppointmentRow, DutyRow, PostRow, UnitRow

NEW, MOVED, LEAVING, CONTINUES, RENAMED, CHANGED, UNCHANGED = (
    "new",
    "moved",
    "leaving",
    "continues",
    "renamed",
    "changed",
    "unchanged",
)
UNIT_NEW, UNIT_CHANGED, UNIT_ENDING = "unit_new", "unit_changed", "unit_ending"
POST_NEW, POST_CHANGED = "post_new", "post_changed"
DUTY_NEW, DUTY_ENDING = "duty_new", "duty_ending"
KINDS: Final = (
    NEW, MOVED, LEAVING, CONTINUES, RENAMED, CHANGED, UNIT_NEW, UNIT_CHANGED, UNIT_ENDING, POST_NEW, POST_CHANGED, DUTY_NEW,
    DUTY_ENDING,
)  # fmt: skip
"""What the pages filter by. A person who is moved and renamed is counted in both; unchanged people are only counted."""

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in words: an appointment or a duty (`kind`), or where a unit hangs (`post` empty)."""

    kind: str
    unit: str
    post: str = ""
    begins: str = ""
    ends: str = ""


@dataclass(slots=True, kw_only=True)
class Change:
    """What happens to a person, a unit, a post or a duty, and from which day. `fields` are names, never values."""

    kinds: list[str]
    code: str
    name: str
    on: date
    before: list[Place] = field(default_factory=list)
    after: list[Place] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    old_code: str = ""
    old_name: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain values, to be kept."""
        return {
            "kinds": self.kinds,
            "code": self.code,
            "name": self.name,
            "on": self.on.isoformat(),
            "before": [_values(place) for place in self.before],
            "after": [_values(place) for place in self.after],
            "fields": self.fields,
            "old_code": self.old_code,
            "old_name": self.old_name,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Change":
        """The reverse of `as_json`."""
        places: dict[str, Any] = {
            name: [Place(*place) for place in values[name]] for name in ("before", "after")
        }
        return cls(**{**values, **places, "on": date.fromisoformat(values["on"])})


def _values(place: Place) -> list[str]:
    return [place.kind, place.unit, place.post, place.begins, place.ends]


@dataclass(slots=True)
class Written:
    """Rows of one dated table: ends that move, rows that go, values corrected in place. The ids are those of the table."""

    moved_end: list[tuple[int, date]] = field(default_factory=list)
    deleted: list[int] = field(default_factory=list)
    corrected: list[tuple[int, Values]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written."""
        return not (self.moved_end or self.deleted or self.corrected)


@dataclass(slots=True)
class Plan:
    """Everything that applying a delivery writes."""

    effective_on: date
    posts_new: list[PostRow] = field(default_factory=list)
    posts_changed: list[PostRow] = field(default_factory=list)
    units_new: list[str] = field(default_factory=list)
    units_ending: dict[str, date] = field(default_factory=dict)
    versions: Written = field(default_factory=Written)
    versions_begun: list[tuple[UnitRow, date, date]] = field(default_factory=list)
    people_new: list[tuple[Who, str, Values]] = field(default_factory=list)
    """Who, the number, the values."""
    people_changed: list[tuple[int, Values]] = field(default_factory=list)
    numbers_begun: list[tuple[Who, str, date, date]] = field(default_factory=list)
    numbers_moved_end: list[tuple[int, date]] = field(default_factory=list)
    appointments: Written = field(default_factory=Written)
    appointments_begun: list[tuple[Who, AppointmentRow, date, date]] = field(default_factory=list)
    duties: Written = field(default_factory=Written)
    duties_begun: list[tuple[Who, DutyRow, date, date]] = field(default_factory=list)
    affected: set[int] = field(default_factory=set)
    """People of the directory whose principals or search text may change."""
    superiors: dict[str, Who] = field(default_factory=dict)
    """Number → who, for the superiors that appointments name."""
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether applying it would write nothing."""
        rows = (
            self.posts_new, self.posts_changed, self.units_new, self.versions_begun, self.people_new, self.people_changed,
            self.numbers_begun, self.numbers_moved_end, self.appointments_begun, self.duties_begun,
        )  # fmt: skip
        return (
            not any(rows) and self.versions.is_empty and self.appointments.is_empty and self.duties.is_empty
        )

    @property
    def counts(self) -> dict[str, int]:
        """How many changes of each kind; a person who is moved and renamed counts in both."""
        found = Counter(kind for change in self.changes for kind in change.kinds)
        return {**{kind: found[kind] for kind in KINDS}, UNCHANGED: self.unchanged}


def changed(values: Mapping[str, Any], held: Any) -> Values:
    """The values that differ from what is held; None says nothing."""
    return {
        name: value for name, value in values.items() if value is not None and getattr(held, name) != value
    }
