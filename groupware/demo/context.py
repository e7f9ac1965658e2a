"""What the parts of the generator hand to one another, and what a plugin's `seed` is given."""

import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from groupware import bulk, clock
from groupware.calendar.fiscal import fiscal_year
from groupware.capabilities import Source
from groupware.db import FOREVER, Base, session

ROWS_AT_ONCE = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a sample municipality is. `marks` are the lines of organisation.txt that belong to it."""

    name: str
    people: int
    marks: str
    accounts: int
    """Sample people with a password; everybody has an account."""
    deputy_mayors: int
    smallest_section: int
    section_postings: int
    """Postings within bureaus and sections over a year and a half; those to the whole city come on top."""


SIZES = {
    size.name: size
    for size in (
        Size(
            name="village",
            people=60,
            marks="*",
            accounts=60,
            deputy_mayors=1,
            smallest_section=2,
            section_postings=80,
        ),
        Size(
            name="city",
            people=1500,
            marks="*+",
            accounts=600,
            deputy_mayors=2,
            smallest_section=4,
            section_postings=2000,
        ),
        Size(
            name="kobe",
            people=21036,
            marks="*+-",
            accounts=600,
            deputy_mayors=3,
            smallest_section=5,
            section_postings=19600,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class DemoPost:
    """A post 役職."""

    id: int
    code: str
    name: str
    rank: int


@dataclass(slots=True, kw_only=True, eq=False)
class DemoUnit:
    """An organisation as it is today, with what the generator needs to staff it."""

    id: int
    code: str
    name: str
    kana: str
    short_name: str
    kind: str
    organ: str
    order: int
    parent: "DemoUnit | None"
    weight: float = 0.0
    staffing: str = "office"
    head: str = ""
    matters: tuple[str, ...] = ()
    former_name: tuple[str, str, int] | None = None
    new_since: int = 0
    top: "DemoUnit | None" = None
    children: list["DemoUnit"] = field(default_factory=list)
    people: list["DemoPerson"] = field(default_factory=list)
    phone: str = ""
    location: str = ""

    @property
    def chief(self) -> "DemoPerson | None":
        """Whoever stands highest in it."""
        return self.people[0] if self.people else None

    @property
    def is_affiliated(self) -> bool:
        """Whether it belongs to an affiliated body 外郭団体."""
        return self.line()[0].kind == "外郭団体"

    def line(self) -> list["DemoUnit"]:
        """From the root down to the unit."""
        return [*self.parent.line(), self] if self.parent is not None else [self]

    @property
    def path_name(self) -> str:
        """The path below the root in words, as the directory's `OrgTree` says it."""
        return " ".join(unit.name for unit in self.line()[1:] or [self])

    def subtree(self) -> Iterator["DemoUnit"]:
        """The unit and what lies below it, in official order."""
        yield self
        for child in self.children:
            yield from child.subtree()

    def staff(self) -> list["DemoPerson"]:
        """Everybody who works in the unit or below it."""
        return [person for unit in self.subtree() for person in unit.people]


@dataclass(slots=True, kw_only=True, eq=False)
class DemoPerson:
    """A person who works here today (or, with `left_on` in the past, who did)."""

    id: int
    name: str
    kana: str
    legal_name: str
    sex: str
    category: str
    employment: str
    hired_on: date
    unit: DemoUnit
    post: DemoPost
    left_on: date = FOREVER
    matter: str = ""
    roster: int = 0
    superior: "DemoPerson | None" = None
    is_on_leave: bool = False
    staff_number: str = ""
    email: str = ""
    phone: str = ""
    extension: str = ""

    @property
    def family_name(self) -> str:
        """佐藤 of 佐藤 花子."""
        return self.name.split(" ")[0]


@dataclass(frozen=True, slots=True)
class DemoWish:
    """A facility of a kind that the sample thing of one plugin holds, and whoever lends them serves when its turn comes."""

    source: Source
    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime
    person: DemoPerson
    """Who books it, and drives."""


