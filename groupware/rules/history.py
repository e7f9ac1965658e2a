"""Who set a rule when: the rows of the table with the names of those who set them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from groupware.db import session
from groupware.directory.models import Person
from groupware.rules.models import RuleValue
from groupware.rules.queries import Setting, plain, setting_on, settings_of


@dataclass(frozen=True, slots=True)
class Entry:
    """A setting as the editor tells it. `person` is None for the installation itself."""

    id: int
    rule: str
    unit_id: int | None
    value: Any
    is_locked: bool
    is_cleared: bool
    effective_from: date
    person: str | None
    set_at: datetime


_entries = (
    select(
        RuleValue.id,
        RuleValue.rule,
        RuleValue.unit_id,
        RuleValue.value,
        RuleValue.is_locked,
        RuleValue.is_cleared,
        RuleValue.effective_from,
        Person.display_name,
        RuleValue.set_at,
    )
    .outerjoin(Person, Person.id == RuleValue.set_by)
    .order_by(RuleValue.id.desc())
)


def entries(setting_ids: Iterable[int]) -> dict[int, Entry]:
    """The settings with these ids."""
    wanted = sorted(set(setting_ids))
    if not wanted:
        return {}
    return {row.id: _entry(row) for row in session.execute(_entries.where(RuleValue.id.in_(wanted)))}


def history(rule_id: str, unit_id: int | None, limit: int = 200) -> list[Entry]:
    """What was ever set for a rule at a unit, newest first."""
    statement = _entries.where(RuleValue.rule == rule_id, RuleValue.unit_id.is_not_distinct_from(unit_id))
    return [_entry(row) for row in session.execute(statement.limit(limit))]


def planned(rule_id: str, unit_id: int | None, today: date) -> list[Setting]:
    """Settings of the unit itself that come into force after today and still count, in order of their days."""
    own = settings_of(rule_id).get(unit_id, [])
    found: list[Setting] = []
    before = setting_on(own, today)
    for day in sorted({setting.effective_from for setting in own if setting.effective_from > today}):
        coming = setting_on(own, day)
        if coming is not None and not _is_same(before, coming):
            found.append(coming)
            before = coming
    return found


def _is_same(before: Setting | None, coming: Setting) -> bool:
    if before is None or before.is_cleared:
        return coming.is_cleared
    same = (plain(before.value), before.is_locked) == (plain(coming.value), coming.is_locked)
    return same and not coming.is_cleared


def _entry(row: Any) -> Entry:
    return Entry(
        id=row.id,
        rule=row.rule,
        unit_id=row.unit_id,
        value=plain(row.value),
        is_locked=row.is_locked,
        is_cleared=row.is_cleared,
        effective_from=row.effective_from,
        person=row.display_name,
        set_at=row.set_at,
    )


__all__ = ["Entry", "entries", "history", "planned"]
