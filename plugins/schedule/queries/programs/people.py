"""Who is meant: people by their keys, and by the addresses that calendars name them by."""

import uuid
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from groupware import clock
from groupware.among import among
from groupware.db import fetch
from groupware.directory.models import Person
from groupware.directory.queries.memory import remembered
from plugins.schedule.queries.programs.keys import chunks

_people = select(Person.id, Person.uid, Person.display_name, Person.email).where(among(Person.id, "keys"))
_by_uid = select(Person.id, Person.uid).where(among(Person.uid, "uids"))
# Whoever still works here comes last, and keeps an address that two had.
_mails = select(Person.id, Person.email).where(Person.email != "").order_by(Person.left_on, Person.id)


def people(keys: Collection[int]) -> Mapping[int, Any]:
    """(id, uid, display_name, email) of people."""
    return {row.id: row for some in chunks(keys) for row in fetch(_people, {"keys": some})}


def people_of_addresses(addresses: Collection[str]) -> dict[str, int]:
    """The people whom calendar addresses mean: mailto:, urn:uuid:, or the address of a principal."""
    named = {one: uid for one in addresses if (uid := uid_of_address(one)) is not None}
    known: dict[uuid.UUID, int] = {}
    if named:
        known = {row.uid: row.id for row in fetch(_by_uid, {"uids": sorted(set(named.values()))})}
    mails = remembered("schedule.mails", clock.today(), _read_mails) if len(named) < len(addresses) else {}
    found = {}
    for one in addresses:
        person = known.get(named[one]) if one in named else mails.get(one)
        if person is not None:
            found[one] = person
    return found


def _read_mails(_day: date) -> dict[str, int]:
    """mailto: → person. In memory, because no index finds an address whatever its letters."""
    return {f"mailto:{row.email.lower()}": row.id for row in fetch(_mails)}


def uid_of_address(address: str) -> uuid.UUID | None:
    """The person's uid in urn:uuid:… or …/dav/principals/…/."""
    text = address.removeprefix("urn:uuid:")
    if "/dav/principals/" in address:
        text = address.rstrip("/").rpartition("/")[2]
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
