"""Whose turn it is: what counts before it writes waits here for who counts the same, until their unit of work has ended.

Rows that refer to the person or the organisation are written meanwhile without waiting.
"""

from sqlalchemy import bindparam, select

from groupware.db import lock
from groupware.directory.models import OrgUnit, Person

_person = select(Person.id).where(Person.id == bindparam("person")).with_for_update(key_share=True)
_unit = select(OrgUnit.id).where(OrgUnit.id == bindparam("unit")).with_for_update(key_share=True)


def take_turn_of_person(person_id: int) -> None:
    """Be the only one who enters texts and tables into a person's calendars, or names their secretaries."""
    lock(_person, {"person": person_id})


def take_turn_of_unit(unit_id: int) -> None:
    """Be the only one who names secretaries of the posts of an organisation."""
    lock(_unit, {"unit": unit_id})
