"""VFREEBUSY: when somebody is busy, in as few periods as say it, for reports and for the outbox."""

from collections.abc import Iterable
from datetime import UTC, datetime

from flask import Response

from groupware.actor import Actor
from plugins.schedule.icalendar.parts import PRODUCT
from plugins.schedule.queries import programs
from plugins.schedule.views.dav.conditions import Window

Period = tuple[datetime, datetime]


def busy_answer(actor: Actor, window: Window, lines: Iterable[str]) -> Response:
    """The answer to a free-busy-query (RFC 4791, 7.10)."""
    return Response(busy_text(actor, window, lines), mimetype="text/calendar")


def busy_text(actor: Actor, window: Window, lines: Iterable[str], head: str = "", method: str = "") -> str:
    """A calendar with one VFREEBUSY, which begins with the lines of `head`."""
    method = f"METHOD:{method}\r\n" if method else ""
    return "".join(
        [
            f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODUCT}\r\n{method}BEGIN:VFREEBUSY\r\n{head}",
            f"DTSTAMP:{_utc(actor.now)}\r\nDTSTART:{_utc(window.since)}\r\nDTEND:{_utc(window.until)}\r\n",
            *lines,
            "END:VFREEBUSY\r\nEND:VCALENDAR\r\n",
        ]
    )


def busy_lines(person_id: int, window: Window) -> list[str]:
    """FREEBUSY of a person, as few periods as say it. Busy is busy, whoever may see why."""
    kinds: dict[str, list[Period]] = {"BUSY": [], "BUSY-TENTATIVE": []}
    for row in programs.busy_between(person_id, window.since, window.until):
        kind = "BUSY-TENTATIVE" if row.is_tentative else "BUSY"
        kinds[kind].append((max(row.starts_at, window.since), min(row.ends_at, window.until)))
    return [line for kind, periods in kinds.items() for line in lines_of(periods, kind)]


def lines_of(periods: Iterable[Period], kind: str = "BUSY") -> list[str]:
    """FREEBUSY of periods, as few of them as say the same."""
    found: list[Period] = []
    for begin, end in sorted(periods):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return [f"FREEBUSY;FBTYPE={kind}:{_utc(begin)}/{_utc(end)}\r\n" for begin, end in found]


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
