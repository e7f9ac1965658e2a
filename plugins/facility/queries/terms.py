"""The terms of a facility: what it decides itself, else its group, else the rules of its managing unit.

A value that is locked above holds whatever group and facility say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from groupware import rules
from plugins.facility.rules import OF_FACILITIES


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for bookings of a facility, in the order of `OF_FACILITIES`. Times are minutes from midnight, 1440 its end."""

    opens: int
    closes: int
    window_days: int
    shortest: int
    longest: int
    unit: int
    before: int
    after: int
    per_person: int
    needs_approval: bool
    request_holds: bool
    notice_hours: int
    wants_check_in: bool
    grace: int
    has_queue: bool
    offer_minutes: int
    reconfirm_weeks: int
    reconfirm_days: int

    @property
    def is_always_open(self) -> bool:
        """Whether bookings may last over midnight."""
        return self.opens == 0 and self.closes == 24 * 60


class TermsBook:
    """Terms of many facilities on a day. Each is worked out once for as long as the rules stay as they are."""

    def __init__(self, day: date) -> None:
        self.day = day
        self._units: dict[int | None, list[tuple[str, Any, bool]]] = {}
        self._known: dict[tuple[Any, ...], Terms] = rules.derived("facility.terms", day)

    def of(self, unit_id: int | None, own: Mapping[str, Any], group: Mapping[str, Any]) -> Terms:
        """The terms of a facility of a unit that decides `own`, in a group that decides `group`."""
        # Most facilities decide nothing themselves: a page of a hundred works out the terms of some ten groups and units.
        key = (unit_id, *sorted(own.items()), None, *sorted(group.items()))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._worked_out(unit_id, own, group)
        return found

    def _worked_out(self, unit_id: int | None, own: Mapping[str, Any], group: Mapping[str, Any]) -> Terms:
        values = (
            value if is_locked else own.get(name, group.get(name, value))
            for name, value, is_locked in self._rules(unit_id)
        )
        opens, closes, *rest = values
        return Terms(minutes_of(opens), minutes_of(closes), *rest)

    def value(self, unit_id: int | None, name: str) -> Any:
        """What the rules of a unit say about one term."""
        return next(value for known, value, _ in self._rules(unit_id) if known == name)

    def _rules(self, unit_id: int | None) -> list[tuple[str, Any, bool]]:
        if unit_id not in self._units:
            found = [(rule.id, rules.in_force(rule.id, unit_id, self.day)) for rule in OF_FACILITIES]
            self._units[unit_id] = [(name, one.value, one.is_locked) for name, one in found]
        return self._units[unit_id]


def minutes_of(text: str) -> int:
    """Minutes from midnight of 08:30."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
