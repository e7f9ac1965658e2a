"""The filter of a calendar-query (RFC 4791, 9.7): which entries it wants by time, by components and by properties.

Time is asked of the database. Everything else is looked for in the texts; those that cannot hold the words are not parsed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from plugins.schedule.icalendar.parsing import calendar_in
from plugins.schedule.icalendar.stored import entries_of
from plugins.schedule.icalendar.timeline import Timeline, timeline
from plugins.schedule.views.dav.conditions import UnsupportedFilterError, Window, is_hopeless, window_of
from plugins.schedule.views.dav.matching import passes_all
from plugins.schedule.views.dav.xml import C


@dataclass(slots=True)
class Wanted:
    """What a query asks for. `nothing` where no event could ever fit."""

    window: Window | None = None
    nothing: bool = False
    tests: list[Element] = field(default_factory=list)


def wanted(element: Element | None) -> Wanted:
    """Read a filter. Raises UnsupportedFilterError."""
    found = Wanted()
    outer = element.find(f"{{{C}}}comp-filter") if element is not None else None
    if outer is None:
        return found
    if outer.get("name", "").upper() != "VCALENDAR" or outer.find(f"{{{C}}}is-not-defined") is not None:
        found.nothing = True
        return found
    # What stands directly below VCALENDAR is asked of every event: programs that name no kind mean all.
    _add(found, outer, "prop-filter")
    for one in outer.findall(f"{{{C}}}comp-filter"):
        is_absent = one.find(f"{{{C}}}is-not-defined") is not None
        if one.get("name", "").upper() != "VEVENT":
            found.nothing = found.nothing or not is_absent
            continue
        if is_absent:
            found.nothing = True
            continue
        _add(found, one, "prop-filter", "comp-filter")
    return found


def _add(found: Wanted, element: Element, *kinds: str) -> None:
    for inner in element:
        if inner.tag == f"{{{C}}}time-range":
            found.window = window_of(inner)
        elif inner.tag in [f"{{{C}}}{kind}" for kind in kinds]:
            found.tests.append(inner)


def may_fit(text: str, tests: Iterable[Element]) -> bool:
    """Whether a text holds the words that the tests ask for: it has to be parsed to say more."""
    folded = text.replace("\r\n ", "").replace("\r\n\t", "").casefold()
    return not any(is_hopeless(test, folded) for test in tests)


def fits(text: str, tests: Iterable[Element]) -> bool:
    """Whether some component of the text passes all tests."""
    every = list(tests)
    events = entries_of(calendar_in(text))
    has_times = any(one.find(f".//{{{C}}}time-range") is not None for one in every)
    line = timeline(events) if has_times else Timeline([])
    return any(passes_all(line, one, every) for one in events)


__all__ = ["UnsupportedFilterError", "Wanted", "Window", "fits", "may_fit", "wanted", "window_of"]
