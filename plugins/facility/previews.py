"""Facilities and their bookings to which a link was written elsewhere."""

from collections.abc import Mapping, Sequence

from flask import url_for

from groupware.actor import Actor
from groupware.i18n import pgettext
from groupware.plugin import Linked, PreviewKind, SearchHit
from groupware.web.formats import datetime_text, time_text
from plugins.facility.queries.facilities import named
from plugins.facility.queries.reservations import linked


def _bookings(actor: Actor, pages: Sequence[Linked]) -> Mapping[Linked, SearchHit]:
    rows = {row.uid: row for row in linked(actor, [page.uid for page in pages])}
    return {
        page: SearchHit(
            title=row.title or pgettext("booking", "Booked"),
            url=url_for("facility.reservation", uid=row.uid),
            detail=f"{row.place} {datetime_text(row.starts_at)}–{time_text(row.ends_at)}".strip(),
        )
        for page in pages
        if (row := rows.get(page.uid)) is not None
    }


def _facilities(actor: Actor, pages: Sequence[Linked]) -> Mapping[Linked, SearchHit]:
    places = {one.uid: one for one in named(actor, [page.uid for page in pages])}
    return {
        page: SearchHit(
            title=one.name,
            url=url_for("facility.facility", uid=one.uid),
            detail=f"{one.group_name} {one.where}".strip(),
        )
        for page in pages
        if (one := places.get(page.uid)) is not None
    }


PREVIEWS = (
    PreviewKind(endpoint="facility.reservation", icon="calendar-range", describe=_bookings),
    PreviewKind(endpoint="facility.facility", icon="door-open", describe=_facilities),
)
