"""Texts that are kept as they come: one entry of a calendar, whose kind, UID and times are told and whose rest is not touched.

Raises `UnreadableError` for what RFC 4791 (4.1) does not allow, for rules that nobody could follow, and for files within.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import icalendar

from groupware.i18n import gettext
from plugins.schedule.icalendar.expanding import normal
from plugins.schedule.icalendar.moments import UnreadableError, param_of
from plugins.schedule.icalendar.reading import calendars
from plugins.schedule.icalendar.timeline import COMPONENTS, timeline

MOST_COMPONENTS: Final = 500
"""Of one entry: its series and the occurrences that differ from it."""
_NAMES: Final = frozenset({"UID", "RELATED-TO", "RECURRENCE-ID", "TZID"})
"""Texts that programs write for themselves."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry: `words` is everything that people may have typed, the times are those within which it takes place."""

    uid: str
    component: str
    text: str
    words: str
    first_at: datetime
    last_at: datetime


def stored(content: bytes) -> Stored:
    """Look at a text. Raises UnreadableError."""
    found = calendars(content)
    text = normal(content.decode("utf-8-sig"))
    components = entries_of(found[0])
    if len(found) != 1 or not components or "METHOD" in found[0] or "\x00" in text:
        raise UnreadableError(gettext("Exactly one entry was expected."), code="one_entry")
    uids = {str(one.get("UID", "")).strip() for one in components}
    names = {one.name for one in components}
    masters = [one for one in components if "RECURRENCE-ID" not in one]
    if len(uids) > 1 or len(names) > 1 or len(masters) > 1 or len(components) > MOST_COMPONENTS:
        raise UnreadableError(gettext("Exactly one entry was expected."), code="one_entry")
    uid = uids.pop()
    if not 0 < len(uid) <= 255:
        raise UnreadableError(gettext("An event in the file has no usable UID."), code="no_uid")
    if any(_is_file(one) for component in components for one in _values(component, "ATTACH")):
        raise UnreadableError(gettext("Files cannot be kept in a private calendar."), code="file")
    first_at, last_at = timeline(components).bounds()
    words = "\n".join(word for component in components for word in _words(component))
    return Stored(uid, names.pop(), text, words, first_at, last_at)


def entries_of(calendar: Any) -> list[Any]:
    """The events, tasks and notes of a calendar."""
    return [one for one in calendar.subcomponents if one.name in COMPONENTS]


def _values(component: Any, name: str) -> list[Any]:
    found = component.get(name, [])
    return found if isinstance(found, list) else [found]


def _is_file(value: Any) -> bool:
    return param_of(value, "ENCODING").upper() == "BASE64" or str(value)[:5].lower() == "data:"


def _words(component: Any) -> Iterator[str]:
    for name, value in component.property_items(sorted=False):
        if name in _NAMES:
            continue
        if isinstance(value, icalendar.vText | icalendar.vUnknown | icalendar.vUri | icalendar.vCalAddress):
            yield str(value)
        elif isinstance(value, icalendar.vCategory):
            yield " ".join(map(str, value.cats))
