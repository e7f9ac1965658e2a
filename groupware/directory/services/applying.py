"""Carry out the plan of a delivery: every row of it in the current write unit, or none."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import uuid6
from sqlalchemy import select

from groupware import clock
from groupware.bulk import delete_rows, insert_rows, update_rows
from groupware.caches import bump
from groupware.db import session
from groupware.directory.delivery.identity import Who
from groupware.directory.delivery.plan import Plan, Written
from groupware.directory.models import (
    Appointment,
    DutyHolder,
    DutyKind,
    OrgUnit,
    OrgUnitVersion,
    Person,
    Post,
    StaffNumber,
)
from groupware.directory.services.settling import settle, turn_numbers
from groupware.directory.tree import CACHE
from groupware.text.folding import fold

Progress = Callable[[int], None]
"""Told how many of `STEPS` are done."""

STEPS = 8
VERSION = (
    "name", "kana", "short_name", "kind", "official_order", "executive_organ", "appointing_authority", "phone", "location",
)  # fmt: skip
PERSON = (
    "display_name", "legal_name", "kana_name", "email", "phone", "extension", "employment_type", "job_category",
    "hired_on", "left_on",
)  # fmt: skip
_NAMES = frozenset({"display_name", "kana_name", "extension"})


def apply_plan(plan: Plan, progress: Progress | None = None) -> None:
    """Write the plan. It must have been made in this unit of work, after `lock_directory`.

    Ends are moved before anything begins, so that no two main posts of a person meet on the way.
    """
    _Applying(plan, progress or (lambda _done: None)).run()


def lock_directory() -> None:
    """Let one delivery at a time be compared and applied: the version row of the directory is the lock."""
    bump(CACHE)


class _Applying:
    def __init__(self, plan: Plan, progress: Progress) -> None:
        self.plan = plan
        self.progress = progress
        self.done = 0
        self.new_people: dict[str, int] = {}
        self.affected = set(plan.affected)
        self.units: Mapping[str, int] = {}
        self.posts: Mapping[str, int] = {}

    def run(self) -> None:
        session.flush()
        ranks = _ranks()
        for step in (self._posts, self._units, self._people, self._appointments, self._numbers, self._duties):
            step()
            self._tick()
        session.expire_all()
        self._end_with_units()
        self._tick()
        is_everybody = bool(
            self.plan.units_new
            or self.plan.versions_begun
            or self.plan.versions.moved_end
            or self.plan.versions.deleted
            or ranks != _ranks()
        )
        named = {key for key, values in self.plan.people_changed if values.keys() & _NAMES}
        named |= {who for who, *_ in self.plan.numbers_begun if isinstance(who, int)}
        people = self.affected | set(self.new_people.values())
        settle(None if is_everybody else people, names=named | set(self.new_people.values()))
        turn_numbers(clock.today())
        self._tick()

    def _tick(self) -> None:
        self.done += 1
        self.progress(self.done)

    def _posts(self) -> None:
        insert_rows(
            Post, ("code", "name", "rank"), [(row.code, row.name, row.rank) for row in self.plan.posts_new]
        )
        self.posts = _ids(Post.code, Post.id)
        update_rows(
            Post,
            [(self.posts[row.code], {"name": row.name, "rank": row.rank}) for row in self.plan.posts_changed],
        )

    def _units(self) -> None:
        insert_rows(OrgUnit, ("uid", "code"), [(uuid6.uuid7(), code) for code in self.plan.units_new])
        self.units = _ids(OrgUnit.code, OrgUnit.id)
        _write(OrgUnitVersion, self.plan.versions)
        rows = [
            (
                self.units[row.code],
                self.units[row.parent] if row.parent else None,
                begin,
                end,
                *(getattr(row, name) for name in VERSION),
            )
            for row, begin, end in self.plan.versions_begun
        ]
        insert_rows(OrgUnitVersion, ("unit_id", "parent_id", "valid_from", "valid_to", *VERSION), rows)

    def _people(self) -> None:
        rows = [
            (
                uuid6.uuid7(),
                number,
                fold(values["kana_name"]),
                *(values[name] for name in PERSON),
                bool(values["has_photo_consent"]),
                False,
            )
            for _, number, values in self.plan.people_new
        ]
        columns = ("uid", "staff_number", "sort_kana", *PERSON, "has_photo_consent", "is_kept_by_hand")
        insert_rows(Person, columns, rows)
        if rows:
            ids = _ids(Person.staff_number, Person.id)
            self.new_people = {str(who): ids[number] for who, number, _ in self.plan.people_new}
        changes = [
            (key, {**values, "sort_kana": fold(values["kana_name"])} if "kana_name" in values else values)
            for key, values in self.plan.people_changed
        ]
        update_rows(Person, changes)

    def _who(self, who: Who) -> int:
        return who if isinstance(who, int) else self.new_people[who]

    def _appointments(self) -> None:
        _write(Appointment, self.plan.appointments)
        rows = []
        for who, row, begin, end in self.plan.appointments_begun:
            superior = self.plan.superiors.get(row.superior) if row.superior else None
            is_known = isinstance(superior, int) or superior in self.new_people
            rows.append(
                (
                    self._who(who),
                    self.units[row.unit],
                    self.posts[row.post],
                    row.kind,
                    begin,
                    end,
                    row.roster or 0,
                    self._who(superior) if superior is not None and is_known else None,
                    row.matter or "",
                )
            )
        columns = ("person_id", "unit_id", "post_id", "kind", "valid_from", "valid_to", "roster")
        insert_rows(Appointment, (*columns, "line_superior_id", "matter"), rows)

    def _numbers(self) -> None:
        update_rows(StaffNumber, [(key, {"valid_to": end}) for key, end in self.plan.numbers_moved_end])
        rows = [(self._who(who), number, begin, end) for who, number, begin, end in self.plan.numbers_begun]
        insert_rows(StaffNumber, ("person_id", "number", "valid_from", "valid_to"), rows)

    def _duties(self) -> None:
        _write(DutyHolder, self.plan.duties)
        if not self.plan.duties_begun:
            return
        kinds = _ids(DutyKind.code, DutyKind.id)
        rows = [
            (kinds[row.kind], self.units[row.unit], self._who(who), row.deputy_order, begin, end)
            for who, row, begin, end in self.plan.duties_begun
        ]
        columns = ("kind_id", "unit_id", "person_id", "deputy_order", "valid_from", "valid_to")
        insert_rows(DutyHolder, columns, rows)

    def _end_with_units(self) -> None:
        """Whoever is kept by hand in a unit that ends has no place there any longer either."""
        ends = {self.units[code]: end for code, end in self.plan.units_ending.items()}
        if not ends:
            return
        statement = (
            select(Appointment.id, Appointment.person_id, Appointment.unit_id, Appointment.valid_from)
            .join(Person, Person.id == Appointment.person_id)
            .where(Person.is_kept_by_hand, Appointment.valid_to > min(ends.values()))
        )
        rows = [row for row in session.execute(statement) if row.unit_id in ends]
        last = Written(
            moved_end=[(row.id, ends[row.unit_id]) for row in rows if row.valid_from < ends[row.unit_id]],
            deleted=[row.id for row in rows if row.valid_from >= ends[row.unit_id]],
        )
        _write(Appointment, last)
        self.affected.update(row.person_id for row in rows)


def _write(model: Any, written: Written) -> None:
    """Rows that go, ends that come nearer, ends that move away, corrections: in this order."""
    delete_rows(model, written.deleted)
    ends = sorted(written.moved_end, key=lambda moved: moved[1])
    update_rows(model, [(key, {"valid_to": end}) for key, end in ends])
    update_rows(model, written.corrected)


def _ids(code: Any, key: Any) -> dict[str, int]:
    found: Iterable[Any] = session.execute(select(code, key))
    return {row[0]: row[1] for row in found}


def _ranks() -> set[int]:
    return set(session.scalars(select(Post.rank)))


__all__ = ["STEPS", "Progress", "apply_plan", "lock_directory"]
