"""Accounts: everybody has one, the sample people have a password that only demo-accounts.csv of the instance tells.

Passwords are the one thing here that is truly random: the same on two instances, they would be default passwords.
"""

import csv
import io
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from groupware.auth.models import Account
from groupware.auth.passwords import hash_password, temporary_password
from groupware.demo.context import DemoContext, DemoPerson
from groupware.directory.enums import EmploymentType
from groupware.setup import AUDITORS, SYSTEM_ADMINISTRATORS

FILE = "demo-accounts.csv"
COLUMNS = ("login", "password", "role", "name")
HASH_STEPS = 20
"""Steps of the progress bar for one hash."""


def choose_samples(context: DemoContext) -> None:
    """Who gets a password: every role, then officers of sections and staff of all kinds, in this order."""
    chosen: dict[int, tuple[str, DemoPerson]] = {}

    def add(role: str, people: Iterable[DemoPerson]) -> None:
        for person in people:
            if len(chosen) < context.size.accounts and not person.is_on_leave:
                chosen.setdefault(person.id, (role, person))

    def holders(code: str, *, of_sections: bool) -> list[DemoPerson]:
        units = {unit.id: unit for unit in context.units}
        return [
            person
            for (kind, unit_id), people in context.duties.items()
            if kind == code and bool(units[unit_id].weight) == of_sections
            for person in people[:1]
        ]

    add("mayor", context.root.people[:1])
    add("administrator", context.groups[SYSTEM_ADMINISTRATORS][1])
    add("auditor", context.groups[AUDITORS][1])
    add("bureau_administrator", holders("function_administrator", of_sections=False))
    clerks = holders("general_affairs", of_sections=True)
    add("section_clerk", clerks[: context.size.accounts // 3])
    add("staff", context.root.people)
    add("staff", (person for person in context.people if person.post.rank <= 11))
    rng = context.rng("samples")
    add("staff", (p for p in context.people if p.employment == EmploymentType.CONTRACTOR))
    add("staff", rng.sample(context.people, len(context.people)))
    context.samples = list(chosen.values())


class Passwords:
    """Passwords of the sample people, hashed beside the other work: argon2 lets other threads run."""

    def __init__(self, context: DemoContext) -> None:
        self.plain = {person.id: temporary_password() for _, person in context.samples}
        self._pool = ThreadPoolExecutor(os.cpu_count())
        self._hashes = {
            person_id: self._pool.submit(hash_password, password)
            for person_id, password in self.plain.items()
        }

    def hashed(self, context: DemoContext) -> dict[int, str]:
        """Person → hash, once all are done."""
        done = {}
        for person_id, future in self._hashes.items():
            done[person_id] = future.result()
            context.advance(HASH_STEPS)
        return done

    def close(self) -> None:
        """Begin no further hash."""
        self._pool.shutdown(cancel_futures=True)


def write_accounts(context: DemoContext, passwords: Passwords) -> list[tuple[str, str, str, str]]:
    """One account each; returns the lines of demo-accounts.csv."""
    hashes = passwords.hashed(context)
    rows: list[dict[str, Any]] = [
        {
            "person_id": person.id,
            "login": person.staff_number,
            "password_hash": hashes.get(person.id),
            "must_change": False,
            "password_set_at": context.now if person.id in hashes else None,
            "is_suspended": person.is_on_leave,
        }
        for person in context.people
    ]
    context.insert(Account, rows)
    return [
        (person.staff_number, passwords.plain[person.id], role, person.name)
        for role, person in context.samples
    ]


def save(folder: Path, lines: list[tuple[str, str, str, str]]) -> None:
    """Write demo-accounts.csv into the instance, readable by its owner only, in place of an older one."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(lines)
    new = folder / f".{FILE}.new"
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text.getvalue())
    new.replace(folder / FILE)