@dataclass(slots=True, kw_only=True)
class DemoContext:
    """The municipality as it has been generated so far. Everything random comes from `rng(name)`."""

    size: Size
    today: date
    now: datetime
    units: list[DemoUnit] = field(default_factory=list)
    posts: dict[str, DemoPost] = field(default_factory=dict)
    people: list[DemoPerson] = field(default_factory=list)
    """Those who work here today, in official order."""
    former_people: list[DemoPerson] = field(default_factory=list)
    duties: dict[tuple[str, int], list[DemoPerson]] = field(default_factory=dict)
    """(code of the duty kind, unit id) → holders, then deputies."""
    groups: dict[str, tuple[int, list[DemoPerson]]] = field(default_factory=dict)
    """Name of a shared group or role → its id and members."""
    section_accounts: dict[int, int] = field(default_factory=dict)
    """Unit id → id of its section account."""
    samples: list[tuple[str, DemoPerson]] = field(default_factory=list)
    """(role, person) of those who have a password."""
    happened: list[tuple[str, dict[str, Any], datetime]] = field(default_factory=list)
    """(kind of event, its payload, when) of what other systems were told of."""
    wishes: list[DemoWish] = field(default_factory=list)
    """What plugins that come earlier in the menu want of one that comes later."""
    bar: Any = None
    _next: dict[str, int] = field(default_factory=dict)

    @property
    def root(self) -> DemoUnit:
        """The municipality itself."""
        return self.units[0]

    @property
    def fiscal_year(self) -> int:
        """The fiscal year of today."""
        return fiscal_year(self.today)

    def april(self, years_ago: int = 0) -> date:
        """1 April of the current fiscal year or of an earlier (negative: later) one."""
        return date(self.fiscal_year - years_ago, 4, 1)

    def rng(self, name: str) -> random.Random:
        """A source of chance of its own: a part of the generator that changes leaves the others as they are."""
        return random.Random(f"{self.size.name}:{name}")

    def at(self, day: date, hour: int = 9, minute: int = 0) -> datetime:
        """An instant by the clock on the wall."""
        return clock.midnight(day) + timedelta(hours=hour, minutes=minute)

    def find(self, name: str, top: str = "") -> DemoUnit | None:
        """The unit of that name, within the bureau or ward of that name if given."""
        for unit in self.units:
            if unit.name == name and (not top or any(part.name == top for part in unit.line())):
                return unit
        return None

    def take_ids(self, model: type[Base], count: int) -> range:
        """Reserve primary keys behind those in use."""
        name = model.__tablename__
        if name not in self._next:
            column: Any = model.__table__.c.id
            self._next[name] = (session.scalar(select(func.max(column))) or 0) + 1
        first = self._next[name]
        self._next[name] = first + count
        return range(first, first + count)

    def insert(self, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
        """Insert many rows at once, all with the same keys, and move the progress bar by their number."""
        columns = list(rows[0]) if rows else []
        for start in range(0, len(rows), ROWS_AT_ONCE):
            part = rows[start : start + ROWS_AT_ONCE]
            bulk.insert_rows(model, columns, ([row[name] for name in columns] for row in part))
            self.advance(len(part))

    def advance(self, steps: int) -> None:
        """Move the progress bar."""
        if self.bar is not None:
            self.bar.update(steps)

    def uid(self, rng: random.Random, instant: datetime) -> uuid.UUID:
        """A UUIDv7 that is the same on every run: its time is when the thing came into being."""
        milliseconds = int(instant.timestamp() * 1000) & (2**48 - 1)
        bits = milliseconds << 80 | 0x7 << 76 | rng.getrandbits(12) << 64 | 0b10 << 62 | rng.getrandbits(62)
        return uuid.UUID(int=bits)

    @property
    def own_people(self) -> list[DemoPerson]:
        """Those who work for the municipality itself today: whom all staff, posts and ranks mean."""
        return [person for person in self.people if not person.unit.is_affiliated]

    @property
    def everybody(self) -> list[DemoPerson]:
        """Those who work here today and those who did."""
        return [*self.people, *self.former_people]
