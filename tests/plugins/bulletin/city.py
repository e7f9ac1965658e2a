"""A city of 21,036 people and 450 units with 20,000 postings, planted in bulk: what the board is measured against.

`python -m tests.plugins.bulletin.measure` fills a database with it and prints times at the database.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from groupware import actor, clock
from groupware.access.enums import PrincipalKind
from groupware.access.models import PersonPrincipal
from groupware.access.principals import everyone, principal, rebuild
from groupware.caches import bump
from groupware.db import FOREVER, session
from groupware.directory.enums import AppointmentKind
from groupware.directory.models import Appointment, OrgUnit, OrgUnitVersion, Person, Post
from groupware.directory.tree import CACHE
from plugins.bulletin.enums import Importance, Right, SenderKind
from plugins.bulletin.models import Category, CategoryRight, Posting, Reading
from plugins.bulletin.services.takeover import FormerPosting, take_over

LONG_AGO = date(2010, 4, 1)
POSTS = (
    ("市長", 1),
    ("副市長", 2),
    ("局長", 10),
    ("部長", 15),
    ("課長", 20),
    ("係長", 30),
    ("主任", 40),
    ("係員", 50),
)
BODY = (
    "<p>庁内の皆さんへのお知らせです。"
    + "手続きの詳細と提出期限をご確認のうえ、所属の総務担当者へご連絡ください。" * 12
    + "</p>"
)


@dataclass(frozen=True, slots=True)
class Size:
    """How large a city is."""

    people: int = 21_036
    bureaus: int = 30
    divisions: int = 8
    postings: int = 20_000
    years: float = 4.0


@dataclass(slots=True)
class City:
    """Ids of what was planted."""

    bureaus: list[int]
    divisions: list[int]
    sections: list[int]
    people: list[int]
    units_of: dict[int, int]
    categories: list[int]


def plant_people(size: Size, chance: random.Random) -> City:
    """Units three deep, people spread over them, principals computed."""
    posts = {name: i for i, (name, _) in enumerate(POSTS, 1)}
    session.execute(
        insert(Post), [{"id": i, "code": f"p{i}", "name": n, "rank": r} for i, (n, r) in enumerate(POSTS, 1)]
    )
    units: list[tuple[int, int | None, str]] = [(1, None, "みなと市")]
    bureaus, divisions, sections = [], [], []
    for b in range(size.bureaus):
        bureaus.append(len(units) + 1)
        units.append((len(units) + 1, 1, f"第{b + 1}局"))
        for d in range(size.divisions):
            parent = bureaus[-1]
            divisions.append(len(units) + 1)
            units.append((len(units) + 1, parent, f"第{b + 1}局{d + 1}課"))
            if d < 6:
                sections.append(len(units) + 1)
                units.append((len(units) + 1, divisions[-1], f"{d + 1}課庶務係"))
    session.execute(insert(OrgUnit), [_identified({"id": i, "code": f"{i:04d}"}) for i, _, _ in units])
    session.execute(
        insert(OrgUnitVersion),
        [
            {
                "unit_id": i,
                "parent_id": p,
                "name": n,
                "kind": "課",
                "official_order": i,
                "valid_from": LONG_AGO,
                "valid_to": FOREVER,
            }
            for i, p, n in units
        ],
    )
    people, appointments, units_of = [], [], {}
    places = divisions + sections
    for i in range(1, size.people + 1):
        unit_id = (
            1
            if i <= 4
            else bureaus[i % len(bureaus)]
            if i <= 4 + 3 * len(bureaus)
            else places[i % len(places)]
        )
        name = (
            "市長"
            if i == 1
            else "副市長"
            if i <= 4
            else chance.choices(("局長", "部長", "課長", "係長", "主任", "係員"), (0, 1, 4, 15, 30, 50))[0]
        )
        units_of[i] = unit_id
        people.append(
            _identified(
                {
                    "id": i,
                    "staff_number": f"{i:06d}",
                    "display_name": f"職員 {i}",
                    "legal_name": f"職員 {i}",
                    "sort_kana": f"{i:06d}",
                    "hired_on": LONG_AGO,
                }
            )
        )
        appointments.append(
            {
                "person_id": i,
                "unit_id": unit_id,
                "post_id": posts[name],
                "kind": AppointmentKind.MAIN.value,
                "valid_from": LONG_AGO,
                "valid_to": FOREVER,
            }
        )
    session.execute(insert(Person), people)
    session.execute(insert(Appointment), appointments)
    rebuild(None)
    bump(CACHE)
    return City(bureaus, divisions, sections, list(range(1, size.people + 1)), units_of, [])


def _identified(values: dict[str, Any]) -> dict[str, Any]:
    return values


def plant_categories(city: City) -> None:
    """Twelve categories that all may read and two that a bureau keeps for itself."""
    for number in range(14):
        made = Category(name=f"分類{number + 1}", official_order=number, created_at=clock.now())
        session.add(made)
        session.flush()
        who = everyone() if number < 12 else principal(PrincipalKind.UNIT_TREE, city.bureaus[number - 12])
        for right in (Right.READ, Right.POST):
            session.add(CategoryRight(category_id=made.id, right=right.value, principal_id=who.id))
        city.categories.append(made.id)


def plant_postings(city: City, size: Size, chance: random.Random, *, all_on_display: bool = False) -> None:
    """A fifth to everyone, the rest to bureaus, divisions, sections, ranks; most have ended, some never do."""
    take_over(actor.system(), _postings(city, size, chance, all_on_display))


def _postings(city: City, size: Size, chance: random.Random, all_on_display: bool) -> Iterator[FormerPosting]:
    ids = {
        **{
            ("unit", i): principal(PrincipalKind.UNIT_TREE, i).id
            for i in (*city.bureaus, *city.divisions, *city.sections)
        },
        **{("rank", rank): principal(PrincipalKind.RANK, rank).id for _, rank in POSTS},
        ("all", 0): everyone().id,
    }
    now = clock.now()
    for number in range(size.postings):
        began = now - timedelta(days=chance.random() * 365 * size.years, minutes=number % 60)
        kind = chance.choices(("all", "bureau", "division", "section", "rank"), (20, 30, 25, 15, 10))[0]
        if kind == "all":
            audience = [ids["all", 0]]
        elif kind == "rank":
            audience = [ids["rank", chance.choice((10, 15, 20, 30))]]
        else:
            places = {"bureau": city.bureaus, "division": city.divisions, "section": city.sections}[kind]
            audience = [ids["unit", i] for i in chance.sample(places, chance.randint(1, 4))]
        author = chance.choice(city.people)
        days = None if all_on_display or chance.random() < 0.01 else chance.choice((7, 14, 30, 30, 30, 60))
        yield FormerPosting(
            category_id=chance.choice(city.categories),
            unit_id=city.units_of[author],
            author_id=author,
            author_name=f"職員 {author}",
            sender_kind=SenderKind.PERSON,
            sender_name=f"職員 {author}",
            title=f"お知らせ第{number + 1}号 庁内手続きの変更について",
            html=BODY,
            importance=chance.choices(list(Importance), (80, 15, 5))[0],
            shown_from=began,
            shown_to=None if days is None else began + timedelta(days=days),
            principal_ids=audience,
            confirm_by=(began + timedelta(days=7)).date() if chance.random() < 0.1 else None,
        )


def plant_readings(share: float, chance: random.Random, *, since: datetime) -> None:
    """What people have read of the postings that began after `since`."""
    rows = []
    for posting_id, audience in session.execute(
        select(Posting.id, Posting.edition).where(Posting.shown_from > since).order_by(Posting.id)
    ):
        del audience
        rows.append(posting_id)
    people = session.scalars(select(Person.id)).all()
    for posting_id in rows:
        chosen = chance.sample(list(people), int(len(people) * share))
        session.execute(
            insert(Reading),
            [
                {
                    "posting_id": posting_id,
                    "person_id": i,
                    "edition": 1,
                    "read_at": clock.now(),
                    "confirmed_edition": 0,
                }
                for i in chosen
            ],
        )


__all__ = ["City", "Size", "plant_categories", "plant_people", "plant_postings", "plant_readings"]
_ = (PersonPrincipal, update)
