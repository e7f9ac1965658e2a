"""People as lists show them: name, kana, how to reach them, and where they stand today."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, and_, case, literal, select

from groupware.among import among
from groupware.db import fetch
from groupware.directory.models import Person
from groupware.directory.queries.roll import Entry, roll
from groupware.directory.tree import OrgTree

CHUNK = 500

HAS_PHOTO: Any = case(
    (and_(Person.has_photo_consent, Person.photo.is_not(None)), literal(True, Boolean)), else_=False
)
"""Whether there is a photo that may be shown."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person of today's roll, or one who is no longer on it (then without unit and post)."""

    id: int
    uid: str
    staff_number: str
    display_name: str
    kana_name: str
    email: str
    phone: str
    extension: str
    employment_type: str
    has_photo: bool
    unit_id: int | None
    unit_name: str
    unit_path: str
    post_name: str
    is_away: bool
    also: tuple[tuple[str, str], ...] = ()
    """Unit and post of further appointments."""


PERSON = (
    Person.id,
    Person.uid,
    Person.staff_number,
    Person.display_name,
    Person.kana_name,
    Person.email,
    Person.phone,
    Person.extension,
    Person.employment_type,
    HAS_PHOTO.label("has_photo"),
)
"""The columns of a person that everybody may see; the legal name is not among them."""

_by_id = select(*PERSON).where(among(Person.id, "people"))


def people_rows(people: Sequence[int]) -> list[PersonRow]:
    """These people in the order given; one query for every 500. Unknown ids are left out."""
    return list(each_person(people))


def each_person(people: Sequence[int]) -> Iterator[PersonRow]:
    """As `people_rows`, 500 at a time: for exports."""
    current = roll()
    for start in range(0, len(people), CHUNK):
        part = list(people[start : start + CHUNK])
        rows = {row.id: row for row in fetch(_by_id, {"people": part})}
        for person_id in part:
            if person_id in rows:
                yield _row(rows[person_id], current.entries.get(person_id), current.posts, current.tree)


def _row(row: Any, entry: Entry | None, posts: dict[int, tuple[str, int]], tree: OrgTree) -> PersonRow:
    shown: tuple[Any, ...] = (row.id, str(row.uid), *row[2:])
    if entry is None:
        return PersonRow(*(*shown, None, "", "", "", False))
    unit = tree.get(entry.unit_id)
    names = (unit.id, unit.name, tree.path_name(unit.id)) if unit is not None else (None, "", "")
    post = posts[entry.post_id][0] if entry.post_id is not None else ""
    also = tuple((tree.path_name(unit_id), posts[post_id][0]) for unit_id, post_id in entry.also)
    return PersonRow(*(*shown, *names, post, entry.is_away, also))


__all__ = ["HAS_PHOTO", "PERSON", "PersonRow", "each_person", "people_rows"]
