"""Sockets of sessions that are over: found when a person's epoch ends, and by going through all of them in turn.

A session ends without an event as well: by its time, by the first day of a leave, by somebody's work on the database.
"""

from collections.abc import Callable, Sequence
from itertools import islice

from flask import Flask

from groupware.auth.loading import sessions_that_hold
from groupware.db import unit
from groupware.directory.wall import without_wall
from groupware.realtime.seats import Seat, Seats

AT_ONCE = 500
"""Sockets that are looked at in one second: 10,000 of them in twenty."""


class Sessions:
    """Ends the sockets of sessions that do not hold any more."""

    def __init__(self, app: Flask, seats: Seats, end: Callable[[str], None]) -> None:
        self._app = app
        self._seats = seats
        self._end = end
        self._waiting: list[Seat] = []

    def suspect(self, person_id: int) -> None:
        """Look at the sockets of a person now."""
        self._look_at(self._seats.of_person(person_id))

    def tick(self) -> None:
        """Look at the next sockets in turn."""
        if not self._waiting:
            self._waiting = list(self._seats)
        some = list(islice(self._waiting, AT_ONCE))
        del self._waiting[:AT_ONCE]
        self._look_at([seat for seat in some if self._seats.get(seat.sid) is seat])

    def _look_at(self, seats: Sequence[Seat]) -> None:
        if not seats:
            return
        with self._app.app_context(), without_wall(), unit("read"):
            holding = sessions_that_hold({seat.session_id for seat in seats})
        for seat in seats:
            if seat.session_id not in holding:
                self._end(seat.sid)


__all__ = ["Sessions"]
