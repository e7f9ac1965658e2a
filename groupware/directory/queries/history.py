"""What every unit was, is and will be called, in memory: names on cards, labels of what is abolished, the past of a unit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from groupware import clock
from groupware.db import FOREVER, session
from groupware.directory.models import OrgUnit, OrgUnitVersion
from groupware.directory.queries.memory import remembered


@dataclass(frozen=True, slots=True)
class Version:
    """A unit for a span of days."""

    unit_id: int
    code: str
    parent_id: int | None
    name: str
    kana: str
    short_name: str
    kind: str
    executive_organ: str
    phone: str
    location: str
    valid_from: date
    valid_to: date

    @property
    def last_day(self) -> date | None:
        """The last day of the span; None while it is open."""
        return self.valid_to - timedelta(days=1) if self.valid_to != FOREVER else None

    def holds_on(self, day: date) -> bool:
        """Whether this is what the unit is on `day`."""
        return self.valid_from <= day < self.valid_to


@dataclass(frozen=True, slots=True)
class History:
    """All versions of all units, each unit's in order of time."""

    versions: dict[int, tuple[Version, ...]]

    def on(self, unit_id: int | None, day: date) -> Version | None:
        """The unit as it is on `day`; on a day on which it is not, as it was last before, else as it is first after."""
        versions = self.versions.get(unit_id, ()) if unit_id is not None else ()
        before = [version for version in versions if version.valid_from <= day]
        return before[-1] if before else next(iter(versions), None)

    def path(self, unit_id: int | None, day: date) -> list[Version]:
        """From below the root down to the unit."""
        found: list[Version] = []
        version = self.on(unit_id, day)
        while version is not None and all(version.unit_id != seen.unit_id for seen in found):
            found.append(version)
            version = self.on(version.parent_id, day)
        return found[-2::-1] if len(found) > 1 else found

    def path_name(self, unit_id: int | None, day: date, separator: str = " ") -> str:
        """The path as words."""
        return separator.join(version.name for version in self.path(unit_id, day))

    def names(self, unit_ids: Iterable[int], day: date) -> dict[int, str]:
        """Unit → its name; an unknown one is left out."""
        found = {unit_id: self.on(unit_id, day) for unit_id in unit_ids}
        return {unit_id: version.name for unit_id, version in found.items() if version is not None}


_versions = (
    select(
        OrgUnitVersion.unit_id,
        OrgUnit.code,
        OrgUnitVersion.parent_id,
        OrgUnitVersion.name,
        OrgUnitVersion.kana,
        OrgUnitVersion.short_name,
        OrgUnitVersion.kind,
        OrgUnitVersion.executive_organ,
        OrgUnitVersion.phone,
        OrgUnitVersion.location,
        OrgUnitVersion.valid_from,
        OrgUnitVersion.valid_to,
    )
    .join(OrgUnit, OrgUnit.id == OrgUnitVersion.unit_id)
    .order_by(OrgUnitVersion.unit_id, OrgUnitVersion.valid_from)
)


def load_history() -> History:
    """Read all versions from the database, in one query."""
    versions: dict[int, list[Version]] = {}
    row: Any
    for row in session.execute(_versions):
        versions.setdefault(row.unit_id, []).append(Version(*row))
    return History({unit_id: tuple(found) for unit_id, found in versions.items()})


def unit_history() -> History:
    """All versions of all units, from memory."""
    return remembered("history", clock.today(), lambda _: load_history())


__all__ = ["History", "Version", "load_history", "unit_history"]
