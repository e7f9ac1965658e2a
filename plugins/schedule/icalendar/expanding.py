"""The single times of a series as texts of their own (RFC 4791, 9.6.5): in UTC, without rule, each with its RECURRENCE-ID.

Works on lines: what has to be said again for every occurrence is taken over as it stands, so that a month of a calendar costs no
parsing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from groupware import clock
from plugins.schedule.icalendar.parts import PRODUCT

HEAD: Final = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODUCT}\r\n"
TAIL: Final = "END:VCALENDAR\r\n"
_TIMES: Final = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID")


@dataclass(frozen=True, slots=True)
class Time:
    """One occurrence: `original` is its wall-clock start by the rule."""

    starts_at: datetime
    ends_at: datetime
    original: str


@dataclass(slots=True)
class Component:
    """A VEVENT as its lines: what stays, and what says when."""

    kept: str
    original: str
    is_all_day: bool


def expanded(text: str, times: Sequence[Time], zone: str) -> str:
    """The text with exactly these times of its event, whose occurrences are named by the wall clock of `zone`."""
    where = ZoneInfo(zone)
    components = [_component(lines, where) for name, lines in _blocks(text) if name == "VEVENT"]
    master = next((one for one in components if not one.original), components[0])
    by_original = {one.original: one for one in components if one.original}
    is_series = len(components) > 1 or "\r\nRRULE" in text or "\r\nRDATE" in text
    body = [
        _instance(by_original.get(_digits(time.original), master), time, where, master if is_series else None)
        for time in times
    ]
    return HEAD + "".join(body) + TAIL


def bodies(texts: Iterable[str]) -> str:
    """One calendar with the entries of many texts, and each VTIMEZONE once."""
    zones: dict[str, str] = {}
    events: list[str] = []
    for text in texts:
        for name, lines in _blocks(text, ("VTIMEZONE", "VEVENT", "VTODO", "VJOURNAL")):
            if name == "VTIMEZONE":
                key = next((line for line in lines.split("\r\n") if line.startswith("TZID")), lines)
                zones.setdefault(key, lines)
            else:
                events.append(lines)
    return "".join([*zones.values(), *events])


def _blocks(text: str, names: Iterable[str] = ("VEVENT",)) -> Iterable[tuple[str, str]]:
    for name in names:
        begin, end = f"BEGIN:{name}\r\n", f"END:{name}\r\n"
        at = text.find(begin)
        while at >= 0:
            until = text.find(end, at)
            until = len(text) if until < 0 else until + len(end)
            yield name, text[at:until]
            at = text.find(begin, until)


def normal(text: str) -> str:
    """A text with the line ends of RFC 5545, whatever its program wrote, and a last line that ends."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    return lines.replace("\n", "\r\n") + "\r\n"


def _component(block: str, where: ZoneInfo) -> Component:
    kept: list[str] = []
    recurrence_id = start = ""
    depth, dropping = 0, False
    for line in block.split("\r\n")[1:-2]:
        if line[:1] in (" ", "\t"):
            if not dropping:
                kept.append(line)
            continue
        dropping = False
        if line.startswith("BEGIN:"):
            depth += 1
        elif line.startswith("END:"):
            depth -= 1
        elif depth == 0 and line.startswith(_TIMES):
            name = line.split(":", 1)[0].split(";", 1)[0]
            if name in _TIMES:
                dropping = True
                if name == "RECURRENCE-ID":
                    recurrence_id = line
                elif name == "DTSTART":
                    start = line
                continue
        kept.append(line)
    return Component(
        kept="\r\n".join(kept),
        original=_name_of(recurrence_id, where),
        is_all_day=len(start.rpartition(":")[2].strip()) == len("20261124"),
    )


def _name_of(line: str, where: ZoneInfo) -> str:
    """The digits of a RECURRENCE-ID by the wall clock of its series."""
    value = line.rpartition(":")[2].strip()
    if value.endswith("Z"):
        at = datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        value = f"{at.astimezone(where):%Y%m%dT%H%M}"
    return _digits(value) if value else ""


def _digits(text: str) -> str:
    """Day and time to the minute, whatever stands between them."""
    return text.replace("-", "").replace(":", "").replace("T", "")[:12].ljust(12, "0")


def _instance(one: Component, time: Time, where: ZoneInfo, series: Component | None) -> str:
    starts, ends = (_said(at, one.is_all_day) for at in (time.starts_at, time.ends_at))
    named = ""
    if series is not None:
        original = datetime.fromisoformat(time.original).replace(tzinfo=where)
        named = _line("RECURRENCE-ID", original.date() if series.is_all_day else original)
    return (
        f"BEGIN:VEVENT\r\n{_line('DTSTART', starts)}{_line('DTEND', ends)}{named}{one.kept}\r\nEND:VEVENT\r\n"
    )


def _said(at: datetime, is_all_day: bool) -> date:
    return clock.local(at).date() if is_all_day else at


def _line(name: str, at: date) -> str:
    if not isinstance(at, datetime):
        return f"{name};VALUE=DATE:{at:%Y%m%d}\r\n"
    # A month has a thousand of them: cutting what ISO 8601 says takes a tenth of a format.
    said = (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat()
    return f"{name}:{said[:4]}{said[5:7]}{said[8:13]}{said[14:16]}{said[17:19]}Z\r\n"
