"""`python -m tests.bench`: measure, print the table, end with 1 if a limit is broken."""

import argparse
import signal
import sys
from collections.abc import Callable
from pathlib import Path

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


DOCUMENT = Path(__file__).parents[2] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures -->\n", "<!-- /figures -->"


def write(document: Path, figures: str) -> None:
    """Replace the figures of the document."""
    before, _, rest = document.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    document.write_text(f"{before}{BEGIN}{figures}\n{END}{after}", encoding="utf-8")


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
    where = machine()
    print(where)
    report = Report()
    for database in ("sqlite", "postgresql"):
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
        print(f"{database}: {', '.join(wanted)}")
        with prepared(database, arguments.size, is_fresh=arguments.fresh) as instance:
            add_bare_page(instance.app)
            for name in wanted:
                BENCHES[name](instance, report)
    print()
    print(report.table())
    if arguments.write:
        write(DOCUMENT, f"{clock.today().isoformat()}, {where}.\n\n{report.table()}")
    for figure in report.broken:
        print(
            f"Limit broken: {figure.database}, {figure.what}: {figure.cells[2]} {figure.cells[3]}",
            file=sys.stderr,
        )
    return 1 if report.broken else 0


if __name__ == "__main__":
    sys.exit(main())
