"""What caldav-server-tester finds here, feature by feature, and how many of them it finds full at Radicale in the same run."""

import json
import re
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.plugins.schedule.test_caldav_clients import PEERS, calendar, call, run, token
from tests.support import peers
from tests.support.server import free_port, serving
from tests.support.started import started, status, until

SCRIPT = Path(peers.__file__).parent / "features.py"
pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]

FULL = {
    "auth.www-authenticate",
    "auth.www-authenticate.usable-scheme",
    "calendar-color",
    "calendar-color.name",
    "calendar-order",
    "create-calendar",
    "create-calendar.set-displayname",
    "create-calendar.stable-url",
    "create-calendar.with-supported-component-types",
    "delete-calendar",
    "delete-calendar.free-namespace",
    "freebusy-query",
    "get-current-user-principal",
    "non-existing-raises-not-found.collection",
    "non-existing-raises-not-found.object",
    "principal-search",
    "principal-search.by-name.self",
    "principal-search.list-all",
    "propfind",
    "propfind.allprop",
    "propfind.allprop.resourcetype",
    "propfind.displayname",
    "propfind.principal-depth-1",
    "save-load.event",
    "save-load.event.no-dtend",
    "save-load.event.no-summary",
    "save-load.event.recurrences",
    "save-load.event.recurrences.count",
    "save-load.event.recurrences.exception",
    "save-load.event.recurrences.exception.cancelled",
    "save-load.event.recurrences.exception.reschedule",
    "save-load.event.timezone",
    "save-load.get-by-url",
    "save-load.icalendar.related-to",
    "save-load.journal",
    "save-load.journal.mixed-calendar",
    "save-load.mutable",
    "save-load.mutable.attendee-partstat",
    "save-load.mutable.if-match-optional",
    "save-load.mutable.if-match-wildcard",
    "save-load.stable-url",
    "save-load.todo",
    "save-load.todo.mixed-calendar",
    "save-load.todo.recurrences",
    "save-load.todo.recurrences.count",
    "save-load.todo.uncomplete",
    "save.duplicate-event",
    "save.duplicate-uid.cross-calendar",
    "save.etag",
    "save.if-none-match",
    "save.no-uid-conflict",
    "scheduling",
    "scheduling.calendar-user-address-set",
    "scheduling.calendar-user-address-set.populated",
    "scheduling.mailbox",
    "search.combined-is-logical-and",
    "search.comp-type",
    "search.comp-type.optional",
    "search.is-not-defined",
    "search.is-not-defined.category",
    "search.is-not-defined.class",
    "search.is-not-defined.dtend",
    "search.recurrences.expanded.event",
    "search.recurrences.expanded.exception",
    "search.recurrences.expanded.todo",
    "search.recurrences.includes-implicit.event",
    "search.recurrences.includes-implicit.infinite-scope",
    "search.recurrences.includes-implicit.todo",
    "search.recurrences.includes-implicit.todo.pending",
    "search.text.case-insensitive",
    "search.text.case-sensitive",
    "search.text.category",
    "search.text.comp-type-optional",
    "search.text.substring",
    "search.time-range.alarm",
    "search.time-range.comp-type-optional",
    "search.time-range.event",
    "search.time-range.event.old-dates",
    "search.time-range.open.end",
    "search.time-range.open.start",
    "search.time-range.open.start.duration",
    "search.time-range.todo",
    "search.time-range.todo.no-dtstart",
    "search.time-range.todo.no-dtstart.no-due",
    "search.time-range.todo.old-dates",
    "search.time-range.todo.strict",
    "search.unlimited-time-range",
    "sync-token",
    "sync-token.delete",
    "sync-token.invalid-token",
    "sync-token.limit",
    "sync-token.limit.initial-sync",
    "synchronous-write",
    "synchronous-write.create-calendar",
    "synchronous-write.delete-calendar",
    "synchronous-write.proppatch",
    "url.encode-at.encoded",
    "url.encode-at.literal.collection",
    "url.encode-at.literal.object",
}
OTHERWISE = {
    # A calendar that nobody made is not there.
    "create-calendar.auto": "unsupported",
    # A second person would be needed.
    "scheduling.auto-schedule": "unknown",
    # A second person would be needed.
    "scheduling.freebusy-query": "unknown",
    # A second person would be needed.
    "scheduling.mailbox.inbox-delivery": "unknown",
    # It looks into a private calendar; entries of the schedule have the tag.
    "scheduling.schedule-tag": "unsupported",
    # Both spellings of @ mean the same here.
    "url.encode-at.identity": "unsupported",
    # No address of a person has an @.
    "url.encode-at.literal.principal": "unknown",
    # Not asked of a server on the same machine.
    "well-known": "unknown",
}


IN_THE_SCHEDULE = {
    # Tasks and notes have private calendars.
    "save-load.todo.mixed-calendar": "unsupported",
    "save-load.journal.mixed-calendar": "unsupported",
    "scheduling.schedule-tag": "full",
    "scheduling.freebusy-query": "full",
    # It invites from a calendar that it makes for it, which is a private one: nobody is invited from there.
    "scheduling.auto-schedule": "unsupported",
    "scheduling.schedule-tag.stable-partstat": "unknown",
    # Who is invited finds the event in the calendar.
    "scheduling.mailbox.inbox-delivery": "unsupported",
}
"""What differs where the tester is pointed at the person's schedule instead of making calendars of its own."""


def features(url, secret, *options, **variables):
    """Feature → how far the tester finds it there."""
    access = ("--caldav-url", url, "--caldav-user", "x", "--caldav-pass", secret)
    found = json.loads(run(PEERS / "python", SCRIPT, *access, "--format", "json", *options, **variables))
    return {name: one["support"] for name, one in found.items() if "support" in one}


@contextmanager
def radicale(folder):
    """Radicale with nothing in it; its address."""
    port = free_port()
    options = {"server-hosts": f"127.0.0.1:{port}", "storage-filesystem-folder": folder, "auth-type": "none"}
    command = [
        str(PEERS / "radicale"),
        "--config",
        "",
        *(f"--{key}={value}" for key, value in options.items()),
    ]
    with started(command, folder / "log"):
        until(lambda: status(port, "/.web/"), "an answer of Radicale")
        yield f"http://127.0.0.1:{port}/"


def emptied(live, secret):
    """Take everything out of the schedule of a sample person: the tester counts what it finds."""
    where = calendar(live, secret)
    listed = call(live, secret, "PROPFIND", where, Depth="1")
    for address in re.findall(r"<d:href>([^<]+\.ics)</d:href>", listed):
        call(live, secret, "DELETE", address)


def test_every_feature_is_found_as_far_as_the_documentation_says(demo_instance, tmp_path):
    with serving(demo_instance, tmp_path / "log", api_calls_per_minute="100000") as live:
        secret = token(live, 1)
        ours = features(f"{live.url}/dav/", secret)
        emptied(live, secret)
        colleague = {"caldav_url": f"{live.url}/dav/", "caldav_user": "x", "caldav_pass": token(live, 2)}
        config = tmp_path / "people.json"
        config.write_text(json.dumps({"colleague": colleague}))
        options = ("--caldav-calendar", "自分の予定", "--config-section", "colleague")
        schedule = features(f"{live.url}/dav/", secret, *options, CALDAV_CONFIG_FILE=str(config))
    expected = dict.fromkeys(FULL, "full") | OTHERWISE
    assert ours == expected
    assert schedule == expected | IN_THE_SCHEDULE
    with radicale(tmp_path) as url:
        theirs = features(url, "x")
    assert sum(one == "full" for one in theirs.values()) < len(FULL)
