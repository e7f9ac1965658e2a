"""Conditions of a query that are tested on a component (RFC 4791, 9.7.2 to 9.7.5), and the times that are asked for."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from xml.etree.ElementTree import Element

from groupware import clock
from groupware.errors import Invalid
from groupware.i18n import gettext
from plugins.schedule.services.content import EARLIEST, LATEST
from plugins.schedule.views.dav.xml import C

_COLLATIONS: Final = frozenset({"", "i;ascii-casemap", "i;octet", "i;unicode-casemap", "default"})


class UnsupportedFilterError(Invalid):
    """A filter that cannot be followed: nothing is better than a wrong answer."""

    default_code = "filter"


@dataclass(frozen=True, slots=True)
class Window:
    """A time that was asked for, half-open."""

    since: datetime
    until: datetime


def window_of(element: Element, first: datetime = EARLIEST, last: datetime = LATEST) -> Window:
    """start and end of time-range, expand or limit-recurrence-set, within `first` and `last`. Raises UnsupportedFilterError."""
    since, until = (_instant(element.get(name)) for name in ("start", "end"))
    if since is None and until is None:
        raise UnsupportedFilterError(gettext("A time needs a beginning or an end."))
    found = Window(since or first, until or last)
    if found.since >= found.until:
        raise UnsupportedFilterError(gettext("The end must be after the beginning."))
    return Window(max(found.since, first), min(found.until, last))


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise UnsupportedFilterError(gettext("A time is to be said in UTC.")) from None


def is_hopeless(test: Element, folded: str) -> bool:
    """Whether a test asks for words that a text without folds, in small letters, cannot hold."""
    is_inner = test.tag == f"{{{C}}}comp-filter" and test.find(f"{{{C}}}is-not-defined") is None
    if is_inner and f"begin:{test.get('name', '').lower()}" not in folded:
        return True
    for match in test.iter(f"{{{C}}}text-match"):
        words = (match.text or "").casefold()
        if match.get("negate-condition") != "yes" and words.isalnum() and words not in folded:
            return True
    return False


def passes(component: Any, test: Element) -> bool:
    """Whether a component passes a prop-filter. Raises UnsupportedFilterError."""
    name = test.get("name", "").upper()
    value = component.get(name)
    if test.find(f"{{{C}}}is-not-defined") is not None:
        return value is None
    if value is None:
        return False
    values = value if isinstance(value, list) else [value]
    return any(_value_passes(one, test) for one in values)


def _value_passes(value: Any, test: Element) -> bool:
    for further in test:
        if further.tag == f"{{{C}}}text-match" and not _matches(_words(value), further):
            return False
        if further.tag == f"{{{C}}}time-range" and not _falls_into(value, window_of(further)):
            return False
        if further.tag == f"{{{C}}}param-filter" and not _param_passes(value, further):
            return False
    return True


def _words(value: Any) -> str:
    if hasattr(value, "cats"):
        return ",".join(map(str, value.cats))
    return str(value) if isinstance(value, str | int) else str(value.to_ical().decode())


def _param_passes(value: Any, test: Element) -> bool:
    found = getattr(value, "params", {}).get(test.get("name", "").upper())
    if test.find(f"{{{C}}}is-not-defined") is not None:
        return found is None
    match = test.find(f"{{{C}}}text-match")
    return found is not None and (match is None or _matches(str(found), match))


def require_collations(element: Element) -> None:
    """Raises UnsupportedFilterError (code `collation`) where a test compares texts in a way that is not known."""
    if any(one.get("collation", "") not in _COLLATIONS for one in element.iter(f"{{{C}}}text-match")):
        raise UnsupportedFilterError(gettext("This way of comparing texts is not known."), code="collation")


def _matches(text: str, match: Element) -> bool:
    require_collations(match)
    collation = match.get("collation", "")
    words = match.text or ""
    if collation != "i;octet":
        text, words = text.casefold(), words.casefold()
    found = {
        "equals": text == words,
        "starts-with": text.startswith(words),
        "ends-with": text.endswith(words),
    }.get(match.get("match-type", "contains"), words in text)
    return found != (match.get("negate-condition") == "yes")


def _falls_into(value: Any, window: Window) -> bool:
    at = getattr(value, "dt", None)
    if isinstance(at, datetime):
        instant = at if at.tzinfo is not None else at.replace(tzinfo=clock.DEFAULT_ZONE)
    elif isinstance(at, date):
        instant = clock.midnight(at)
    else:
        return False
    return window.since <= instant < window.until
