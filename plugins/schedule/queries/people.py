"""People as the schedule names them."""

import uuid
from typing import Any

from sqlalchemy import bindparam, select

from groupware.db import fetch
from groupware.directory.models import Person

_person = select(Person.id, Person.uid, Person.display_name).where(Person.uid == bindparam("uid"))


def person_by_uid(uid: uuid.UUID) -> Any | None:
    """(id, uid, display name) of a person, or None."""
    return fetch(_person, {"uid": uid}).first()
