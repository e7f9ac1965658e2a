"""What follows from a write to the directory: who is what, who is found by which words, what processes keep in memory."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Date, bindparam, func, select, update

from groupware.access.holdings import forget
from groupware.access.principals import rebuild
from groupware.auth.attempts import folded
from groupware.auth.models import Account
from groupware.bulk import update_rows
from groupware.caches import bump
from groupware.db import holds_on, session
from groupware.directory.models import Person, StaffNumber
from groupware.directory.people_index import reindex
from groupware.directory.tree import CACHE
from groupware.events import end_epoch
from groupware.events.topics import person_topic

MOST_BY_NAME = 0.5
"""Share of the people from which on it is quicker to compute everybody anew."""

_turned = (
    select(Person.id, Person.staff_number, StaffNumber.number)
    .join(StaffNumber, StaffNumber.person_id == Person.id)
    .where(holds_on(StaffNumber, bindparam("day", type_=Date())), StaffNumber.number != Person.staff_number)
)


def settle(people: Collection[int] | None = None, *, names: Collection[int] | None = ()) -> None:
    """Bring everything that is derived in line, in the current write unit.

    `people` are those whose appointments, duties, groups or employment changed (None: units or ranks changed, so all);
    `names` those whose name, number or extension changed (None: perhaps everybody's).
    """
    session.flush()
    if people is None or len(people) > MOST_BY_NAME * (session.scalar(select(func.count(Person.id))) or 0):
        rebuild()
        bump("access")
    elif people:
        rebuild(sorted(people))
        for person_id in people:
            end_epoch(person_topic(person_id))
    if names is None or names:
        reindex(sorted(names) if names is not None else None)
    bump(CACHE)
    forget()


def turn_numbers(day: date) -> Sequence[int]:
    """Let people carry the number that holds on `day`; their login goes with it where it was the number.

    Returns the people whose number turned. Numbers are dated, so this is all that 1 April needs.
    """
    rows = session.execute(_turned, {"day": day}).all()
    if not rows:
        return []
    # In two steps, since a number may pass through a place that another one still holds.
    update_rows(Person, [(row.id, {"staff_number": f"~{row.id}"}) for row in rows])
    update_rows(Person, [(row.id, {"staff_number": row.number}) for row in rows])
    for row in rows:
        session.execute(_login_of(row))
    people = [row.id for row in rows]
    session.expire_all()
    reindex(people)
    return people


def _login_of(row: Any) -> Any:
    return (
        update(Account)
        .where(Account.person_id == row.id, Account.login == folded(row.staff_number))
        .values(login=folded(row.number), version=Account.version + 1)
    )
