"""The difference of people: who is new, moves, leaves, goes on under another number, is called otherwise."""

import re
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from groupware.db import FOREVER
from groupware.directory.delivery.difference_units import Chart
from groupware.directory.delivery.identity import Identity, Who
from groupware.directory.delivery.plan import (
    CHANGED,
    CONTINUES,
    LEAVING,
    MOVED,
    NEW,
    RENAMED,
    Change,
    Place,
    Plan,
    Values,
    changed,
)
from groupware.directory.delivery.rows import AppointmentRow, Delivery, PersonRow
from groupware.directory.delivery.snapshot import HeldAppointment, HeldPerson, Snapshot
from groupware.directory.delivery.timeline import Steps, compare
from groupware.directory.enums import AppointmentKind

Wanted = list[tuple[AppointmentRow, date, date]]
_SPACE = re.compile(r"\s+")
_NAMES = frozenset({"display_name", "legal_name"})
MOST_PLACES = 4
"""Nobody reads twenty lines in a cell of a table."""
_UNSEEN = frozenset({"is_kept_by_hand"})


def plan_people(
    made: Plan, delivery: Delivery, snapshot: Snapshot, identity: Identity, chart: Chart
) -> dict[Who, Wanted]:
    """Add people and appointments to the plan; returns the appointments that everybody shall have."""
    wanted: dict[Who, Wanted] = defaultdict(list)
    for row in delivery.appointments.rows:
        who = identity.who.get(row.number)
        if who is None:
            continue
        end = min(row.valid_to, identity.ends.get(row.number, FOREVER))
        person = identity.current.get(who)
        if person is not None:
            end = min(end, person.left_on)
        if row.valid_from < end:
            wanted[who].append((row, row.valid_from, end))
        if row.superior:
            made.superiors[row.superior] = identity.who.get(
                row.superior, snapshot.owners.get(row.superior, row.superior)
            )
    planner = _People(made, snapshot, identity, chart)
    for who, current in identity.current.items():
        if isinstance(who, int):
            planner.known(who, current, wanted[who])
        elif current.left_on > snapshot.effective_on:
            planner.new(who, current, wanted[who])
        else:
            wanted.pop(who, None)
    for held in snapshot.people.values():
        if held.id not in identity.current and not held.is_kept_by_hand:
            planner.missing(held)
    return wanted


