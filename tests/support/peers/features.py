"""caldav-server-tester without what the server says itself that it does not have: tasks, journals, further calendars.

Its preparation ends where no list for tasks can be made, so that nothing else would be tried. Arguments are its own.
"""

import sys
from typing import Any

from caldav_server_tester import checks  # type: ignore[import-not-found]  # in the environment of the peers
from caldav_server_tester.caldav_server_tester import (  # type: ignore[import-not-found]
    check_server_compatibility,
)


def _no_tasks(self: Any, *_: object) -> bool:
    self.set_feature("save-load.todo", "unsupported")
    self.set_feature("save-load.todo.mixed-calendar", "unsupported")
    return False


def _no_journals(self: Any, *_: object) -> None:
    self.set_feature("save-load.journal", "unsupported")


checks.PrepareCalendar._prepare_task_calendar = _no_tasks
checks.PrepareCalendar._prepare_journal_calendar = _no_journals
# Properties of calendars cannot be set, so nobody need wait half a minute for one to change.
checks.CheckProppatchDelay._timeout = lambda _: 1

if __name__ == "__main__":
    check_server_compatibility(sys.argv[1:])
