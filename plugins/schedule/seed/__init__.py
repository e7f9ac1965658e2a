"""The schedule of a sample municipality: weeks of meetings, visits, work and leave, section meetings that repeat, the city's own days.

The larger the municipality, the fewer weeks: `kobe` has half a million events around today.
"""

import tomllib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from groupware import clock, search
from groupware.access.enums import PrincipalKind
from groupware.access.models import Principal
from groupware.access.principals import principal
from groupware.actor import system
from groupware.calendar.holidays import is_working_day
from groupware.calendar.recurrence import Recurrence, occurrences
from groupware.db import session
from groupware.demo.context import DemoContext, DemoPerson, DemoUnit
from groupware.search.services.reindexing import put_off
from groupware.text.folding import fold
from plugins.schedule.enums import OWNER
from plugins.schedule.models import Engaged, Event, Invited, Kind, Participant, Span, UnitSpan
from plugins.schedule.queries.weeks import weeks_between
from plugins.schedule.seed.polls import seed_polls
from plugins.schedule.seed.private import seed_private
from plugins.schedule.seed.secretaries import name_secretaries
from plugins.schedule.seed.special import SPECIAL_RANK, seed_special
from plugins.schedule.seed.work import work_of
from plugins.schedule.services.spanning import HORIZON

TEXTS = tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8"))
WEEKS = {"village": (10, 10), "city": (8, 8), "kobe": (5, 5)}
"""Weeks before and after today."""
A_WEEK = {"village": 6.0, "city": 4.0, "kobe": 2.08}
"""Events that a person enters in a week, on average."""
STARTS = (
    9 * 60,
    9 * 60 + 30,
    10 * 60,
    10 * 60 + 30,
    11 * 60,
    13 * 60,
    13 * 60 + 30,
    14 * 60,
    15 * 60,
    15 * 60 + 30,
    16 * 60,
)
VISIBILITIES = ("everyone",) * 17 + ("time_only", "participants", "private")
AT_ONCE = 20_000
DIRECTOR_RANK = 10
"""Posts up to it are directors of bureaus, the deputies and the mayor."""


def seed(context: DemoContext) -> None:
    """Kinds and events, in the unit of work of the demo."""
    calendars = _Calendars(context)
    calendars.begin()
    seed_special(context, calendars)
    calendars.fill()
    seed_polls(context)
    seed_private(context)


@dataclass(slots=True)
class _Rows:
    events: list[dict[str, Any]] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)
    invited: list[dict[str, Any]] = field(default_factory=list)
    engaged: list[dict[str, Any]] = field(default_factory=list)
    spans: list[dict[str, Any]] = field(default_factory=list)
    unit_spans: list[dict[str, Any]] = field(default_factory=list)