class _People:
    """Takes people one by one into the plan."""

    def __init__(self, made: Plan, snapshot: Snapshot, identity: Identity, chart: Chart) -> None:
        self.made = made
        self.snapshot = snapshot
        self.identity = identity
        self.chart = chart
        self.effective_on = snapshot.effective_on

    def new(self, who: Who, row: PersonRow, wanted: Wanted) -> None:
        """Somebody the directory does not know."""
        self.made.people_new.append((who, row.number, _values(row, None)))
        self.made.numbers_begun += [(who, *number) for number in self._numbers_of(row)]
        steps: Steps[HeldAppointment, AppointmentRow]
        steps = compare([], wanted, self.effective_on, _is_same, is_new=True)
        self.made.appointments_begun += [(who, *begun) for begun in steps.begun]
        steps.begun = [begun for begun in steps.begun if begun[2] > self.effective_on]
        day = row.hired_on or min((begin for _, begin, _ in steps.begun), default=self.effective_on)
        self._change([NEW], row.number, row.display_name or _tidy(row.name), day, steps)

    def known(self, person_id: int, row: PersonRow, wanted: Wanted) -> None:
        """Somebody the directory knows, perhaps under another number."""
        held = self.snapshot.people[person_id]
        values = changed(self._values(row, held), held)
        kinds: list[str] = []
        day = self.effective_on
        if row.number not in self.snapshot.owners:
            kinds.append(CONTINUES)
            day = self._continue(held, row)
        steps, is_corrected = self._appointments(person_id, wanted)
        if held.left_on <= self.effective_on < row.left_on and CONTINUES not in kinds:
            kinds.append(NEW)
        elif row.left_on <= self.effective_on < held.left_on:
            kinds.append(LEAVING)
            day = row.left_on
        elif _is_move(steps):
            kinds.append(MOVED)
            day = min([begin for _, begin, _ in steps.begun], default=day)
        if any(_tidy(values[name]) != _tidy(getattr(held, name)) for name in values.keys() & _NAMES):
            kinds.append(RENAMED)
        fields = sorted(values.keys() - _NAMES - _UNSEEN)
        if is_corrected or not steps.is_empty:
            fields.append("appointments")
        if fields and not kinds:
            kinds.append(CHANGED)
        if values:
            self.made.people_changed.append((person_id, values))
        if not kinds:
            self.made.unchanged += 1
            return
        self.made.affected.add(person_id)
        name = str(values.get("display_name", held.display_name))
        change = self._change(kinds, row.number, name, day, steps, person_id)
        change.fields = fields
        change.old_code = held.number if CONTINUES in kinds else ""
        change.old_name = held.display_name if held.display_name != name else ""

    def missing(self, held: HeldPerson) -> None:
        """Somebody whom the delivery does not name: they leave on the effective day."""
        steps, _ = self._appointments(held.id, [])
        if held.left_on > self.effective_on:
            self.made.people_changed.append((held.id, {"left_on": self.effective_on}))
        elif steps.is_empty:
            return
        self.made.affected.add(held.id)
        self._change([LEAVING], held.number, held.display_name, self.effective_on, steps, held.id)

    def _appointments(
        self, person_id: int, wanted: Wanted
    ) -> tuple[Steps[HeldAppointment, AppointmentRow], bool]:
        held = self.snapshot.appointments.get(person_id, [])
        is_new = person_id not in self.snapshot.appointed

        def is_same(one: HeldAppointment, row: AppointmentRow) -> bool:
            return _is_same(one, row) and (row.superior is None or self._superior(row) == one.superior_id)

        steps = compare(held, wanted, self.effective_on, is_same, is_new=is_new)
        self.made.appointments.moved_end += [(one.id, end) for one, end in steps.moved_end]
        self.made.appointments.deleted += [one.id for one in steps.deleted]
        self.made.appointments_begun += [(person_id, *begun) for begun in steps.begun]
        corrected = [
            (one.id, {"roster": row.roster})
            for one, row in steps.kept
            if row.roster is not None and row.roster != one.roster
        ]
        self.made.appointments.corrected += corrected
        return steps, bool(corrected)

    def _superior(self, row: AppointmentRow) -> Who | None:
        return self.made.superiors.get(row.superior) if row.superior else None

    def _continue(self, held: HeldPerson, row: PersonRow) -> date:
        """Take the new number over; returns the day on which it begins."""
        begin = self.identity.ends[self.identity.former[row.number]]
        numbers = self.snapshot.numbers.get(held.id, [])
        if not numbers:
            first = min(held.hired_on or date(1900, 1, 1), begin - timedelta(days=1))
            self.made.numbers_begun.append((held.id, held.number, first, begin))
        for number in numbers:
            if number.valid_to > begin:
                end = max(begin, number.valid_from + timedelta(days=1))
                self.made.numbers_moved_end.append((number.id, end))
        self.made.numbers_begun.append((held.id, row.number, begin, FOREVER))
        return begin

    def _numbers_of(self, row: PersonRow) -> list[tuple[str, date, date]]:
        """The numbers of somebody new, newest first: a first delivery may tell of former ones."""
        found: list[tuple[str, date, date]] = []
        number, end = row.number, FOREVER
        while len(found) < 10:
            known = self.identity.rows.get(number)
            former = self.identity.former.get(number)
            begin = (known.hired_on if known else None) or min(self.effective_on, end - timedelta(days=1))
            if former is not None:
                begin = self.identity.ends[former]
            if begin >= end:
                begin = end - timedelta(days=1)
            found.append((number, begin, end))
            if former is None:
                break
            number, end = former, begin
        return found

    def _values(self, row: PersonRow, held: HeldPerson) -> Values:
        values = _values(row, held)
        is_continuing = row.number in self.identity.former or len(self.snapshot.numbers.get(held.id, ())) > 1
        has_gap = row.hired_on is not None and held.left_on < row.hired_on
        if is_continuing and held.hired_on is not None and not has_gap:
            values["hired_on"] = None
        return values

    def _change(
        self,
        kinds: list[str],
        number: str,
        name: str,
        day: date,
        steps: Steps[HeldAppointment, AppointmentRow],
        person_id: int | None = None,
    ) -> Change:
        held = _gone(steps)
        if not held and person_id is not None:
            mains = [
                one
                for one in self.snapshot.appointments.get(person_id, ())
                if one.kind == AppointmentKind.MAIN
            ]
            held = mains[-1:] if steps.begun else []
        held.sort(key=lambda one: (one.kind != AppointmentKind.MAIN, one.valid_from))
        begun = sorted(steps.begun, key=lambda b: (b[0].kind != AppointmentKind.MAIN, b[1]))
        change = Change(
            kinds=kinds,
            code=number,
            name=name,
            on=day,
            before=[self._held_place(one) for one in held[:MOST_PLACES]],
            after=[self._place(*one) for one in begun[:MOST_PLACES]],
        )
        self.made.changes.append(change)
        return change

    def _held_place(self, held: HeldAppointment) -> Place:
        post = self.chart.posts.get(held.post, held.post)
        return Place(held.kind, self.chart.before(held.unit), post, held.valid_from.isoformat())

    def _place(self, row: AppointmentRow, begin: date, end: date) -> Place:
        ends = (end - timedelta(days=1)).isoformat() if end < FOREVER else ""
        unit = self.chart.after(row.unit, max(begin, self.effective_on))
        return Place(row.kind, unit, self.chart.posts.get(row.post, row.post), begin.isoformat(), ends)


