"""Whole pages against a bare one: the full portal and the list of the board."""

import http.client
import random
import time

from sqlalchemy import select

from groupware.auth.models import Account
from groupware.caches import CacheVersion, bump
from groupware.db import session, unit
from groupware.demo.accounts import FILE
from groupware.portal.enums import CACHE, COLUMNS, CONTENT, TOP
from groupware.portal.models import FreeContent, PortalLayout
from groupware.portal.queries.tabs import COMMON
from groupware.registry import registry
from tests.bench.instances import Instance
from tests.bench.report import Figure, Report, median, p95
from tests.bench.serving import serving
from tests.bench.visits import BARE, Visitor, listening, visit, visitors

PORTAL, BOARD = "/", "/bulletin/"
ROUNDS = 3
PEOPLE = 160
PORTAL_QUERIES, BOARD_QUERIES = 12, 6
PORTAL_RATIO = {"sqlite": 6.0, "postgresql": 8.0}
BOARD_RATIO = 5.0


def people_with_habits(instance: Instance, count: int) -> list[int]:
    """Sample people, whose lists look as after months of use; the same at each run."""
    lines = (instance.folder / FILE).read_text(encoding="utf-8").splitlines()[1:]
    logins = [line.split(",", 1)[0] for line in lines]
    chosen = random.Random("bench").sample(logins, min(count, len(logins)))
    with instance.app.app_context(), unit("read"):
        found = dict(session.execute(select(Account.login, Account.person_id)).all())
    return [found[login] for login in chosen]


def fill_portal(instance: Instance) -> int:
    """Put every portlet and every free content of the municipality on the common tab; returns how many there are."""
    with instance.app.app_context(), unit("write"):
        portlets = sorted((p for plugin in registry() for p in plugin.portlets), key=lambda one: one.order)
        columns = {
            column: [one.id for one in portlets if (one.column or "main") == column] for column in COLUMNS
        }
        contents = session.scalars(select(FreeContent.uid).where(FreeContent.unit_id.is_(None)))
        columns["side"] += [f"{CONTENT}{uid}" for uid in contents]
        layout = session.scalars(select(PortalLayout).where(PortalLayout.owner == COMMON)).one()
        layout.columns = columns
        bump(CACHE)
        tops = sum(one.column == TOP for one in portlets)
    return sum(map(len, columns.values())) + tops


def measure(instance: Instance, report: Report) -> None:
    """Portal and board: queries, time against the bare page."""
    blocks = fill_portal(instance)
    guests = visitors(instance.app, people_with_habits(instance, PEOPLE))
    times = _times(instance, guests)
    bare = median(times[BARE])
    note = f"{len(guests)} people × {ROUNDS}"
    report.add(Figure("bare page, median", bare * 1000, "ms", note=note))
    for path, name, ratio, most in (
        (PORTAL, f"portal with all {blocks} blocks", PORTAL_RATIO[instance.database], PORTAL_QUERIES),
        (BOARD, "board, first list", BOARD_RATIO, BOARD_QUERIES),
    ):
        middle = median(times[path])
        report.add(
            Figure(
                f"{name}, against the bare page",
                middle / bare,
                "×",
                limit=ratio,
                note=f"median {middle * 1000:.1f} ms, p95 {p95(times[path]) * 1000:.1f} ms",
            )
        )
        report.add(Figure(f"{name}, queries", most_queries(instance, path, guests), "", limit=most))


def _times(instance: Instance, guests: list[Visitor]) -> dict[str, list[float]]:
    """Seconds of every answer, over one connection to a server process; the first round only warms up."""
    times: dict[str, list[float]] = {path: [] for path in (BARE, PORTAL, BOARD)}
    with serving(instance, with_bare_page=True) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for turn in range(ROUNDS + 1):
            for guest in guests:
                for path, seconds in times.items():
                    started = time.perf_counter()
                    connection.request("GET", path, headers={"Cookie": guest.cookie})
                    answer = connection.getresponse()
                    answer.read()
                    if turn:
                        seconds.append(time.perf_counter() - started)
                    if answer.status != 200:
                        raise RuntimeError(f"{path} answered {answer.status}")
        connection.close()
    return times


def most_queries(instance: Instance, path: str, guests: list[Visitor]) -> int:
    """The most statements that a visit needs.

    The poll of the cache versions, at most one in two seconds for the whole process, is no part of a page.
    """
    counts = []
    for guest in guests[:60]:
        visit(instance.app, path, guest.cookie)  # what a process keeps for all is there from here
        with listening(instance.app) as found:
            visit(instance.app, path, guest.cookie)
        counts.append(sum(CacheVersion.__tablename__ not in text for text, _ in found.asked))
    return max(counts)