class _Calendars:
    def __init__(self, context: DemoContext) -> None:
        self.context = context
        self.rng = context.rng("schedule")
        self.kinds: dict[str, int] = {}
        self.principals: dict[int, int] = {}
        self.folded: dict[tuple[str, str, str], str] = {}
        self.midnights: dict[date, datetime] = {}
        self.rows = _Rows()
        self.taken: dict[int, list[tuple[datetime, datetime]]] = {}
        """What those of special service have: they are at one place at a time."""
        before, after = WEEKS[context.size.name]
        monday = context.today - timedelta(days=context.today.weekday())
        self.weeks = [monday + timedelta(days=7 * n) for n in range(-before, after + 1)]

    @property
    def is_small(self) -> bool:
        """Whether the events are few enough to be indexed while they are written."""
        return self.context.size.name == "village"

    def begin(self) -> None:
        """Kinds, secretaries and what the whole city has."""
        if not self.is_small:
            put_off(system(), OWNER)
        self._write_kinds()
        self.principals = dict(
            session.execute(
                select(Principal.ref, Principal.id).where(Principal.kind == PrincipalKind.PERSON)
            ).all()
        )
        name_secretaries(self.context, self.principals)
        self._plan_city()

    def fill(self) -> None:
        """What sections and people have besides."""
        for unit in self.context.units:
            self._plan_section(unit)
        weights = {kind: [one["weight"] for one in TEXTS[kind]] for kind in map(work_of, range(100))}
        for person in self.context.people:
            kind = work_of(person.post.rank)
            self._plan_person(person, TEXTS[kind], weights[kind])
            if len(self.rows.events) >= AT_ONCE:
                self.write()
        self.write()

    def enter(
        self, person: DemoPerson, people: list[DemoPerson], *, by: DemoPerson, **words: Any
    ) -> uuid.UUID | None:
        """Enter an event for somebody of special service; None where they or who goes instead have something else then."""
        if not self._is_free(people[0], words["starts_at"], words["ends_at"]):
            return None
        return self._add(person, people, by=by, **words)

    def _is_free(self, person: DemoPerson, starts_at: datetime, ends_at: datetime) -> bool:
        taken = self.taken.get(person.id, ())
        return all(ends <= starts_at or ends_at <= begins for begins, ends in taken)

    def _write_kinds(self) -> None:
        ids = self.context.take_ids(Kind, len(TEXTS["kind"]))
        rows = []
        for order, (key, kind) in enumerate(zip(ids, TEXTS["kind"], strict=True)):
            self.kinds[kind["name"]] = key
            uid = self.context.uid(self.rng, self.context.at(self.context.april(1)))
            rows.append(
                {"id": key, "uid": uid, "name": kind["name"], "hue": kind["hue"], "official_order": order}
            )
        self.context.insert(Kind, rows)

    def write(self) -> None:
        """Let the events that were planned be rows."""
        rows, self.rows = self.rows, _Rows()
        for model, found in (
            (Event, rows.events),
            (Invited, rows.invited),
            (Participant, rows.people),
            (Engaged, rows.engaged),
            (Span, rows.spans),
            (UnitSpan, rows.unit_spans),
        ):
            self.context.insert(model, found)
        if self.is_small:
            search.index(OWNER, [row["id"] for row in rows.events])

    # ---- What a person enters ----

    def _plan_person(self, person: DemoPerson, choices: list[Any], weights: list[int]) -> None:
        rng, often = self.rng, A_WEEK[self.context.size.name]
        if person.post.rank <= 30:
            often *= 1.6
        colleagues = person.unit.people
        for week in self.weeks:
            number = int(often) + (rng.random() < often % 1)
            taken: set[tuple[int, int]] = set()
            if rng.random() < 0.12:
                self._leave(person, week + timedelta(days=rng.randrange(5)))
            for what in rng.choices(choices, weights, k=number):
                slot = (rng.randrange(5), rng.choice(STARTS))
                day = week + timedelta(days=slot[0])
                if slot in taken or not is_working_day(day):
                    continue
                taken.add(slot)
                self._one(person, colleagues, what, day, slot[1])

    def _one(
        self, person: DemoPerson, colleagues: list[DemoPerson], what: Any, day: date, minute: int
    ) -> None:
        rng = self.rng
        starts_at = self._midnight(day) + timedelta(minutes=minute)
        length = rng.choice(what["minutes"])
        ends_at = starts_at + timedelta(minutes=min(length, 18 * 60 - minute))
        if person.post.rank <= SPECIAL_RANK and not self._is_free(person, starts_at, ends_at):
            return
        others = min(rng.randrange(what["people"]), len(colleagues) - 1)
        people = [person]
        if others and rng.random() < 0.45:
            people += [one for one in rng.sample(colleagues, others) if one is not person]
        visibility = rng.choice(VISIBILITIES)
        self._add(
            person,
            people,
            title=rng.choice(what["titles"]).format(
                bureau=person.unit.line()[1:2][0].name if person.unit.parent else ""
            ),
            kind=what["kind"],
            place=rng.choice(what["places"]),
            starts_at=starts_at,
            ends_at=ends_at,
            visibility=visibility,
            is_tentative=rng.random() < 0.06,
        )

    def _leave(self, person: DemoPerson, day: date) -> None:
        if not is_working_day(day):
            return
        starts_at = clock.midnight(day)
        self._add(
            person,
            [person],
            title="休暇",
            kind="休暇",
            place="",
            starts_at=starts_at,
            ends_at=clock.midnight(day + timedelta(days=1)),
            is_all_day=True,
        )

    # ---- What sections and the city have ----

    def _plan_section(self, unit: DemoUnit) -> None:
        people = unit.people
        if len(people) < 3 or not people[0].unit.parent:
            return
        rng = self.rng
        titles = TEXTS["series"]["titles"]
        first = self.weeks[0] + timedelta(days=rng.randrange(5))
        is_small = self.context.size.name == "village"
        place = (first.day - 1) // 7 + 1
        name = ("MO", "TU", "WE", "TH", "FR")[first.weekday()]
        rule = f"FREQ=WEEKLY;BYDAY={name}" if is_small else f"FREQ=MONTHLY;BYDAY={min(place, 4)}{name}"
        starts_at = clock.midnight(first) + timedelta(
            minutes=rng.choice((8 * 60 + 45, 9 * 60, 13 * 60, 16 * 60))
        )
        self._add(
            people[0],
            people,
            title=rng.choice(titles),
            kind="会議",
            place=rng.choice(TEXTS["series"]["places"]),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=rng.choice((15, 30, 60))),
            rule=f"{rule};UNTIL={self.context.april(-1) - timedelta(days=1):%Y%m%d}",
            holidays="next",
        )

    def _plan_city(self) -> None:
        chief = self.context.root.chief or self.context.people[0]
        for one in TEXTS["city"]:
            day = self.context.today + timedelta(days=one["after"])
            while not is_working_day(day):
                day += timedelta(days=1)
            if "hours" in one:
                self._sit(chief, one, day)
                continue
            self._add(
                chief,
                [],
                title=one["title"],
                kind=one["kind"],
                place="",
                starts_at=clock.midnight(day),
                ends_at=clock.midnight(day + timedelta(days=one["days"])),
                is_all_day=True,
                calendar=self.context.root,
            )

    def _sit(self, chief: DemoPerson, one: Any, day: date) -> None:
        """Days of the council: those of the rank of a director and above are busy."""
        directors = [person for person in self.context.own_people if person.post.rank <= DIRECTOR_RANK]
        rank = principal(PrincipalKind.RANK, DIRECTOR_RANK).id
        for _ in range(one["days"]):
            while not is_working_day(day):
                day += timedelta(days=1)
            begins, ends = (self._midnight(day) + timedelta(hours=hour) for hour in one["hours"])
            self._add(
                chief,
                [],
                title=one["title"],
                kind=one["kind"],
                place="議場",
                starts_at=begins,
                ends_at=ends,
                calendar=self.context.root,
                engaged=directors,
                rank=rank,
            )
            day += timedelta(days=1)

    # ---- Rows ----

    def _midnight(self, day: date) -> datetime:
        if day not in self.midnights:
            self.midnights[day] = clock.midnight(day)
        return self.midnights[day]

    def _add(
        self,
        person: DemoPerson,
        people: list[DemoPerson],
        *,
        title: str,
        kind: str,
        place: str,
        starts_at: datetime,
        ends_at: datetime,
        visibility: str = "everyone",
        is_all_day: bool = False,
        is_tentative: bool = False,
        rule: str = "",
        holidays: str = "keep",
        calendar: DemoUnit | None = None,
        engaged: Sequence[DemoPerson] = (),
        rank: int = 0,
        text: str = "",
        by: DemoPerson | None = None,
    ) -> uuid.UUID:
        (key,) = self.context.take_ids(Event, 1)
        entered = starts_at - timedelta(days=self.rng.randrange(1, 20))
        uid = self.context.uid(self.rng, entered)
        self.rows.events.append(
            {
                "id": key,
                "uid": uid,
                "created_at": entered,
                "updated_at": entered,
                "retention_years": 3,
                "unit_id": person.unit.id,
                "organiser_id": person.id,
                "created_by": (by or person).id,
                "title": title,
                "kind_id": self.kinds.get(kind),
                "starts_at": starts_at,
                "ends_at": ends_at,
                "is_all_day": is_all_day,
                "is_tentative": is_tentative,
                "place": place,
                "visibility": visibility,
                "rule": rule,
                "holidays": holidays,
                "calendar_unit_id": calendar.id if calendar is not None else None,
                "text": text,
                "search_text": self._folded(title, place, text),
            }
        )
        for n, one in enumerate(people):
            answer = "accepted" if one is person or self.rng.random() < 0.7 else "needs_action"
            self.rows.people.append({"event_id": key, "person_id": one.id, "answer": answer})
            if len(people) > 1:
                self.rows.invited.append(
                    {"event_id": key, "principal_id": self.principals[one.id], "place": n}
                )
        if engaged:
            self.rows.engaged.append({"event_id": key, "principal_id": rank})
        for begins, ends, original in _times(starts_at, ends_at, rule, self.context.now):
            for week in weeks_between(begins, ends):
                common = {
                    "week": week,
                    "event_id": key,
                    "starts_at": begins,
                    "ends_at": ends,
                    "is_busy": True,
                    "original": original,
                }
                self.rows.spans.extend({"person_id": one.id, **common} for one in (*people, *engaged))
                if calendar is not None:
                    self.rows.unit_spans.append({"unit_id": calendar.id, **common})
            for one in (*people, *engaged):
                if one.post.rank <= SPECIAL_RANK:
                    self.taken.setdefault(one.id, []).append((begins, ends))
        return uid

    def _folded(self, title: str, place: str, text: str) -> str:
        if (title, place, text) not in self.folded:
            self.folded[title, place, text] = fold(f"{title} {place} {text}", spaces="remove")
        return self.folded[title, place, text]


def _times(
    starts_at: datetime, ends_at: datetime, rule: str, now: datetime
) -> Iterator[tuple[datetime, datetime, str]]:
    wall = clock.local(starts_at).replace(tzinfo=None)
    if not rule:
        yield starts_at, ends_at, wall.isoformat(timespec="minutes")
        return
    series = Recurrence(starts=wall, length=ends_at - starts_at, rule=rule, holidays="next")
    for one in occurrences(series, starts_at - timedelta(days=1), now + HORIZON):
        yield one.starts_at, one.ends_at, one.original.isoformat(timespec="minutes")
