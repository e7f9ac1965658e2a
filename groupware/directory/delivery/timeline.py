"""Two accounts of the same thing over time: what the directory holds, and what it shall hold from a day on.

The past is never rewritten. A row that began before the effective day is left alone as long as it goes on unchanged;
otherwise it ends on that day and a new one begins. Rows that begin on the effective day or later are free to change.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, Protocol, TypeVar


class Span(Protocol):
    """Anything that holds from a day to a day."""

    @property
    def valid_from(self) -> date:
        """First day."""

    @property
    def valid_to(self) -> date:
        """First day no more."""


H = TypeVar("H", bound=Span)
W = TypeVar("W", bound=Span)


@dataclass(slots=True)
class Steps(Generic[H, W]):
    """What leads from the one to the other. `begun` rows come with the days from and to which they are to hold."""

    kept: list[tuple[H, W]] = field(default_factory=list)
    moved_end: list[tuple[H, date]] = field(default_factory=list)
    deleted: list[H] = field(default_factory=list)
    begun: list[tuple[W, date, date]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes in time."""
        return not (self.moved_end or self.deleted or self.begun)


def compare(
    held: Sequence[H],
    wanted: Sequence[tuple[W, date, date]],
    effective_on: date,
    is_same: Callable[[H, W], bool],
    *,
    is_new: bool,
) -> Steps[H, W]:
    """The steps from `held` to `wanted`, a list of rows with their first day and the first day no more.

    `is_new`: the directory knew nothing, so that the past is taken over as well. Otherwise what is wanted from before the
    effective day begins on it, unless it is held already.
    """
    steps: Steps[H, W] = Steps()
    open_rows = [row for row in held if row.valid_to > effective_on]
    for row, wanted_from, wanted_to in sorted(wanted, key=lambda w: w[1]):
        begin = wanted_from if is_new else max(wanted_from, effective_on)
        if begin >= wanted_to:
            continue
        found = _fitting(open_rows, row, begin, effective_on, is_same)
        if found is None:
            steps.begun.append((row, begin, wanted_to))
            continue
        open_rows.remove(found)
        steps.kept.append((found, row))
        if found.valid_to != wanted_to:
            steps.moved_end.append((found, wanted_to))
    for left in open_rows:
        if left.valid_from < effective_on:
            steps.moved_end.append((left, effective_on))
        else:
            steps.deleted.append(left)
    return steps


def _fitting(
    held: list[H], row: W, begin: date, effective_on: date, is_same: Callable[[H, W], bool]
) -> H | None:
    """The row that goes on: it says the same and was running on the effective day, or begins on the same day."""
    candidates = [
        one
        for one in held
        if (one.valid_from == begin or (one.valid_from < effective_on and begin <= effective_on))
        and is_same(one, row)
    ]
    exact = [one for one in candidates if one.valid_from == begin]
    return exact[0] if exact else candidates[0] if candidates else None
