"""Whom a foreign system means: staff numbers and codes of organisations, as principals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from groupware.access.enums import PrincipalKind
from groupware.access.models import Principal
from groupware.access.principals import ensure_principals
from groupware.db import session
from groupware.directory.models import OrgUnit, Person, StaffNumber
from groupware.directory.tree import org_tree

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Receiver:
    """A person by staff number, or a unit by its code, with everything below it if wanted. One of the two is empty."""

    staff_number: str = ""
    unit_code: str = ""
    with_below: bool = False

    @property
    def name(self) -> str:
        """What the system called it."""
        return self.staff_number or self.unit_code


def principals_of(receivers: Sequence[Receiver], day: date) -> list[int | None]:
    """The principal of each receiver, None for one that is unknown or does not work here on `day`. The order is kept."""
    people = _people({one.staff_number for one in receivers if one.staff_number}, day)
    units = _units({one.unit_code for one in receivers if one.unit_code}, day)
    refs: list[tuple[str, int, int] | None] = []
    for one in receivers:
        if one.staff_number:
            person = people.get(one.staff_number)
            refs.append((PrincipalKind.PERSON.value, person, 0) if person is not None else None)
        else:
            unit = units.get(one.unit_code)
            kind = PrincipalKind.UNIT_TREE if one.with_below else PrincipalKind.UNIT
            refs.append((kind.value, unit, 0) if unit is not None else None)
    ids = _ids({ref for ref in refs if ref is not None})
    return [ids[ref] if ref is not None else None for ref in refs]


def _people(numbers: Iterable[str], day: date) -> dict[str, int]:
    """Those who work here under the number they carry today, or carried before."""
    found: dict[str, int] = {}
    for part in _parts(numbers):
        carried = (
            select(StaffNumber.number, StaffNumber.person_id)
            .join(Person, Person.id == StaffNumber.person_id)
            .where(StaffNumber.number.in_(part), Person.left_on > day)
        )
        found |= {row.number: row.person_id for row in session.execute(carried)}
        present = select(Person.staff_number, Person.id).where(
            Person.staff_number.in_(part),
            Person.left_on > day,
            or_(Person.hired_on.is_(None), Person.hired_on <= day),
        )
        found |= {row.staff_number: row.id for row in session.execute(present)}
    return found


def _units(codes: Iterable[str], day: date) -> dict[str, int]:
    tree = org_tree(day)
    found: dict[str, int] = {}
    for part in _parts(codes):
        rows = session.execute(select(OrgUnit.code, OrgUnit.id).where(OrgUnit.code.in_(part)))
        found |= {row.code: row.id for row in rows if row.id in tree}
    return found


def _ids(refs: set[tuple[str, int, int]]) -> dict[tuple[str, int, int], int]:
    ensure_principals(refs)
    found: dict[tuple[str, int, int], int] = {}
    for kind in {kind for kind, _, _ in refs}:
        for part in _parts(ref for one, ref, _ in refs if one == kind):
            rows = session.execute(
                select(Principal.id, Principal.ref).where(
                    Principal.kind == kind, Principal.ref.in_(part), Principal.ref2 == 0
                )
            )
            found |= {(kind, row.ref, 0): row.id for row in rows}
    return found


def _parts(values: Iterable[Any]) -> Iterable[list[Any]]:
    everything = sorted(set(values))
    return (everything[start : start + CHUNK] for start in range(0, len(everything), CHUNK))


__all__ = ["CHUNK", "Receiver", "principals_of"]
