"""Checks that look at more than one row: doubles, references, circles, overlaps. All are made in one go.

A row that refers to a faulty row is not reported for that: one fault is one finding. What had ended before the effective
day is history and may name units and people that are no longer delivered, as long as the directory knows them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from groupware.db import FOREVER
from groupware.directory.delivery import layout as layouts
from groupware.directory.delivery.checking_units import check_units, lives
from groupware.directory.delivery.findings import Finding
from groupware.directory.delivery.identity import Identity, Who
from groupware.directory.delivery.rows import AppointmentRow, Delivery, PersonRow, PostRow, Table
from groupware.directory.delivery.snapshot import Snapshot
from groupware.directory.enums import AppointmentKind

MANY_LEAVING = 0.1
"""Share of the people of which more leave at once only when a file was cut off, or a city is dissolved."""


def check(delivery: Delivery, snapshot: Snapshot, identity: Identity) -> list[Finding]:
    """Every fault and remark of the delivery as a whole, against what the directory knows."""
    found: list[Finding] = []
    if delivery.units.is_present:
        found += check_units(delivery.units, snapshot)
    if delivery.posts.is_present:
        found += _posts(delivery.posts)
    if delivery.people.is_present:
        found += _people(delivery.people, snapshot)
    if delivery.appointments.is_present:
        found += _Appointments(delivery, snapshot, identity).check()
    if delivery.duties.is_present:
        found += _duties(delivery, snapshot)
    if delivery.people.is_present and delivery.appointments.is_present:
        found += _main_posts(delivery, snapshot, identity)
        found += _leaving(snapshot, identity)
    return found


def _posts(posts: Table[PostRow]) -> Iterator[Finding]:
    seen = dict(posts.faulty)
    for row in posts.rows:
        if row.code in seen:
            yield Finding(
                "duplicate_code",
                layouts.POSTS.file,
                row.line,
                posts.headers["code"],
                {"value": row.code, "other": str(seen[row.code])},
            )
        seen.setdefault(row.code, row.line)


def _people(people: Table[PersonRow], snapshot: Snapshot) -> Iterator[Finding]:
    file, headers = layouts.PEOPLE.file, people.headers
    seen = dict(people.faulty)
    usual, share = _usual_length(people)
    for row in people.rows:
        if row.number in seen:
            details = {"value": row.number, "other": str(seen[row.number])}
            yield Finding("duplicate_number", file, row.line, headers["number"], details)
        seen.setdefault(row.number, row.line)
        if row.hired_on is not None and row.left_on <= row.hired_on:
            details = {"begin": row.hired_on.isoformat()}
            yield Finding("left_before_hired", file, row.line, headers["left_on"], details)
        elif (
            row.left_on <= snapshot.effective_on and row.number not in snapshot.owners and not row.old_number
        ):
            yield Finding("left_already", file, row.line, headers["left_on"])
        if share > 0.9 and len(row.number) < usual and row.number.isdecimal():
            yield Finding("short_number", file, row.line, headers["number"])


def _usual_length(people: Table[PersonRow]) -> tuple[int, float]:
    """The length that most numbers have, and how many have it, where numbers begin with zeros at all."""
    lengths = Counter(len(row.number) for row in people.rows)
    if not lengths or not any(row.number.startswith("0") for row in people.rows):
        return 0, 0.0
    length, count = lengths.most_common(1)[0]
    return length, count / len(people.rows)


class _Appointments:
    """The checks of appointments.csv."""

    def __init__(self, delivery: Delivery, snapshot: Snapshot, identity: Identity) -> None:
        self.delivery = delivery
        self.snapshot = snapshot
        self.identity = identity
        self.people = {row.number: row for row in delivery.people.rows}
        self.posts = (
            {row.code for row in delivery.posts.rows} | delivery.posts.faulty.keys() | snapshot.posts.keys()
        )
        self.lives = lives(delivery.units)
        self.headers = delivery.appointments.headers

    def check(self) -> Iterator[Finding]:
        for row in self.delivery.appointments.rows:
            yield from self._person(row)
            yield from self._unit(row)
            if row.post not in self.posts and self.delivery.posts.is_present:
                yield self._finding("unknown_post", row, "post", value=row.post)
            if row.valid_to <= row.valid_from:
                yield self._finding("ends_before_begins", row, "valid_to", begin=row.valid_from.isoformat())
            yield from self._superior(row)
        yield from self._overlaps()

    def _finding(self, code: str, row: AppointmentRow, column: str, **details: str) -> Finding:
        return Finding(code, layouts.APPOINTMENTS.file, row.line, self.headers.get(column, ""), details)

    def _is_history(self, row: AppointmentRow) -> bool:
        return row.valid_to <= self.snapshot.effective_on

    def _person(self, row: AppointmentRow) -> Iterator[Finding]:
        person = self.people.get(row.number)
        if person is None:
            is_excused = row.number in self.delivery.people.faulty or not self.delivery.people.is_present
            if not is_excused and not (self._is_history(row) and row.number in self.snapshot.owners):
                yield self._finding("unknown_person", row, "number", value=row.number)
            return
        if row.valid_from >= person.left_on:
            end = person.left_on - timedelta(days=1)
            yield self._finding("after_leaving", row, "valid_from", end=end.isoformat())
        if person.hired_on is not None and row.valid_from < person.hired_on:
            yield self._finding("begins_before_hire", row, "valid_from", begin=person.hired_on.isoformat())

    def _unit(self, row: AppointmentRow) -> Iterator[Finding]:
        units = self.delivery.units
        if not units.is_present:
            return
        life = self.lives.get(row.unit)
        if life is None:
            if row.unit not in units.faulty and not (
                self._is_history(row) and row.unit in self.snapshot.units
            ):
                yield self._finding("unknown_unit", row, "unit", value=row.unit)
            return
        if row.unit in units.faulty or row.valid_to <= row.valid_from:
            return
        begin = min([life[0], *(held.valid_from for held in self.snapshot.units.get(row.unit, ()))])
        if row.valid_from < begin:
            code = (
                "before_unit"
                if max(row.valid_from, self.snapshot.effective_on) < begin
                else "before_unit_past"
            )
            yield self._finding(code, row, "valid_from", value=row.unit, begin=begin.isoformat())
        person = self.people.get(row.number)
        ends = self.identity.ends.get(row.number, FOREVER)
        last = min(row.valid_to, ends, person.left_on if person else FOREVER)
        if last > life[1] and last > self.snapshot.effective_on:
            until = (life[1] - timedelta(days=1)).isoformat()
            yield self._finding("after_unit", row, "valid_to", value=row.unit, end=until)

    def _superior(self, row: AppointmentRow) -> Iterator[Finding]:
        if not row.superior:
            return
        is_known = row.superior in self.people or row.superior in self.delivery.people.faulty
        if not is_known and row.superior not in self.snapshot.owners and self.delivery.people.is_present:
            yield self._finding("unknown_superior", row, "superior", value=row.superior)
        elif row.superior == row.number:
            yield self._finding("own_superior", row, "superior")

    def _overlaps(self) -> Iterator[Finding]:
        """Two main posts on a day, or the same post twice: per person, whatever number the rows carry."""
        by_person: dict[Who, list[tuple[date, date, AppointmentRow]]] = defaultdict(list)
        for row in self.delivery.appointments.rows:
            end = min(row.valid_to, self.identity.ends.get(row.number, FOREVER))
            if row.valid_from < end:
                who = self.identity.who.get(row.number, row.number)
                by_person[who].append((row.valid_from, end, row))
        for spans in by_person.values():
            if len(spans) == 1:
                continue
            spans.sort(key=lambda span: (span[0], span[2].line))
            open_ends: dict[tuple[str, ...], tuple[date, int]] = {}
            for begin, end, row in spans:
                is_main = row.kind == AppointmentKind.MAIN
                key = ("main",) if is_main else (row.unit, row.post, row.kind, row.matter or "")
                known_end, line = open_ends.get(key, (date.min, 0))
                if begin < known_end:
                    code = "overlapping_main" if is_main else "duplicate_row"
                    yield self._finding(code, row, "valid_from", other=str(line))
                if end > known_end:
                    open_ends[key] = (end, row.line)


def _duties(delivery: Delivery, snapshot: Snapshot) -> Iterator[Finding]:
    headers = delivery.duties.headers
    people_held = (snapshot.people[duty.person_id] for duty in snapshot.duties)
    is_held = any(not one.is_kept_by_hand and one.left_on > snapshot.effective_on for one in people_held)
    if is_held and not delivery.duties.rows and not delivery.duties.faulty:
        yield Finding("no_rows", layouts.DUTIES.file)
    people = {row.number for row in delivery.people.rows} | delivery.people.faulty.keys()
    units = {row.code for row in delivery.units.rows} | delivery.units.faulty.keys()
    seen: dict[tuple[str, str, str, date], int] = {}
    for row in delivery.duties.rows:

        def finding(code: str, column: str, line: int = row.line, **details: str) -> Finding:
            return Finding(code, layouts.DUTIES.file, line, headers.get(column, ""), details)

        is_history = row.valid_to <= snapshot.effective_on
        if row.unit not in units and not (is_history and row.unit in snapshot.units):
            yield finding("unknown_unit", "unit", value=row.unit)
        if row.number not in people and not (is_history and row.number in snapshot.owners):
            yield finding("unknown_person", "number", value=row.number)
        if row.kind not in snapshot.duty_kinds:
            yield finding("unknown_duty", "kind", value=row.kind)
        if row.valid_to <= row.valid_from:
            yield finding("ends_before_begins", "valid_to", begin=row.valid_from.isoformat())
        key = (row.unit, row.kind, row.number, row.valid_from)
        if key in seen:
            yield finding("duplicate_row", "number", other=str(seen[key]))
        seen.setdefault(key, row.line)


def _main_posts(delivery: Delivery, snapshot: Snapshot, identity: Identity) -> Iterator[Finding]:
    """Who works here on the effective day, or on the first day, and has no main post then."""
    mains: dict[Who, list[AppointmentRow]] = defaultdict(list)
    for row in delivery.appointments.rows:
        if row.kind == AppointmentKind.MAIN:
            mains[identity.who.get(row.number, row.number)].append(row)
    headers = delivery.people.headers
    for who, person in identity.current.items():
        day = max(snapshot.effective_on, person.hired_on or date.min)
        if person.left_on <= day or person.number in delivery.appointments.faulty:
            continue
        if not any(row.valid_from <= day < row.valid_to for row in mains.get(who, ())):
            details = {"day": day.isoformat()}
            yield Finding("no_main_post", layouts.PEOPLE.file, person.line, headers["number"], details)


def _leaving(snapshot: Snapshot, identity: Identity) -> Iterator[Finding]:
    here = [
        person
        for person in snapshot.people.values()
        if person.left_on > snapshot.effective_on and not person.is_kept_by_hand
    ]
    missing = sum(1 for person in here if person.id not in identity.current)
    if len(here) >= 20 and missing > len(here) * MANY_LEAVING:
        details = {"count": str(missing), "all": str(len(here))}
        yield Finding("many_leaving", layouts.PEOPLE.file, 0, "", details)
