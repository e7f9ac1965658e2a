"""Reads of attachments: one with its content, those of a thing, what somebody has used up."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import Row, Uuid, bindparam, func, select

from groupware.attachments.enums import ContentState
from groupware.attachments.models import Attachment, StoredFile, Upload
from groupware.db import BIGINT, fetch, session

_COLUMNS = (
    Attachment.id,
    Attachment.uid,
    Attachment.name,
    Attachment.stored_id,
    Attachment.owner_type,
    Attachment.owner_id,
    Attachment.is_shown,
    Attachment.person_id,
    Attachment.zone,
    Attachment.created_at,
    StoredFile.address,
    StoredFile.digest,
    StoredFile.size,
    StoredFile.media_type,
    StoredFile.pages,
    StoredFile.state,
)
_joined = select(*_COLUMNS).join(StoredFile, StoredFile.id == Attachment.stored_id)
_of_uids = _joined.where(Attachment.uid.in_(bindparam("uids", type_=Uuid(), expanding=True)))
_of_owners = _joined.where(
    Attachment.owner_type == bindparam("owner_type"),
    Attachment.owner_id.in_(bindparam("owner_ids", type_=BIGINT, expanding=True)),
    Attachment.is_shown,
).order_by(Attachment.owner_id, Attachment.position, Attachment.id)
_of_content = _joined.where(Attachment.stored_id == bindparam("stored_id", type_=BIGINT))
_used = select(func.coalesce(func.sum(StoredFile.size), 0)).join(
    Attachment, Attachment.stored_id == StoredFile.id
)
_used_by_person = _used.where(Attachment.person_id == bindparam("person", type_=BIGINT))
_used_by_unit = _used.where(Attachment.unit_id == bindparam("unit", type_=BIGINT))


@dataclass(frozen=True, slots=True)
class File:
    """An attachment with its content, as lists and downloads need it; its fields are _COLUMNS in their order."""

    id: int
    uid: uuid.UUID
    name: str
    stored_id: int
    owner_type: str
    owner_id: int | None
    is_shown: bool
    person_id: int | None
    zone: str
    created_at: datetime
    address: str
    digest: str
    size: int
    media_type: str
    pages: int
    state: ContentState

    @property
    def may_be_looked_at(self) -> bool:
        """Whether there is something to see without taking it."""
        return self.state is ContentState.READY and (self.pages > 0 or self.media_type == "text/plain")

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """A row of a statement over _COLUMNS."""
        values: list[Any] = [*row[:-1], ContentState(row.state)]
        return cls(*values)


def files(uids: Sequence[uuid.UUID]) -> list[File]:
    """The attachments with these uids, in the order of the uids; nothing is asked about who may have them."""
    if not uids:
        return []
    found = {row.uid: File.of(row) for row in fetch(_of_uids, {"uids": list(uids)})}
    return [found[uid] for uid in dict.fromkeys(uids) if uid in found]


def shown_files(owner_type: str, owner_ids: Sequence[int]) -> dict[int, list[File]]:
    """The files that things of a kind show, by thing, in their order. The caller has decided who may see the things."""
    found: dict[int, list[File]] = defaultdict(list)
    if owner_ids:
        for row in fetch(_of_owners, {"owner_type": owner_type, "owner_ids": list(owner_ids)}):
            found[row.owner_id].append(File.of(row))
    return found


def files_with(stored_id: int) -> list[File]:
    """Every attachment of a content."""
    return [File.of(row) for row in fetch(_of_content, {"stored_id": stored_id})]


def upload(person_id: int | None, uid: uuid.UUID) -> Upload | None:
    """An unfinished upload of a person."""
    return session.scalars(
        select(Upload).where(Upload.uid == uid, Upload.person_id == person_id)
    ).one_or_none()


def uploads(person_id: int | None) -> Sequence[Upload]:
    """Everything that a person has begun to send and not finished, newest first."""
    return session.scalars(
        select(Upload).where(Upload.person_id == person_id).order_by(Upload.id.desc()).limit(50)
    ).all()


def used_by_person(person_id: int | None) -> int:
    """Bytes of the files that a person has added."""
    return int(fetch(_used_by_person, {"person": person_id}).scalar_one())


def used_by_unit(unit_id: int | None) -> int:
    """Bytes of the files that were added for an organisation."""
    return int(fetch(_used_by_unit, {"unit": unit_id}).scalar_one())


__all__ = [
    "File",
    "files",
    "files_with",
    "shown_files",
    "upload",
    "uploads",
    "used_by_person",
    "used_by_unit",
]
