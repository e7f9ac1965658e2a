"""The number at the bell of open pages, when something new has come or was read on another page."""

from collections.abc import Collection, Iterable
from typing import Any

from flask import Flask

from groupware.db import unit
from groupware.directory.wall import without_wall
from groupware.notifications.events import DELIVERED, TOPIC
from groupware.notifications.queries import unread_of, waiting_for
from groupware.realtime.bus import Message
from groupware.realtime.hub import Hub, room_of_person
from groupware.realtime.seats import Seats

CHUNK = 500


class Bell:
    """Tells the people who sit here how much they have not read."""

    def __init__(self, app: Flask, hub: Hub, seats: Seats) -> None:
        self._app = app
        self._hub = hub
        self._seats = seats
        hub.on["bell"] = self._read_elsewhere
        hub.listen_to(TOPIC, self._delivered)

    def _delivered(self, events: list[dict[str, Any]]) -> None:
        """Lines were written. The event names what they are about; who sits here is asked for in one statement."""
        for kind, subject_id in dict.fromkeys(
            (event["payload"]["notice_kind"], event["payload"]["subject_id"])
            for event in events
            if event["kind"] == DELIVERED
        ):
            for people in _chunks(self._seats.people()):
                with self._app.app_context(), without_wall(), unit("read"):
                    told = unread_of(waiting_for(kind, subject_id, people))
                self._tell(told.items(), kind)

    def _read_elsewhere(self, message: Message) -> None:
        people = self._seats.people(message["people"])
        if people:
            with self._app.app_context(), without_wall(), unit("read"):
                told = unread_of(people)
            self._tell(told.items(), None)

    def _tell(self, told: Iterable[tuple[int, int]], kind: str | None) -> None:
        for person_id, unread in told:
            self._hub.sockets.send(room_of_person(person_id), "bell", {"unread": unread, "kind": kind})


def _chunks(people: Collection[int]) -> Iterable[list[int]]:
    ordered = sorted(people)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


__all__ = ["Bell"]
