"""Reads at the database: lists of visible postings, who has read, people search and type-ahead, a year of all facilities."""

import time
from datetime import timedelta

from sqlalchemy import func, select

from groupware import actor, clock
from groupware.actor import Actor
from groupware.db import session, unit
from groupware.directory.models import Person
from groupware.directory.queries.choices import matches
from groupware.directory.queries.people_search import Wanted, found_people
from groupware.directory.tree import org_tree
from plugins.bulletin.models import Posting, Reading
from plugins.bulletin.queries.board import Page, View, page
from plugins.bulletin.queries.receipts import receipts
from plugins.facility.queries.facilities import Filter, seen
from plugins.facility.queries.usage import usage
from tests.bench.instances import Instance
from tests.bench.pages import people_with_habits
from tests.bench.report import Figure, Report, median, p95
from tests.bench.visits import asked_by, at_the_database, visitors

PEOPLE = 160
LIST_LIMIT, SEARCH_LIMIT, RECEIPTS_LIMIT, USAGE_LIMIT = 5.0, 5.0, 100.0, 1000.0
WORDS = (
    "佐藤",
    "さとう",
    "ｻﾄｳ",
    "高橋",
    "渡辺",
    "さいとう",
    "田中 誠",
    "山本 ゆ",
    "すずき けん",
    "中村 美",
    "990",
    "0501",
    "100",
    "1234",
    "人事課",
    "保育所",
    "課長",
    "総務課 係長",
    "消防",
    "あ",
    "子",
)
"""What people type: kanji, the three kana, beginnings, numbers, extensions, units and posts, single characters."""


def measure(instance: Instance, report: Report) -> None:
    """All reads of an instance."""
    _lists(instance, report)
    _receipts(instance, report)
    _search(instance, report)
    _usage(instance, report)


def _lists(instance: Instance, report: Report) -> None:
    app = instance.app
    guests = visitors(app, people_with_habits(instance, PEOPLE))
    for view in (View.CURRENT, View.UNREAD, View.UNCONFIRMED, View.ENDED):
        times: list[float] = []
        lengths: list[int] = []
        for guest in guests:
            found: list[Page] = []
            asked = asked_by(
                app, lambda found=found, guest=guest, view=view: found.append(page(guest.actor, view))
            )
            lengths.append(len(found[0].items))
            at_the_database(app, asked)
            times.append(at_the_database(app, asked) * 1000)
        report.add(
            Figure(
                f"visible postings, {view.value}, p95",
                p95(times),
                "ms",
                limit=LIST_LIMIT,
                note=f"median {median(times):.2f} ms; {len(guests)} people, median {median(lengths):.0f} rows",
            )
        )


def _receipts(instance: Instance, report: Report) -> None:
    app = instance.app
    read_most = (
        select(Reading.posting_id)
        .group_by(Reading.posting_id)
        .order_by(func.count().desc())
        .limit(1)
        .scalar_subquery()
    )
    times = []
    for _ in range(9):
        with app.app_context(), unit("read"):
            tree = org_tree()
            posting = session.scalars(select(Posting).where(Posting.id == read_most)).one()
            started = time.perf_counter()
            found = receipts(posting, tree)
            times.append((time.perf_counter() - started) * 1000)
            whole = found.whole
    report.add(
        Figure(
            "who has read, by section",
            median(times[1:]),
            "ms",
            limit=RECEIPTS_LIMIT,
            note=f"{whole.total} addressed, {whole.read} have read; query and grouping",
        )
    )


def _search(instance: Instance, report: Report) -> None:
    app = instance.app
    with app.app_context(), unit("read"):
        person_id = session.scalars(select(Person.id).where(Person.left_on > clock.today()).limit(1)).one()
    actor = Actor(person_id=person_id)
    for name, read in (
        ("people search", lambda words: found_people(Wanted(words))),
        ("type-ahead", lambda words: matches(words, actor, only_people=True)),
    ):
        asked_by(app, lambda read=read: read("佐藤"))
        times: dict[str, float] = {}
        for words in WORDS:
            asked = asked_by(app, lambda read=read, words=words: read(words))
            runs = [at_the_database(app, asked) * 1000 for _ in range(7)]
            times[words] = median(runs)
        slowest = max(times, key=times.__getitem__)
        report.add(
            Figure(
                f"{name}, slowest of {len(WORDS)} queries",
                times[slowest],
                "ms",
                limit=SEARCH_LIMIT,
                note=f"median {median(times.values()):.2f} ms; slowest 「{slowest}」",
            )
        )


def _usage(instance: Instance, report: Report) -> None:
    """Half a year behind us and half a year ahead: all that the sample municipality has booked."""
    first = clock.today() - timedelta(days=183)
    times = []
    for _ in range(5):
        with instance.app.app_context(), unit("read"):
            started = time.perf_counter()
            places = seen(actor.system(), Filter(with_retired=True), 20_000)
            found = usage(places, first, first + timedelta(days=365))
            times.append((time.perf_counter() - started) * 1000)
    report.add(
        Figure(
            "use of all facilities in a year",
            median(times[1:]),
            "ms",
            limit=USAGE_LIMIT,
            note=f"{found.number} bookings, {len(places)} facilities",
        )
    )
