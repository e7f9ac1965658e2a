"""Who is meant: people by their keys, and by the addresses that calendars name them by."""

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from groupware.db import fetch
from groupware.directory.models import Person
from plugins.schedule.queries.programs.keys import KEYS, chunks

_people = select(Person.id, Person.uid, Person.display_name, Person.email).where(Person.id.in_(KEYS))
_by_address = select(Person.id, Person.uid, Person.email).where(
    or_(
        func.lower(Person.email).in_(bindparam("mails", expanding=True)),
        Person.uid.in_(bindparam("uids", type_=Person.uid.type, expanding=True)),
    )
)


def people(keys: Collection[int]) -> Mapping[int, Any]:
    """(id, uid, display_name, email) of people."""
    return {row.id: row for some in chunks(keys) for row in fetch(_people, {"keys": some})}


def people_of_addresses(addresses: Collection[str]) -> dict[str, int]:
    """The people whom calendar addresses mean: mailto:, urn:uuid:, or the address of a principal."""
    mails, uids = set[str](), set[uuid.UUID]()
    for one in addresses:
        mails.add(one.removeprefix("mailto:"))
        if (uid := uid_of_address(one)) is not None:
            uids.add(uid)
    if not addresses:
        return {}
    known: dict[str, int] = {}
    for row in fetch(_by_address, {"mails": sorted(mails), "uids": sorted(uids) or [uuid.UUID(int=0)]}):
        if row.email:
            known[f"mailto:{row.email.lower()}"] = row.id
        known[f"urn:uuid:{row.uid}"] = row.id
    found = {}
    for one in addresses:
        uid = uid_of_address(one)
        person = known.get(f"urn:uuid:{uid}") if uid is not None else known.get(one)
        if person is not None:
            found[one] = person
    return found


def uid_of_address(address: str) -> uuid.UUID | None:
    """The person's uid in urn:uuid:… or …/dav/principals/…/."""
    text = address.removeprefix("urn:uuid:")
    if "/dav/principals/" in address:
        text = address.rstrip("/").rpartition("/")[2]
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
