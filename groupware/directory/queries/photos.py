"""Photos of people, as far as they consent."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select

from groupware.db import session
from groupware.directory.models import Person
from groupware.directory.pictures import media_type_of
from groupware.directory.queries.roll import is_seen

_photo = select(Person.id, Person.photo).where(
    Person.uid == bindparam("uid", type_=Uuid()), Person.has_photo_consent, Person.photo.is_not(None)
)


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo that may be shown."""

    content: bytes
    media_type: str
    digest: str


def shown_photo(uid: UUID) -> Photo | None:
    """The photo, or None where there is none or no consent, or where a wall hides the person."""
    row = session.execute(_photo, {"uid": uid}).first()
    content = row.photo if row is not None and is_seen(row.id) else None
    media_type = media_type_of(content) if content else None
    if not content or media_type is None:
        return None
    return Photo(content, media_type, hashlib.sha256(content).hexdigest()[:32])


__all__ = ["Photo", "shown_photo"]
