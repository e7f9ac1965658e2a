"""What is posted when, by whom and to whom, over the last year and a half and a few days ahead."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from groupware.access.enums import PrincipalKind
from groupware.calendar.holidays import previous_working_day
from groupware.demo.context import DemoContext, DemoPerson, DemoUnit
from groupware.directory.enums import EmploymentType
from groupware.guards.enums import Label
from groupware.text.html import from_input
from plugins.bulletin.enums import Importance, SenderKind
from plugins.bulletin.seed.texts import table
from plugins.bulletin.seed.wording import Words, working_day

DAYS_BACK = 548
DAYS_AHEAD = 12
BUREAU_SHARE = 0.2
MAYOR_DAYS = 90
CATEGORY_OF_BUREAU = {"福祉局": "welfare", "消防局": "fire", "教育委員会事務局": "schools"}


@dataclass(slots=True, kw_only=True)
class Plan:
    """A posting to be. `to` is kind of principal, its reference as the context knows it, and who that is today."""

    category: str
    unit: DemoUnit
    author: DemoPerson
    sender: SenderKind
    speaker: DemoPerson | None
    title: str
    html: str
    importance: Importance
    shown_from: datetime
    shown_to: datetime
    confirm_by: date | None
    to: tuple[PrincipalKind, Any]
    people: list[DemoPerson]
    comments: list[str] = field(default_factory=list)
    classification: Label = Label.TWO
    has_comments: bool = False
    is_from_mayor: bool = False
    is_pinned: bool = False


def plans(context: DemoContext) -> list[Plan]:
    """All postings in the order of their appearance."""
    planner = _Planner(context)
    found = [*planner.of_the_mayor(), *planner.to_the_city(), *planner.within()]
    found.sort(key=lambda plan: plan.shown_from)
    _pin(context, found)
    return found


def _pin(context: DemoContext, found: list[Plan]) -> None:
    """The latest posting to everybody that still asks for confirmation stays on top."""
    for plan in reversed(found):
        if plan.confirm_by and plan.shown_from <= context.now and plan.to[0] is PrincipalKind.EVERYONE:
            plan.is_pinned = plan.confirm_by >= context.today
            return


class _Planner:
    def __init__(self, context: DemoContext) -> None:
        self.context = context
        self.first = context.today - timedelta(DAYS_BACK)
        self.last = context.today + timedelta(DAYS_AHEAD)
        self.sections = [unit for unit in context.units if ("general_affairs", unit.id) in context.duties]

    def of_the_mayor(self) -> Iterator[Plan]:
        """Two a month in the name of the mayor, written down by the secretaries."""
        rng = self.context.rng("mayor's postings")
        messages = table("mayor")["message"]
        seasonal = {message["when"]: message for message in messages if "when" in message}
        others = [message for message in messages if "when" not in message]
        mayor = self.context.root.people[0]
        office = self.context.find("秘書課")
        assert office is not None
        year_ago = self.context.today - timedelta(365)
        for first in _months(self.first, self.context.today):
            for half, start in ((1, 1), (2, 16)):
                day = working_day(first.replace(day=start) + timedelta(rng.randint(0, 3)))
                if first.month == 12 and half == 2:
                    day = previous_working_day(first.replace(day=29))
                if day >= self.context.today or day < self.first:
                    continue
                message = seasonal[f"{first.month}-{half}"]
                if day < year_ago:
                    if not others:
                        continue
                    message = others.pop()
                shown_from = self.context.at(day, 9, rng.choice((0, 5, 10, 15)))
                yield Plan(
                    category="mayor",
                    unit=self.context.root,
                    author=rng.choice(self.context.duties["secretary", office.id]),
                    sender=SenderKind.POST,
                    speaker=mayor,
                    title=message["title"],
                    html=from_input(message["text"].strip()),
                    importance=Importance.STANDARD,
                    shown_from=shown_from,
                    shown_to=self.context.at(day + timedelta(MAYOR_DAYS), 17),
                    confirm_by=None,
                    to=(PrincipalKind.EVERYONE, 0),
                    people=self.context.own_people,
                    comments=message.get("comments", []),
                    has_comments=True,
                    is_from_mayor=True,
                )

    def to_the_city(self) -> Iterator[Plan]:
        """What sections tell everybody, or all holders of a post or duty, through the year."""
        rng = self.context.rng("postings to the city")
        for template in table("city")["posting"]:
            unit = self._first_of(template["from"])
            kind, ref, people = self._audience(template.get("to", "everyone"))
            if unit is None or not people:
                continue
            for day in self._days(template["when"]):
                yield self._plan(
                    rng, template, unit, working_day(day), template["category"], kind, ref, people
                )

    def within(self) -> Iterator[Plan]:
        """What stays within a bureau or a section: most of the volume of a large city."""
        rng = self.context.rng("postings within")
        templates = table("sections")["posting"]
        everywhere = [template for template in templates if template["to"] == "bureau"]
        total = self.context.size.section_postings
        tops = [
            unit
            for unit in self.context.root.children
            if ("function_administrator", unit.id) in self.context.duties and not unit.weight
        ]
        decks: dict[int, list[dict[str, Any]]] = {}
        for number in range(int(total * BUREAU_SHARE)):
            top = tops[number % len(tops)]
            office = self.context.duties["function_administrator", top.id][0].unit
            template = self._draw(rng, decks, top.id, everywhere)
            category = CATEGORY_OF_BUREAU.get(top.name, "sections")
            yield self._plan(
                rng,
                template,
                office,
                self._any_day(rng),
                category,
                PrincipalKind.UNIT_TREE,
                top.id,
                top.staff(),
            )
        for number in range(total - int(total * BUREAU_SHARE)):
            unit = self.sections[number % len(self.sections)]
            fitting = [
                template
                for template in templates
                if template["to"] == "section" and unit.staffing in template.get("staff", (unit.staffing,))
            ]
            template = self._draw(rng, decks, unit.id, fitting)
            yield self._plan(
                rng, template, unit, self._any_day(rng), "sections", PrincipalKind.UNIT, unit.id, unit.people
            )

    def _plan(
        self,
        rng: random.Random,
        template: dict[str, Any],
        unit: DemoUnit,
        day: date,
        category: str,
        kind: PrincipalKind,
        ref: Any,
        people: list[DemoPerson],
    ) -> Plan:
        author = self._author(rng, unit)
        words = Words(self.context, rng, unit, author, day)
        head = unit.top.chief if template.get("sender") == "head" and unit.top else None
        sender = SenderKind.SECTION
        if head is not None:
            sender = SenderKind.POST
        elif kind is PrincipalKind.UNIT and rng.random() < 0.5:
            sender = SenderKind.PERSON
        display = template.get("days", 30)
        return Plan(
            category=category,
            unit=unit.top if head is not None and unit.top is not None else unit,
            author=author,
            sender=sender,
            speaker=head or (author if sender is SenderKind.PERSON else None),
            title=words.fill(template["title"]),
            html=from_input(words.fill(template["text"].strip())),
            importance=Importance(template.get("importance", 0)),
            shown_from=self.context.at(day, rng.randint(8, 16), rng.choice((30, 35, 40, 45, 50, 55))),
            shown_to=self.context.at(day + timedelta(display), 17, 30),
            confirm_by=working_day(day + timedelta(template["confirm"])) if "confirm" in template else None,
            to=(kind, ref),
            people=people,
            comments=template.get("comments", []),
            classification=Label(template.get("label", Label.TWO)),
            has_comments="comments" in template,
        )

    def _author(self, rng: random.Random, unit: DemoUnit) -> DemoPerson:
        officers = self.context.duties.get(("general_affairs", unit.id), [])
        clerks = [
            person
            for person in unit.people
            if person.post.rank >= 25
            and person.employment == EmploymentType.REGULAR
            and not person.is_on_leave
        ]
        return rng.choice([*officers, *clerks] or unit.people)

    def _first_of(self, names: list[str]) -> DemoUnit | None:
        units = (self.context.find(name) for name in names)
        return next((unit for unit in units if unit is not None and unit.weight), None)

    def _audience(self, to: str) -> tuple[PrincipalKind, Any, list[DemoPerson]]:
        what, _, name = to.partition(":")
        if what == "rank":
            people = [person for person in self.context.own_people if person.post.rank <= int(name)]
            return PrincipalKind.RANK, int(name), people
        if what == "duty":
            holders = [p for (code, _), people in self.context.duties.items() if code == name for p in people]
            return PrincipalKind.DUTY_KIND, name, list(dict.fromkeys(holders))
        return PrincipalKind.EVERYONE, 0, self.context.own_people

    def _draw(
        self,
        rng: random.Random,
        decks: dict[int, list[dict[str, Any]]],
        owner: int,
        templates: list[dict[str, Any]],
    ) -> dict[str, Any]:
        """Like cards: no text comes back before all others have been used."""
        if not decks.get(owner):
            decks[owner] = rng.sample(templates, len(templates))
        return decks[owner].pop()

    def _any_day(self, rng: random.Random) -> date:
        """Some working day of the time before today, or, seldom, one of the next days."""
        back = rng.randint(0, DAYS_BACK) if rng.random() > 0.004 else -rng.randint(1, DAYS_AHEAD)
        day = working_day(self.context.today - timedelta(back))
        return day if back < 0 else min(day, self.context.today)

    def _days(self, when: list[str]) -> Iterator[date]:
        for one in when:
            month, _, number = one.rpartition("-")
            for first in _months(self.first, self.last):
                if month in ("", str(first.month)):
                    day = first.replace(day=min(int(number), 28))
                    if self.first <= day <= self.last:
                        yield day


def _months(start: date, end: date) -> Iterator[date]:
    current = start.replace(day=1)
    while current <= end:
        yield current
        current = (current + timedelta(32)).replace(day=1)
