"""What an iCalendar text says of one event: its series, and the occurrences that differ from it."""

from dataclasses import dataclass, field, fields
from datetime import datetime

PRODUCT = "-//groupware//schedule//JA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """Somebody who takes part: `address` is a URI in lower case, `partstat` what they have answered."""

    address: str
    name: str = ""
    partstat: str = "NEEDS-ACTION"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An event, a series, or one occurrence of a series. Times are aware; occurrences are named by their wall clock in `zone`."""

    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    is_all_day: bool = False
    place: str = ""
    text: str = ""
    web_meeting: str = ""
    category: str = ""
    is_tentative: bool = False
    is_cancelled: bool = False
    is_important: bool = False
    is_busy: bool = True
    secrecy: str = ""
    """CLASS, or an empty text."""
    rule: str = ""
    days: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    organiser: str = ""
    organiser_name: str = ""
    attendees: tuple[Attendee, ...] = ()

    def differences(self, other: "Part") -> frozenset[str]:
        """Names of the fields in which the two differ; texts are compared as people read them."""
        return frozenset(
            one.name
            for one in fields(self)
            if _plain(getattr(self, one.name)) != _plain(getattr(other, one.name))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A series (None where only some occurrences are known) with its changed occurrences by their original starts."""

    uid: str
    master: Part | None
    parts: dict[str, Part] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """An event of a file that cannot be read: what it calls itself, and why not."""

    title: str
    reason: str


def _plain(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


def name_of(wall: datetime) -> str:
    """What an occurrence is called: its wall-clock start without seconds."""
    return wall.replace(tzinfo=None).isoformat(timespec="minutes")
