"""What other plugins ask of the schedule: `groupware.capabilities.Appointing`, kept by the queries of its pages."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from flask import url_for

from groupware import clock
from groupware.actor import Actor
from groupware.capabilities import Asked, Draft, Meeting, Span
from groupware.errors import NotFound
from plugins.schedule.enums import Sight
from plugins.schedule.queries import polls, spans
from plugins.schedule.queries.events import opened
from plugins.schedule.queries.spans import Item

MOST_DAYS = 62


class Appointments:
    """Opens the editor and the date poll with what another function knows, and says what stands in calendars."""

    def compose_url(self, actor: Actor, draft: Draft) -> str:
        """The editor of a new event."""
        return url_for(
            "schedule.new",
            title=draft.title or None,
            text=draft.text or None,
            back=draft.back or None,
            **_people(draft),
        )

    def poll_url(self, actor: Actor, draft: Draft) -> str:
        """The form of a new date poll."""
        return url_for(
            "schedule.new_poll",
            title=draft.title or None,
            text=draft.text or None,
            back=draft.back or None,
            **_people(draft),
        )

    def events_of(
        self, actor: Actor, people: Sequence[int], units: Sequence[int], window: Span
    ) -> Sequence[Meeting]:
        """By one query for people and one for organisations, with as much of each event as the actor may see of it."""
        first = clock.local(window.starts_at).date()
        last = clock.local(window.ends_at - timedelta(microseconds=1)).date()
        number = min((last - first).days + 1, MOST_DAYS)
        by_person = spans.of_people(actor, people, first, number)
        by_unit = spans.of_units(actor, units, first, number)
        occurrences: dict[tuple[uuid.UUID, datetime], Item] = {}
        takers: dict[tuple[uuid.UUID, datetime], set[int]] = defaultdict(set)
        places: dict[tuple[uuid.UUID, datetime], set[int]] = defaultdict(set)
        for calendars, owners in ((by_person, takers), (by_unit, places)):
            for item in chain.from_iterable(calendars.values()):
                is_within = item.starts_at < window.ends_at and item.ends_at > window.starts_at
                if item.has_page and is_within:
                    key = item.uid, item.starts_at
                    occurrences.setdefault(key, item)
                    owners[key].add(item.owner)
        meetings = [_meeting(item, takers[key], places[key]) for key, item in occurrences.items()]
        return sorted(meetings, key=lambda one: (one.starts_at, one.ends_at, one.title))

    def event(self, actor: Actor, uid: uuid.UUID) -> Meeting | None:
        """An event that the actor may open."""
        try:
            found = opened(actor, uid)
        except NotFound:
            return None
        event = found.event
        return Meeting(
            uid=event.uid,
            title=event.title,
            starts_at=event.starts_at,
            ends_at=event.ends_at,
            is_all_day=event.is_all_day,
            place=event.place if found.sight is Sight.FULL else "",
            url=url_for("schedule.event", uid=event.uid),
            is_repeated=bool(event.rule or event.days),
        )

    def poll(self, actor: Actor, uid: uuid.UUID) -> Asked | None:
        """A date poll that the actor may open."""
        try:
            found = polls.opened(actor, uid)
        except NotFound:
            return None
        url = url_for("schedule.poll", uid=found.uid)
        return Asked(uid=found.uid, title=found.title, answer_by=found.answer_by, url=url)


def _people(draft: Draft) -> dict[str, Any]:
    """Those who are asked, by the name that the forms have for them, which is a word of Python."""
    return {"with": list(draft.participants)}


def _meeting(item: Item, people: set[int], units: set[int]) -> Meeting:
    return Meeting(
        uid=item.uid,
        title=item.title,
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        is_all_day=item.is_all_day,
        place=item.place,
        url=url_for("schedule.event", uid=item.uid),
        is_repeated=item.is_repeated,
        people=frozenset(people),
        units=frozenset(units),
    )


__all__ = ["Appointments"]
