"""The week of an organisation, and the free time of many: what people open first every morning."""

import time
from datetime import timedelta

from groupware import clock
from groupware.capabilities import Question, Span, reservable
from groupware.db import unit
from groupware.directory.queries.roll import roll
from plugins.schedule.queries.free import Search, busy_people, common
from tests.bench.instances import Instance
from tests.bench.pages import most_queries
from tests.bench.report import Figure, Report, median, p95
from tests.bench.visits import visit, visitors

PEOPLE, ROOMS, DAYS = 50, 20, 14
WEEK_LIMIT, WEEK_QUERIES, FREE_LIMIT = 25.0, 10, 40.0
ROUNDS = 40


def measure(instance: Instance, report: Report) -> None:
    """Both, for the section that has nearly fifty people."""
    with instance.app.app_context(), unit("read"):
        current = roll()
        sizes = {
            unit_id: current.sorted(current.people_of_units(current.tree.subtree(unit_id)))
            for unit_id in current.tree.units
        }
        unit_id = min(sizes, key=lambda key: (abs(len(sizes[key]) - PEOPLE), key))
        people = sizes[unit_id]
    _week(instance, report, unit_id, people)
    _free(instance, report, people)


def _week(instance: Instance, report: Report, unit_id: int, people: list[int]) -> None:
    guest = visitors(instance.app, people[:1])[0]
    path = f"/schedule/?unit={unit_id}"
    times = [visit(instance.app, path, guest.cookie) * 1000 for _ in range(ROUNDS + 5)][5:]
    what = f"week of {len(people)} people"
    note = f"p95 {p95(times):.1f} ms; the whole request"
    report.add(Figure(what, median(times), "ms", limit=WEEK_LIMIT, note=note))
    number = most_queries(instance, path, [guest])
    report.add(Figure(f"{what}, queries", number, "", limit=WEEK_QUERIES))


def _free(instance: Instance, report: Report, people: list[int]) -> None:
    who = visitors(instance.app, people[:1])[0].actor
    first = clock.today()
    days = [first + timedelta(days=number) for number in range(DAYS)]
    window = Span(clock.midnight(first), clock.midnight(first + timedelta(days=DAYS)))
    search = Search(days=days, begins=8, ends=18, length=60)
    times, slots, rooms = [], 0, 0
    with instance.app.app_context(), unit("read"):
        offered = [one.uid for one in reservable(who).choices(who, Question(kind="room", limit=ROOMS))]
    for _ in range(ROUNDS):
        with instance.app.app_context(), unit("read"):
            started = time.perf_counter()
            busy = busy_people(people, first, DAYS)
            held = reservable(who).busy(who, offered, window)
            found = common(
                search,
                {person: busy.get(person, ()) for person in people},
                {room: [(one.starts_at, one.ends_at) for one in held.get(room, ())] for room in offered},
                may_miss=len(people) // 5,
            )
            times.append((time.perf_counter() - started) * 1000)
            slots, rooms = len(found), len(offered)
    report.add(
        Figure(
            f"free time of {len(people)} people and {rooms} rooms, {DAYS} days",
            median(times),
            "ms",
            limit=FREE_LIMIT,
            note=f"p95 {p95(times):.1f} ms; {slots} slots",
        )
    )
