"""`python -m tests.bench`: measure, say what was seen, end with 1 if a limit is broken."""

import argparse
import signal
import sys
from collections.abc import Callable

from groupware import clock
from tests.bench import (
    booking,
    caldav,
    calendars,
    chat,
    deliveries,
    files,
    live,
    matrix,
    pages,
    reads,
    rush,
    searching,
    talking,
    telling,
)
from tests.bench.document import DOCUMENT, Section, write
from tests.bench.instances import Instance, prepared
from tests.bench.report import Report, machine
from tests.bench.visits import add_bare_page

BENCHES: dict[str, Callable[[Instance, Report], None]] = {
    "pages": pages.measure,
    "reads": reads.measure,
    "calendars": calendars.measure,
    "booking": booking.measure,
    "caldav": caldav.measure,
    "chat": chat.measure,
    "telling": telling.measure,
    "deliveries": deliveries.measure,
    "live": live.measure,
    "talking": talking.measure,
    "matrix": matrix.measure,
    "rush": rush.measure,
    "files": files.measure,
    "search": searching.measure,
}
POSTGRESQL_ONLY = frozenset({"rush"})
"""Several processes need a database server."""


DATABASES = ("sqlite", "postgresql")


def main() -> int:
    """Run the benches that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("only", nargs="*", metavar="BENCH", help=f"{', '.join(BENCHES)} (all of them)")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), help="only this one")
    parser.add_argument(
        "--size", default="kobe", choices=("village", "city", "kobe"), help="to try things out"
    )
    parser.add_argument("--fresh", action="store_true", help="generate the SQLite instance anew")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/benchmarks.md")
    arguments = parser.parse_args()
    # Ended from outside, the servers and databases that were started must go as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    unknown = set(arguments.only) - set(BENCHES)
    if unknown:
        parser.error(f"there is no bench {', '.join(sorted(unknown))}")
    reports: dict[Section, Report] = {}
    for database in DATABASES:
        if arguments.database not in (None, database):
            continue
        wanted = [
            name
            for name in BENCHES
            if (not arguments.only or name in arguments.only)
            and (database == "postgresql" or name not in POSTGRESQL_ONLY)
        ]
        if not wanted:
            continue
        with prepared(database, arguments.size, is_fresh=arguments.fresh) as instance:
            add_bare_page(instance.app)
            for name in wanted:
                reports[name, database] = report = Report()
                where = f"{clock.today().isoformat()}, {machine()}."
                print(f"{name}, {database}: {where}")
                BENCHES[name](instance, report)
                # Each as soon as it is there: a run takes the better part of an hour, and what it has measured is not lost.
                if arguments.write:
                    order = [(bench, kind) for bench in BENCHES for kind in DATABASES]
                    write(DOCUMENT, {(name, database): f"{where}\n\n{report.table()}"}, order)
    broken = [(section, figure) for section, report in reports.items() for figure in report.broken]
    for (name, database), figure in broken:
        what, measured, limit, *_ = figure.cells
        print(f"Limit broken: {name}, {database}: {what}: {measured} {limit}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
