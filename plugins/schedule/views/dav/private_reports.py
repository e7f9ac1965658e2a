"""REPORT on private calendars: entries by filter, by address, what has changed, when their events are."""

from collections.abc import Callable, Iterable
from typing import Any, Final
from urllib.parse import quote
from xml.etree.ElementTree import Element

from flask import Response

from groupware.actor import Actor
from groupware.errors import Invalid
from groupware.i18n import gettext
from plugins.schedule.icalendar.instances import busy_times, instances
from plugins.schedule.icalendar.timeline import FIRST, LAST
from plugins.schedule.queries import private as queries
from plugins.schedule.services.private import KEPT
from plugins.schedule.views.dav import private, properties, xml
from plugins.schedule.views.dav.busy import busy_answer, lines_of
from plugins.schedule.views.dav.conditions import UnsupportedFilterError, window_of
from plugins.schedule.views.dav.matching import fits, query
from plugins.schedule.views.dav.places import Place
from plugins.schedule.views.dav.reports import MOST, Asked, asked, limit_of, more, name_in, selected
from plugins.schedule.views.dav.xml import C, D, cal, dav

_MOST_BYTES: Final = 20_000_000
"""Of the texts in one answer."""
_MOST_PARSED: Final = 3_000_000
"""Bytes that one question has parsed: about three seconds."""
_MOST_TIMES: Final = 20_000
"""Single times in one answer."""


def report(actor: Actor, at: Place, body: Element) -> Response:
    """Answer a REPORT. What no program should ask for at once is refused with the condition that says so."""
    kinds: dict[str, Callable[[Actor, Place, Element], Response]] = {
        f"{{{C}}}calendar-query": _query,
        f"{{{C}}}calendar-multiget": _multiget,
        f"{{{C}}}free-busy-query": _free_busy,
        f"{{{D}}}sync-collection": _changes,
    }
    kind = kinds.get(body.tag)
    if kind is None:
        return xml.error(dav("supported-report"))
    try:
        return kind(actor, at, body)
    except UnsupportedFilterError as error:
        if error.code == "too_much":
            return xml.error(dav("number-of-matches-within-limits"), 507)
        is_collation = error.code == "collation"
        return xml.error(cal("supported-collation" if is_collation else "supported-filter"))


def _query(_actor: Actor, at: Place, body: Element) -> Response:
    how, wanted = asked(body), query(body.find(f"{{{C}}}filter"))
    if wanted.nothing:
        return xml.multistatus([])
    window = wanted.window
    rows = [
        row
        for row in queries.texts(at.private.id, *((window.since, window.until) if window is not None else ()))
        if wanted.component in (None, row.component) and (at.kind == "private" or row.name == at.name)
    ]
    if not wanted.is_plain:
        _require_less(rows, _MOST_PARSED)
        rows = [row for row in rows if fits(wanted, row.text)]
    return xml.multistatus(_responses(at, how, rows))


def _require_less(rows: list[Any], limit: int) -> None:
    if sum(row.size for row in rows) > limit:
        raise UnsupportedFilterError(gettext("Please ask for a shorter time."), code="too_much")


def _multiget(_actor: Actor, at: Place, body: Element) -> Response:
    how = asked(body)
    addresses = [one.text or "" for one in body.findall(f"{{{D}}}href")]
    if len(addresses) > MOST:
        return xml.error(dav("number-of-matches-within-limits"), 507)
    names = {one: name_in(at, one) for one in addresses}
    rows = queries.by_names(at.private.id, {name for name in names.values() if name})
    found = [row for name in dict.fromkeys(names.values()) if name and (row := rows.get(name)) is not None]
    missing = [xml.gone(address) for address, name in names.items() if name is None or name not in rows]
    return xml.multistatus([*_responses(at, how, found), *missing])


def _responses(at: Place, how: Asked, rows: Iterable[Any]) -> list[str]:
    listed = list(rows)
    if not how.is_with_text:
        return [private.item(at, row, how.names) for row in listed]
    _require_less(listed, _MOST_BYTES)
    if how.window is None and (how.data is None or len(how.data) == 0):
        return [private.item(at, row, how.names, row.text) for row in listed]
    _require_less(listed, _MOST_PARSED)
    texts = _told(how, [row.text for row in listed])
    return [private.item(at, row, how.names, text) for row, text in zip(listed, texts, strict=True)]


def _told(how: Asked, texts: list[str]) -> list[str]:
    """Only the times and the parts that are asked for."""
    found, number = [], 0
    for text in texts:
        told = text
        if how.window is not None:
            told, times = instances(text, how.window.since, how.window.until)
            number += times
        if number > _MOST_TIMES:
            raise UnsupportedFilterError(gettext("Please ask for a shorter time."), code="too_much")
        found.append(selected(told, how.data))
    return found


def _changes(_actor: Actor, at: Place, body: Element) -> Response:
    row = at.private
    token = (body.findtext(f"{{{D}}}sync-token") or "").strip()
    how, limit = asked(body), min(limit_of(body), MOST)
    state = properties.private_state(token, row) if token else (row.seq, 0)
    if state is None or state[0] > row.seq or state[0] < row.seq - KEPT:
        return xml.error(dav("valid-sync-token"))
    seq, after = state
    if after is not None:
        return _first(at, how, limit, seq, after)
    moved = queries.changed_since(row.id, seq, limit + 1)
    some = moved[:limit]
    responses = _responses(at, how, [one for one in some if one.uid is not None])
    responses += [xml.gone(at.calendar + quote(one.name)) for one in some if one.uid is None]
    if len(moved) > limit:
        responses.append(more(at))
        return xml.multistatus(responses, dav("sync-token", properties.private_token(row, some[-1].seq)))
    return xml.multistatus(responses, dav("sync-token", properties.private_token(row, row.seq)))


def _first(at: Place, how: Asked, limit: int, seq: int, after: int) -> Response:
    """The first look, in parts where there is much; what changes meanwhile is told after the last part."""
    rest = [one for one in queries.texts(at.private.id) if one.id > after]
    some = rest[:limit]
    responses = _responses(at, how, some)
    if len(rest) > len(some):
        token = properties.private_token(at.private, seq, some[-1].id)
        return xml.multistatus([*responses, more(at)], dav("sync-token", token))
    return xml.multistatus(responses, dav("sync-token", properties.private_token(at.private, seq)))


def _free_busy(actor: Actor, at: Place, body: Element) -> Response:
    element = body.find(f"{{{C}}}time-range")
    if element is None:
        raise Invalid(gettext("A time needs a beginning or an end."), code="time")
    window = window_of(element, FIRST, LAST)
    times = [
        time
        for row in queries.texts(at.private.id, window.since, window.until)
        if row.component == "VEVENT"
        for time in busy_times(row.text, window.since, window.until)
    ]
    return busy_answer(actor, window, lines_of(times))
