"""Commands that move the whole city: its generation, and the personnel department's delivery."""

import tempfile
from pathlib import Path

from tests.bench.instances import Instance, command, empty_database
from tests.bench.report import Figure, Report

DEMO_LIMIT = 180.0
VILLAGE_LIMIT = 10.0
IMPORT_LIMIT = 20.0


def measure(instance: Instance, report: Report) -> None:
    """Generation of the instance (as it was when it was made) and import of its own people into an empty one."""
    report.add(
        Figure(
            "groupware demo --size kobe",
            instance.demo_seconds,
            "s",
            limit=DEMO_LIMIT,
            note="in an earlier run" if instance.is_cached else "",
        )
    )
    with tempfile.TemporaryDirectory(prefix="groupware-bench-") as name:
        work = Path(name)
        seconds = command(
            work / "village", empty_database(instance, work / "village"), "demo", "--size", "village"
        )
        report.add(Figure("groupware demo --size village", seconds, "s", limit=VILLAGE_LIMIT))
        delivery, empty = work / "delivery", work / "instance"
        command(instance.folder, instance.url, "export-directory", str(delivery))
        url = empty_database(instance, empty)
        command(empty, url, "init")
        seconds = command(empty, url, "import-directory", str(delivery))
        report.add(Figure("import of 21,036 people", seconds, "s", limit=IMPORT_LIMIT))
