"""Sample people that the sign-in page offers in demo mode, read from the file that the demo wrote into the instance."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from groupware.config import Settings
from groupware.i18n import lazy_pgettext

FILE = "demo-accounts.csv"
COLUMNS = ("login", "password", "role", "name")
SHOWN_PER_ROLE = 30
ROLES = {
    "mayor": lazy_pgettext("sample", "Mayor"),
    "staff": lazy_pgettext("sample", "Staff"),
    "section_clerk": lazy_pgettext("sample", "General affairs officer of a section"),
    "bureau_administrator": lazy_pgettext("sample", "Function administrator of a bureau"),
    "auditor": lazy_pgettext("sample", "Auditor"),
    "administrator": lazy_pgettext("sample", "System administrator"),
}
"""Roles that the demo writes, in the order of a tour."""


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """Somebody to try the demo as."""

    login: str
    password: str
    role: str
    name: str


def sample_people(settings: Settings) -> Sequence[tuple[object, Sequence[SamplePerson]]]:
    """The first sample people of each role, in the order of a tour; nothing outside demo mode or without the file."""
    people = [person for person in _read(settings) if person.role in ROLES]
    order = list(ROLES)
    people.sort(key=lambda person: order.index(person.role))
    grouped = groupby(people, key=lambda person: person.role)
    return [(ROLES[role], list(group)[:SHOWN_PER_ROLE]) for role, group in grouped]


def sample_person(settings: Settings, login: str) -> SamplePerson | None:
    """The sample person with that login; None for anybody else and outside demo mode."""
    return next((person for person in _read(settings) if person.login == login), None)


def _read(settings: Settings) -> list[SamplePerson]:
    file = settings.instance / FILE
    if not settings.demo or not file.is_file():
        return []
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = [{key: row.get(key) or "" for key in COLUMNS} for row in csv.DictReader(lines)]
    return [SamplePerson(**row) for row in rows if row["login"]]
