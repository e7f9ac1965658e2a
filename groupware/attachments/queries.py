"""Reads of attachments: one with its content, those of a thing, what somebody has used up."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import Boolean, Row, Uuid, bindparam, func, or_, select

from groupware import rules
from groupware.access.queries import NOBODY, Held
from groupware.among import among
from groupware.attachments.enums import ContentState
from groupware.attachments.models import Attachment, StoredFile, Upload
from groupware.db import BIGINT, fetch, session
from groupware.directory.models import Person
from groupware.guards.enums import NumberRule
from groupware.guards.rules import NUMBERS

MOST_SUSPECTED = 500
"""Files in the list of those that seem to hold an individual number."""

_COLUMNS = (
    Attachment.id,
    Attachment.uid,
    Attachment.name,
    Attachment.stored_id,
    Attachment.owner_type,
    Attachment.owner_id,
    Attachment.is_shown,
    Attachment.person_id,
    Attachment.unit_id,
    Attachment.zone,
    Attachment.released_at,
    Attachment.created_at,
    StoredFile.address,
    StoredFile.digest,
    StoredFile.size,
    StoredFile.media_type,
    StoredFile.pages,
    StoredFile.number_found_at,
    StoredFile.state,
)
_joined = select(*_COLUMNS).join(StoredFile, StoredFile.id == Attachment.stored_id)
_of_uids = _joined.where(Attachment.uid.in_(bindparam("uids", type_=Uuid(), expanding=True)))
_of_owners = _joined.where(
    Attachment.owner_type == bindparam("owner_type"),
    among(Attachment.owner_id, "owner_ids"),
    Attachment.is_shown,
).order_by(Attachment.owner_id, Attachment.position, Attachment.id)
_of_owners_ever = _joined.where(
    Attachment.owner_type == bindparam("owner_type"), among(Attachment.owner_id, "owner_ids")
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
    unit_id: int | None
    zone: str
    released_at: datetime | None
    created_at: datetime
    address: str
    digest: str
    size: int
    media_type: str
    pages: int
    number_found_at: datetime | None
    state: ContentState

    @property
    def number_rule(self) -> NumberRule:
        """What is to be done about the individual number that it seems to hold."""
        return number_rule(self)

    @property
    def may_be_opened(self) -> bool:
        """Whether anything may be seen of the content: it is examined, and nothing in it keeps it back."""
        return self.state is ContentState.READY and self.number_rule is not NumberRule.REFUSE

    @property
    def may_be_looked_at(self) -> bool:
        """Whether there is something to see without taking it."""
        return self.may_be_opened and (self.pages > 0 or self.media_type == "text/plain")

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """A row of a statement that begins with _COLUMNS."""
        values: list[Any] = [*row[: len(_COLUMNS) - 1], ContentState(row.state)]
        return cls(*values)


def number_rule(file: Any) -> NumberRule:
    """What the organisation of a file wants done about the individual number that it seems to hold; `OFF` if it is in order.

    For a `File`, and for any row with these columns of it.
    """
    if file.number_found_at is None or file.released_at is not None:
        return NumberRule.OFF
    return NumberRule(rules.value(NUMBERS, file.unit_id))


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


def files_ever(owner_type: str, owner_ids: Sequence[int]) -> dict[int, list[File]]:
    """The same with those that the things show no more: for records that say what there was."""
    found: dict[int, list[File]] = defaultdict(list)
    if owner_ids:
        for row in fetch(_of_owners_ever, {"owner_type": owner_type, "owner_ids": list(owner_ids)}):
            found[row.owner_id].append(File.of(row))
    return found


def files_with(stored_id: int) -> list[File]:
    """Every attachment of a content."""
    return [File.of(row) for row in fetch(_of_content, {"stored_id": stored_id})]


_suspected = (
    _joined.add_columns(Person.display_name.label("person"))
    .outerjoin(Person, Person.id == Attachment.person_id)
    .where(
        StoredFile.number_found_at.is_not(None),
        or_(
            Attachment.person_id == bindparam("person", type_=BIGINT),
            bindparam("everywhere", type_=Boolean()) == True,  # noqa: E712  SQL, not Python
            among(Attachment.unit_id, "units"),
        ),
    )
    .order_by(StoredFile.number_found_at.desc(), Attachment.id.desc())
    .limit(MOST_SUSPECTED)
)
_suspected_among = _suspected.where(among(Attachment.id, "among"))


@dataclass(frozen=True, slots=True)
class Suspected:
    """A file that seemed to hold an individual number, with the name of who added it."""

    file: File
    person: str


def suspected(person_id: int | None, reach: Held, among: Sequence[int] | None = None) -> list[Suspected]:
    """Files that seemed to hold an individual number, latest finding first: what the person added, and those within a reach.

    `among` narrows them down to some attachments. Whether their organisations still mind is said by `number_rule`.
    """
    values: dict[str, Any] = {
        "person": person_id,
        "everywhere": reach.everywhere,
        "units": sorted(reach.units) or NOBODY,
    }
    rows = (
        fetch(_suspected, values)
        if among is None
        else fetch(_suspected_among, values | {"among": list(among)})
    )
    return [Suspected(File.of(row), row.person or "") for row in rows]


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
    "Suspected",
    "files",
    "files_ever",
    "files_with",
    "number_rule",
    "shown_files",
    "suspected",
    "upload",
    "uploads",
    "used_by_person",
    "used_by_unit",
]
