"""The filter of a calendar-query on private calendars (RFC 4791, 9.7 to 9.9): tested on the texts, after a choice by time.

A test of a time or of a property that stands directly below VCALENDAR is asked of every entry: programs that do not say which
kind they look for mean all.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from xml.etree.ElementTree import Element

from plugins.schedule.icalendar.parsing import calendar_in
from plugins.schedule.icalendar.stored import entries_of
from plugins.schedule.icalendar.timeline import COMPONENTS, FIRST, LAST, Timeline, timeline
from plugins.schedule.views.dav.conditions import Window, is_hopeless, passes, require_collations, window_of
from plugins.schedule.views.dav.xml import C

_COMP, _PROP, _TIME, _ABSENT = (
    f"{{{C}}}{name}" for name in ("comp-filter", "prop-filter", "time-range", "is-not-defined")
)
_OF_CALENDARS: Final = frozenset({"VERSION", "PRODID", "CALSCALE", "METHOD"})


@dataclass(slots=True)
class Query:
    """What is looked for. `component` and `window` narrow the rows; None where they cannot."""

    outer: Element | None
    component: str | None = None
    window: Window | None = None
    nothing: bool = False
    is_plain: bool = False
    """Whether `component` says everything."""
    tests: list[Element] = field(default_factory=list)


def query(element: Element | None) -> Query:
    """Read a filter; none at all finds everything. Raises UnsupportedFilterError for what is not known."""
    outer = element.find(_COMP) if element is not None else None
    found = Query(outer, is_plain=outer is None)
    if outer is None:
        return found
    if outer.get("name", "").upper() != "VCALENDAR" or outer.find(_ABSENT) is not None:
        found.nothing = True
        return found
    require_collations(outer)
    for one in outer.iter(_TIME):
        _window(one)
    time = outer.find(_TIME)
    found.window = _window(time) if time is not None else None
    for one in outer.findall(_COMP):
        name = one.get("name", "").upper()
        if one.find(_ABSENT) is not None or name not in COMPONENTS:
            continue
        found.component = name
        time = one.find(_TIME)
        if time is not None:
            found.window = _window(time)
    found.is_plain = len(outer) == 1 and len(outer[0]) == 0 and found.component is not None
    found.tests = [
        one
        for one in outer.iter()
        if one is not outer and one.tag in (_PROP, _COMP) and one.find(_ABSENT) is None
    ]
    return found


def fits(wanted: Query, text: str) -> bool:
    """Whether an entry is looked for. Raises UnsupportedFilterError."""
    if wanted.outer is None:
        return True
    folded = text.replace("\r\n ", "").replace("\r\n\t", "").casefold()
    if any(is_hopeless(test, folded) for test in wanted.tests):
        return False
    calendar = calendar_in(text)
    entries = entries_of(calendar)
    line = timeline(entries)
    return all(_outer_passes(calendar, entries, line, test) for test in wanted.outer)


def _outer_passes(calendar: Any, entries: list[Any], line: Timeline, test: Element) -> bool:
    if test.tag == _TIME:
        return any(True for _ in _happenings(line, _window(test)))
    if test.tag == _PROP:
        if test.get("name", "").upper() in _OF_CALENDARS:
            return passes(calendar, test)
        return any(passes(one, test) for one in entries)
    if test.tag != _COMP:
        return True
    name = test.get("name", "").upper()
    inner = [one for one in calendar.subcomponents if one.name == name]
    if test.find(_ABSENT) is not None:
        return not inner
    return any(passes_all(line, one, test) for one in inner)


def passes_all(line: Timeline, component: Any, tests: Iterable[Element]) -> bool:
    """Whether one component passes all tests."""
    for test in tests:
        if test.tag == _TIME and not any(one is component for one in _happenings(line, _window(test))):
            return False
        if test.tag == _PROP and not passes(component, test):
            return False
        if test.tag == _COMP and not _inner_passes(line, component, test):
            return False
    return True


def _inner_passes(line: Timeline, component: Any, test: Element) -> bool:
    name = test.get("name", "").upper()
    inner = [one for one in component.subcomponents if one.name == name]
    if test.find(_ABSENT) is not None:
        return not inner
    return any(all(_alarm_passes(line, one, further) for further in test) for one in inner)


def _alarm_passes(line: Timeline, alarm: Any, test: Element) -> bool:
    if test.tag == _TIME:
        window = _window(test)
        return any(True for _ in line.alarms(alarm, window.since, window.until))
    return test.tag != _PROP or passes(alarm, test)


def _happenings(line: Timeline, window: Window) -> Iterator[Any]:
    return (one.component for one in line.happenings(window.since, window.until))


def _window(element: Element) -> Window:
    return window_of(element, FIRST, LAST)
