"""Clients of other people against a server of ours: the library caldav, vdirsyncer."""

import base64
import csv
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.support import peers
from tests.support.databases import run_command
from tests.support.server import serving

PEERS = Path(sys.prefix) / "peers" / "bin"
SCRIPTS = Path(peers.__file__).parent
pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]


@pytest.fixture(scope="module")
def server(demo_instance, tmp_path_factory):
    """The demo village as a server."""
    log = tmp_path_factory.mktemp("caldav") / "log"
    with serving(demo_instance, log, api_calls_per_minute="100000") as live:
        yield live


def token(server, number):
    """A token of the sample person at this place of the list."""
    with (server.instance / "demo-accounts.csv").open(encoding="utf-8") as accounts:
        login = list(csv.DictReader(accounts))[number]["login"]
    return run_command(server.instance, "token", login, "--scope", "schedule.dav:write").split()[-1]


def run(*command, **variables):
    environment = os.environ | variables
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, env=environment)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


def call(server, secret, method, path, body="", **headers):
    """Ask the server; returns the body."""
    basic = base64.b64encode(f"x:{secret}".encode()).decode()
    given = {
        "Authorization": f"Basic {basic}",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    request = Request(f"{server.url}{path}", body.encode(), given, method=method)
    with urlopen(request, timeout=60) as answer:
        return answer.read().decode()


def calendar(server, secret):
    """The address of the token's own calendar."""
    uid = re.search(r"/dav/principals/([\w-]{36})/", call(server, secret, "PROPFIND", "/dav/", Depth="0"))[1]
    return f"/dav/calendars/{uid}/personal/"


def text(uid, title, starts="20270215T010000Z", ends="20270215T020000Z"):
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//t//EN",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        "DTSTAMP:20260101T000000Z",
    )
    lines += (f"DTSTART:{starts}", f"DTEND:{ends}", f"SUMMARY:{title}", "END:VEVENT", "END:VCALENDAR", "")
    return "\r\n".join(lines)


def test_phone_sees_an_event_moves_it_and_enters_a_series(server):
    secret = token(server, 2)
    where = calendar(server, secret)
    call(server, secret, "PUT", f"{where}story.ics", text("story", "来客"), Content_Type="text/calendar")
    told = run(PEERS / "python", SCRIPTS / "phone.py", f"{server.url}/dav/", secret, "来客").split("\n")
    assert told[:4] == [
        "seen 2027-02-15T01:00:00+00:00",
        "moved 2027-02-15T04:00:00+00:00",
        "times 3",
        "left 0",
    ]
    assert "20270215T040000Z" in call(server, secret, "GET", f"{where}story.ics")


def test_vdirsyncer_keeps_a_folder_and_the_calendar_alike(server, tmp_path):
    secret, folder = token(server, 3), tmp_path / "calendars"
    where = calendar(server, secret)
    config = tmp_path / "config"
    config.write_text(
        f"""
[general]
status_path = "{tmp_path}/status"
[pair both]
a = "folder"
b = "server"
collections = ["personal"]
[storage folder]
type = "filesystem"
path = "{folder}"
fileext = ".ics"
[storage server]
type = "caldav"
url = "{server.url}/dav/"
username = "x"
password = "{secret}"
""",
        encoding="utf-8",
    )
    before = call(server, secret, "GET", where).count("BEGIN:VEVENT")
    (folder / "personal").mkdir(parents=True)
    (folder / "personal" / "mine.ics").write_bytes(text("mine", "机の上から").encode())
    run(PEERS / "vdirsyncer", "-c", config, "discover")
    run(PEERS / "vdirsyncer", "-c", config, "sync")
    there = call(server, secret, "GET", where)
    assert "机の上から" in there
    assert sum(one.read_text().count("BEGIN:VEVENT") for one in (folder / "personal").iterdir()) == before + 1
    call(server, secret, "PUT", f"{where}other.ics", text("other", "電話から"), Content_Type="text/calendar")
    (folder / "personal" / "mine.ics").unlink()
    run(PEERS / "vdirsyncer", "-c", config, "sync")
    assert "机の上から" not in call(server, secret, "GET", where)
    assert any("電話から" in one.read_text() for one in (folder / "personal").iterdir())
