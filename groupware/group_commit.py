"""Group commit: many acts of one kind share a transaction, and each has an outcome of its own.

Whoever comes waits in a queue. The first of them leads: it lets others come for a moment, takes what waits, writes all of it in one
unit of work, and tells each of them after the commit. Who comes meanwhile is the next group, which its own first leads. That
needs no thread and no task, is the same for threads and for an event loop, and nothing that waits in a process that dies has been
acknowledged.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from groupware.db import after_commit, in_unit, unit
from groupware.errors import DomainError

MOST = 64
"""Acts in one transaction: on SQLite nobody else writes meanwhile."""
LARGEST = 256 * 1024
"""What they may weigh together; one alone may be heavier."""
PAUSE_SECONDS = 0.002
"""How long a leader lets others come. On SQLite an event loop stands still while somebody writes, so nobody would have come before."""

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


@dataclass(slots=True, eq=False)
class _Place(Generic[Item, Outcome]):
    """Somebody in the queue. `turn` is set when they have an outcome, and when they are to lead."""

    item: Item
    turn: threading.Event = field(default_factory=threading.Event)
    outcome: Outcome | BaseException | None = None
    is_done: bool = False

    def end(self, outcome: Outcome | BaseException) -> None:
        """Tell them."""
        self.outcome, self.is_done = outcome, True
        self.turn.set()


class GroupCommit(Generic[Item, Outcome]):
    """One queue. `write` takes some items in a write unit and returns for each what came of it, or why it is refused.

    What `write` raises beside that undoes the group: each is then written alone, so that one bad item is the fault of nobody else.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Item]], Sequence[Outcome | DomainError]],
        weight: Callable[[Item], int] = lambda _item: 0,
    ) -> None:
        self._write = write
        self._weight = weight
        self._lock = threading.Lock()
        self._queue: deque[_Place[Item, Outcome]] = deque()
        self._is_led = False

    def do(self, item: Item) -> Outcome:
        """Have it written; returns, or raises, once that is decided and committed. Belongs outside of a unit of work."""
        if in_unit() is not None:
            raise RuntimeError("what is committed in groups has a unit of work of its own")
        place: _Place[Item, Outcome] = _Place(item)
        with self._lock:
            self._queue.append(place)
            leads, self._is_led = not self._is_led, True
        if not leads:
            self._wait(place)
        if not place.is_done:
            self._lead(place)
        if isinstance(place.outcome, BaseException):
            raise place.outcome
        return place.outcome  # type: ignore[return-value]  # it is done

    def _wait(self, place: _Place[Item, Outcome]) -> None:
        try:
            place.turn.wait()
        except BaseException:
            # Somebody was ended while they waited: what would have been theirs to lead is led by the next one.
            if self._withdrawn(place) and place.turn.is_set():
                self._hand_on()
            raise

    def _lead(self, own: _Place[Item, Outcome]) -> None:
        group = []
        try:
            time.sleep(PAUSE_SECONDS)
            group = self._taken()
            self._decide(group)
        except BaseException as error:
            # Only what ends the process or this task comes here: the others are not to wait for ever.
            self._withdrawn(own)
            for place in group:
                if not place.is_done and place is not own:
                    place.end(error)
            raise
        finally:
            self._hand_on()

    def _taken(self) -> list[_Place[Item, Outcome]]:
        """The head of the queue, its leader first."""
        group: list[_Place[Item, Outcome]] = []
        heavy = 0
        with self._lock:
            while self._queue and len(group) < MOST:
                heavy += self._weight(self._queue[0].item)
                if group and heavy > LARGEST:
                    break
                group.append(self._queue.popleft())
        return group

    def _decide(self, group: list[_Place[Item, Outcome]]) -> None:
        def tell(outcomes: Sequence[Outcome | DomainError]) -> None:
            for place, outcome in zip(group, outcomes, strict=True):
                place.end(outcome)

        try:
            with unit("write"):
                outcomes = self._write([place.item for place in group])
                # The first step of all: nobody waits until others have been told of it.
                after_commit(lambda: tell(outcomes))
        except (OperationalError, NoConnection) as error:
            # The database is away or busy: each alone would wait for it again.
            for place in group:
                place.end(error)
        except Exception as error:  # noqa: BLE001  whose it is gets it
            if len(group) == 1:
                group[0].end(error)
                return
            for place in group:
                self._decide([place])

    def _hand_on(self) -> None:
        with self._lock:
            if self._queue:
                self._queue[0].turn.set()
            else:
                self._is_led = False

    def _withdrawn(self, place: _Place[Item, Outcome]) -> bool:
        """Whether they were still in the queue, where they are no longer."""
        with self._lock:
            if place in self._queue:
                self._queue.remove(place)
                return True
            return False


__all__ = ["LARGEST", "MOST", "PAUSE_SECONDS", "GroupCommit"]
