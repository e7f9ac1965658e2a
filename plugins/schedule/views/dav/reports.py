"""REPORT: entries by time and filter, entries by address, what has changed, when somebody is busy."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit
from xml.etree.ElementTree import Element

from flask import Response

from groupware.actor import Actor
from groupware.errors import Invalid
from groupware.i18n import gettext
from plugins.schedule.icalendar.expanding import expanded
from plugins.schedule.icalendar.parsing import calendar_in
from plugins.schedule.queries import programs
from plugins.schedule.queries.programs import Entry
from plugins.schedule.services import paging, telling
from plugins.schedule.services.paging import TooMuchError
from plugins.schedule.views.dav import properties, xml
from plugins.schedule.views.dav.busy import busy_answer, busy_lines
from plugins.schedule.views.dav.filters import (
    UnsupportedFilterError,
    Window,
    fits,
    may_fit,
    wanted,
    window_of,
)
from plugins.schedule.views.dav.places import Place
from plugins.schedule.views.dav.xml import C, D, cal, dav
from plugins.schedule.views.keeping import keep_later

MOST: Final = 10_000
"""Entries in one answer."""
MOST_PARSED: Final = 3_000_000
"""Characters that one question has parsed: about three seconds."""
MOST_CONDITIONS: Final = 100
"""Elements of a filter: each may be asked of every text."""
_DATA: Final = f"{{{C}}}calendar-data"


@dataclass(slots=True)
class Asked:
    """What is to be said of every entry."""

    names: list[str] | None
    data: Element | None = None
    window: Window | None = None

    @property
    def is_with_text(self) -> bool:
        """Whether the text is wanted."""
        return self.data is not None


def report(actor: Actor, place: Place, body: Element) -> Response:
    """Answer a REPORT on a calendar. Raises Invalid for one that is not known."""
    kinds: dict[str, Callable[[Actor, Place, Element], Response]] = {
        f"{{{C}}}calendar-query": _query,
        f"{{{C}}}calendar-multiget": _multiget,
        f"{{{C}}}free-busy-query": _free_busy,
        f"{{{D}}}sync-collection": _changes,
    }
    kind = kinds.get(body.tag)
    if place.kind == "inbox" and kind is not None and kind is not _free_busy:
        return _of_inbox(body)
    if kind is None or place.kind not in ("calendar", "item"):
        return xml.error(dav("supported-report"))
    try:
        return kind(actor, place, body)
    except UnsupportedFilterError:
        return xml.error(cal("supported-filter"))
    except TooMuchError:
        return xml.error(dav("number-of-matches-within-limits"), 507)


def asked(body: Element) -> Asked:
    """The properties that a body names; all of them where it names none."""
    prop = body.find(f"{{{D}}}prop")
    if prop is None:
        return Asked(None)
    data = prop.find(_DATA)
    window = None
    if data is not None:
        for name in ("expand", "limit-recurrence-set"):
            found = data.find(f"{{{C}}}{name}")
            if found is not None and name == "expand":
                window = window_of(found)
    return Asked([one.tag for one in prop], data, window)


# ---- Entries ----


def _query(actor: Actor, place: Place, body: Element) -> Response:
    conditions = body.find(f"{{{C}}}filter")
    if conditions is not None and sum(1 for _ in conditions.iter()) > MOST_CONDITIONS:
        return xml.error(cal("supported-filter"))
    how, want = asked(body), wanted(conditions)
    if want.nothing:
        return xml.multistatus([])
    has_texts = bool(want.tests) or how.is_with_text
    if want.window is None:
        entries = programs.entries(actor, place.person.id, has_texts=has_texts)
    else:
        since, until = want.window.since, want.window.until
        entries = telling.in_window(actor, place.person.id, since, until, has_texts=has_texts)
    if place.kind == "item":
        entries = [one for one in entries if one.name == place.name]
    if len(entries) > MOST:
        return xml.error(dav("number-of-matches-within-limits"), 507)
    if want.tests:
        entries = _fitting(actor, place, entries, want.tests)
    return xml.multistatus(_responses(actor, place, how, entries))


def _fitting(actor: Actor, place: Place, entries: list[Entry], tests: list[Element]) -> list[Entry]:
    """Those of which some component passes all tests. Raises TooMuchError where too many would have to be parsed for it."""
    found, parsed = [], 0
    for entry, text in paging.told(actor, place.person.id, entries, keep_later):
        if not may_fit(text, tests):
            continue
        parsed += len(text)
        if parsed > MOST_PARSED:
            raise TooMuchError
        if fits(text, tests):
            found.append(entry)
    return found


def _multiget(actor: Actor, place: Place, body: Element) -> Response:
    how = asked(body)
    addresses = [one.text or "" for one in body.findall(f"{{{D}}}href")]
    if len(addresses) > MOST:
        return xml.error(dav("number-of-matches-within-limits"), 507)
    names = {one: name_in(place, one) for one in addresses}
    asked_for = {name for name in names.values() if name}
    entries = by_names(actor, place, asked_for, has_texts=how.is_with_text)
    found = [one for name in dict.fromkeys(names.values()) if name and (one := entries.get(name)) is not None]
    missing = [xml.gone(address) for address, name in names.items() if name is None or name not in entries]
    return xml.multistatus([*_responses(actor, place, how, found), *missing])


def name_in(place: Place, address: str) -> str | None:
    """The name of an item in this calendar by its address, or None."""
    path = unquote(urlsplit(address.strip()).path)
    calendar, _, name = path.rpartition("/")
    return name if name and f"{calendar}/" == unquote(place.calendar) else None


def by_names(
    actor: Actor, place: Place, names: Collection[str], *, has_texts: bool = False
) -> dict[str, Entry]:
    """The entries that have these names."""
    owner = place.person.id
    if place.is_own:
        roots = set(programs.roots_of_names(owner, names).values())
    else:
        # What shows its time alone has a name that leads to nothing.
        roots = {one.root for one in programs.entries(actor, owner) if one.name in names}
    found = programs.entries(actor, owner, roots, has_texts=has_texts)
    return {one.name: one for one in found if one.name in names}


def item_address(place: Place, name: str) -> str:
    """Where an entry of the calendar is."""
    return place.calendar + quote(name)


def _responses(actor: Actor, place: Place, how: Asked, entries: Sequence[Entry]) -> list[str]:
    if not how.is_with_text:
        return [_response(place, how, one, None) for one in entries]
    times = None
    if how.window is not None:
        times = telling.times(place.person.id, how.window.since, how.window.until)
        entries = [one for one in entries if one.root in times]
    found, length = [], 0
    for entry, text in paging.told(actor, place.person.id, entries, keep_later):
        length += len(text) * (len(times[entry.root][0]) if times is not None else 1)
        if length > paging.MOST_CHARACTERS:
            raise TooMuchError
        single = expanded(text, *times[entry.root]) if times is not None else text
        found.append(_response(place, how, entry, selected(single, how.data)))
    return found


def _response(place: Place, how: Asked, entry: Entry, text: str | None) -> str:
    values = properties.of_item(place, entry, text)
    return properties.answered(item_address(place, entry.name), how.names, values)


def selected(text: str, data: Element | None) -> str:
    """Only the components and properties that were asked for, if some were."""
    outer = data.find(f"{{{C}}}comp") if data is not None else None
    if outer is None:
        return text
    calendar = calendar_in(text)
    _strip(calendar, outer)
    return str(calendar.to_ical(sorted=False).decode())


def _strip(component: Any, wish: Element) -> None:
    names = {one.get("name", "").upper() for one in wish.findall(f"{{{C}}}prop")}
    if wish.find(f"{{{C}}}allprop") is None and names:
        for name in [one for one in component if one.upper() not in names]:
            del component[name]
    if wish.find(f"{{{C}}}allcomp") is not None:
        return
    inner = {one.get("name", "").upper(): one for one in wish.findall(f"{{{C}}}comp")}
    if not inner:
        return
    component.subcomponents = [one for one in component.subcomponents if one.name in inner]
    for one in component.subcomponents:
        _strip(one, inner[one.name])


# ---- What has changed ----


def _changes(actor: Actor, place: Place, body: Element) -> Response:
    limit = min(limit_of(body), MOST)
    while True:
        try:
            return _changes_up_to(actor, place, body, limit)
        except TooMuchError:
            # Said in smaller parts (RFC 6578, 3.6) it is not too much.
            if limit == 1:
                raise
            limit = max(limit // 10, 1)


def _changes_up_to(actor: Actor, place: Place, body: Element, limit: int) -> Response:
    owner = place.person.id
    row = programs.seqs([owner])[owner]
    token = (body.findtext(f"{{{D}}}sync-token") or "").strip()
    how = asked(body)
    state = properties.partial_of(token, owner) if token else (row.seq, 0)
    if state is not None:
        return _first(actor, place, how, limit, *state)
    since = properties.seq_of(token, owner)
    if since is None or since > row.seq:
        return xml.error(dav("valid-sync-token"))
    moved, last, is_cut = _some(programs.moved_since(owner, since), row.seq, limit)
    roots = [one.event_id for one in moved]
    entries = programs.entries(actor, owner, roots, has_texts=how.is_with_text) if moved else []
    there = {one.root for one in entries}
    responses = _responses(actor, place, how, entries)
    for one in moved:
        if one.event_id not in there:
            names = [one.name if place.is_own and one.name else f"{one.uid}.ics"]
            names += [] if place.is_own else [programs.hidden_name(one.uid)]
            responses += [xml.gone(item_address(place, name)) for name in names]
    if is_cut:
        responses.append(more(place))
    return xml.multistatus(responses, _token(owner, last))


def _first(actor: Actor, place: Place, how: Asked, limit: int, seq: int, after: int) -> Response:
    """The first look at a calendar, in parts where it is large; what changes meanwhile is told after the last part."""
    owner = place.person.id
    every = sorted(programs.entries(actor, owner), key=lambda one: one.root)
    rest = [one for one in every if one.root > after]
    some = rest[:limit]
    responses = _responses(actor, place, how, some)
    if len(rest) > limit:
        token = dav("sync-token", properties.partial_token(owner, seq, rest[limit - 1].root))
        return xml.multistatus([*responses, more(place)], token)
    return xml.multistatus(responses, _token(owner, seq))


def more(place: Place) -> str:
    """What is said behind a part of an answer: there is more."""
    return xml.gone(place.calendar, "507 Insufficient Storage", dav("number-of-matches-within-limits"))


def _some(moved: Any, seq: int, limit: int) -> tuple[list[Any], int, bool]:
    """At most so many changes, up to the end of one unit of work, and up to which number they go."""
    if len(moved) <= limit:
        return list(moved), seq, False
    last = moved[limit - 1].seq if moved[limit].seq != moved[limit - 1].seq else moved[limit].seq - 1
    some = [one for one in moved if one.seq <= last]
    if not some:
        # More changed at once than was asked for: it cannot be said in parts.
        last = moved[0].seq
        some = [one for one in moved if one.seq == last]
    return some, last, len(some) < len(moved)


def limit_of(body: Element) -> int:
    """How many changes a sync-collection wants at most."""
    text = (body.findtext(f"{{{D}}}limit/{{{D}}}nresults") or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and int(text[:9]) > 0 else MOST


def _token(owner: int, seq: int) -> str:
    return dav("sync-token", properties.token_of(owner, seq))


def _of_inbox(body: Element) -> Response:
    """Nothing lies in the inbox, ever: an invitation stands in the calendar, to be answered there."""
    missing = [xml.gone(one.text or "") for one in body.findall(f"{{{D}}}href")]
    is_sync = body.tag == f"{{{D}}}sync-collection"
    return xml.multistatus(missing, dav("sync-token", properties.INBOX) if is_sync else "")


# ---- Busy ----


def _free_busy(actor: Actor, place: Place, body: Element) -> Response:
    element = body.find(f"{{{C}}}time-range")
    if element is None:
        raise Invalid(gettext("A time needs a beginning or an end."), code="time")
    window = window_of(element)
    return busy_answer(actor, window, busy_lines(place.person.id, window))
