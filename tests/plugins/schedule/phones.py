"""A calendar program of one person without a server in between, and the texts that it sends."""

import base64
import re
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from groupware.api.services import issue
from groupware.db import unit

D, C = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"


class Phone:
    """A calendar program of one person, without a server in between."""

    def __init__(self, office, person_id, *scopes):
        self.client = office.app.test_client()
        actor = office.actor(person_id)
        with office.app.app_context(), unit("write"):
            secret = issue(actor, "電話", scopes or ("schedule.dav:write",), 30).secret
        self.headers = {"Authorization": "Basic " + base64.b64encode(f"x:{secret}".encode()).decode()}
        self.home = ""

    def call(self, method, path, body="", depth="0", **headers):
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(
            path, method=method, data=body, headers={**self.headers, "Depth": depth, **given}
        )

    def calendar(self):
        found = self.call("PROPFIND", "/dav/", props("d:current-user-principal"))
        principal = hrefs(found, "current-user-principal")[0]
        found = self.call("PROPFIND", principal, props("c:calendar-home-set"))
        self.home = ET.fromstring(found.data).find(f".//{C}calendar-home-set/{D}href").text
        return self.home + "personal/"

    def put(self, name, text, **headers):
        return self.call("PUT", self.calendar() + name, text, Content_Type="text/calendar", **headers)

    def get(self, name):
        return self.call("GET", self.calendar() + name)

    def names(self):
        found = self.call("PROPFIND", self.calendar(), props("d:getetag"), depth="1")
        return [one.rpartition("/")[2] for one in addresses(found) if not one.endswith("/")]

    def report(self, inner, calendar=""):
        body = inner.replace(">", ' xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">', 1)
        return self.call(
            "REPORT", calendar or self.calendar(), body, depth="1", Content_Type="application/xml"
        )

    def sync(self, token="", calendar=""):
        found = self.report(
            f"<d:sync-collection><d:sync-token>{token}</d:sync-token><d:sync-level>1</d:sync-level>"
            "<d:prop><d:getetag/></d:prop></d:sync-collection>",
            calendar,
        )
        tree = ET.fromstring(found.data)
        gone = [
            one.find(f"{D}href").text
            for one in tree.findall(f"{D}response")
            if one.find(f"{D}status") is not None
        ]
        there = [
            one.find(f"{D}href").text
            for one in tree.findall(f"{D}response")
            if one.find(f"{D}status") is None
        ]
        return tree.findtext(f"{D}sync-token"), last(there), last(gone)


def last(paths):
    return [unquote(path.rpartition("/")[2]) for path in paths]


def props(*names):
    inner = "".join(f"<{name}/>" for name in names)
    return f'<d:propfind xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop>{inner}</d:prop></d:propfind>'


def addresses(response):
    return [one.text for one in ET.fromstring(response.data).findall(f"{D}response/{D}href")]


def hrefs(response, name):
    return [one.text for one in ET.fromstring(response.data).findall(f".//{D}{name}/{D}href")]


def texts(response):
    return [one.text for one in ET.fromstring(response.data).iter(f"{C}calendar-data")]


def event(*lines, uid="meeting-1", starts="20261124T100000", ends="20261124T110000", title="打合せ"):
    return "\r\n".join(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//phone//EN",
            "BEGIN:VEVENT",
            f"UID:{uid}",
            "DTSTAMP:20261101T000000Z",
            f"DTSTART;TZID=Asia/Tokyo:{starts}",
            f"DTEND;TZID=Asia/Tokyo:{ends}",
            f"SUMMARY:{title}",
            *lines,
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
    )


WEEKLY = "RRULE:FREQ=WEEKLY;COUNT=4"


def with_override(text, original, starts, ends, *lines):
    master = re.search(r"BEGIN:VEVENT.*?END:VEVENT\r\n", text, re.DOTALL).group(0)
    one = re.sub(r"RRULE.*\r\n", f"RECURRENCE-ID;TZID=Asia/Tokyo:{original}\r\n", master)
    one = re.sub(r"DTSTART.*\r\n", f"DTSTART;TZID=Asia/Tokyo:{starts}\r\n", one)
    one = re.sub(r"DTEND.*\r\n", f"DTEND;TZID=Asia/Tokyo:{ends}\r\n", one)
    for line in lines:
        name = line.partition(":")[0]
        one = re.sub(rf"{name}.*\r\n", f"{line}\r\n", one)
    return text.replace("END:VCALENDAR", one + "END:VCALENDAR")


def starts_of(office):
    seen = office.seen(office.organiser, office.organiser, 40)
    return [(f"{one.begins:%d %H}", one.title) for one in seen]


def participants(office):
    return tuple(f"person:{one}" for one in (office.organiser, office.colleague))