def _gone(steps: Steps[HeldAppointment, AppointmentRow]) -> list[HeldAppointment]:
    """What ends otherwise than by its own term, or never begins."""
    kept = {one.id for one, _ in steps.kept}
    return [one for one, _ in steps.moved_end if one.id not in kept] + steps.deleted


def _is_move(steps: Steps[HeldAppointment, AppointmentRow]) -> bool:
    """Whether units or posts change; a term that is renewed, shortened or prolonged is no move."""
    gone = {(one.unit, one.post, one.kind) for one in _gone(steps)}
    return gone != {(row.unit, row.post, row.kind) for row, _, _ in steps.begun}


def _is_same(held: HeldAppointment, row: AppointmentRow) -> bool:
    return (
        held.unit == row.unit
        and held.post == row.post
        and held.kind == row.kind
        and (row.matter is None or row.matter == held.matter)
    )


def _tidy(name: str) -> str:
    """One space between family name and given name, whichever kind was delivered."""
    return _SPACE.sub(" ", name)


def _values(row: PersonRow, held: HeldPerson | None) -> dict[str, Any]:
    """The columns of a person. None says nothing."""
    display: str | None = row.display_name or _tidy(row.name)
    if row.display_name is None and held is not None and held.display_name != _tidy(held.legal_name):
        display = None  # chosen elsewhere than in the personnel system
    return {
        "display_name": display,
        "legal_name": row.legal_name or row.name,
        "kana_name": row.kana,
        "email": row.email,
        "phone": row.phone,
        "extension": row.extension,
        "employment_type": row.employment_type,
        "job_category": row.job_category,
        "hired_on": row.hired_on,
        "left_on": row.left_on,
        "has_photo_consent": row.has_photo_consent,
        "is_kept_by_hand": False,
    }
