"""A posting as lists show it, with the reader's own state."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from sqlalchemy import Row, Select, and_, func

from groupware.access.objects import ACTOR_PERSON
from groupware.guards.enums import Label
from plugins.bulletin.enums import Importance, Phase, PostingState
from plugins.bulletin.models import OPEN_END, Posting, Reading
from plugins.bulletin.queries.categories import Shelf, shelves

COLUMNS = (
    Posting.id,
    Posting.uid,
    Posting.title,
    Posting.category_id,
    Posting.unit_id,
    Posting.author_id,
    Posting.sender_kind,
    Posting.sender_name,
    Posting.sender_detail,
    Posting.importance,
    Posting.state,
    Posting.shown_from,
    Posting.shown_to,
    Posting.listed_at,
    Posting.place,
    Posting.needs_confirmation,
    Posting.confirm_by,
    Posting.is_pinned,
    Posting.edition,
    Posting.addressed_count,
    Posting.file_count,
    Posting.updated_at,
    Posting.published_at,
    Posting.awaiting_since,
    Posting.classification,
    func.coalesce(Reading.edition, 0).label("read_edition"),
    func.coalesce(Reading.confirmed_edition, 0).label("confirmed_edition"),
)

_IMPORTANCE = [column.key for column in COLUMNS].index("importance")


def with_own_reading(statement: Any) -> Select[Any]:
    """Join what the acting person has read; every statement over COLUMNS needs it."""
    joined: Select[Any] = statement.outerjoin(
        Reading, and_(Reading.posting_id == Posting.id, Reading.person_id == ACTOR_PERSON)
    )
    return joined


def phase_of(state: str, shown_from: datetime, shown_to: datetime, now: datetime) -> Phase:
    """Where a posting stands at `now`."""
    if state == PostingState.AWAITING:
        return Phase.AWAITING
    if state == PostingState.RETURNED:
        return Phase.RETURNED
    if shown_from > now:
        return Phase.SCHEDULED
    return Phase.DISPLAYED if shown_to > now else Phase.ENDED


@dataclass(frozen=True, slots=True)
class Item:
    """A row of a list; its fields are COLUMNS in their order, and where it stands now."""

    id: int
    uid: uuid.UUID
    title: str
    category_id: int
    unit_id: int | None
    author_id: int
    sender_kind: str
    sender_name: str
    sender_detail: str
    importance: Importance
    state: str
    shown_from: datetime
    shown_to: datetime
    listed_at: datetime
    place: int
    needs_confirmation: bool
    confirm_by: date | None
    is_pinned: bool
    edition: int
    addressed_count: int
    file_count: int
    updated_at: datetime
    published_at: datetime | None
    awaiting_since: datetime | None
    classification: str
    read_edition: int
    confirmed_edition: int
    phase: Phase

    @classmethod
    def of(cls, row: Row[Any], now: datetime) -> Self:
        """A row of a statement over COLUMNS, seen at `now`."""
        values: list[Any] = list(row[: len(COLUMNS)])
        values[_IMPORTANCE] = Importance(row.importance)
        values.append(phase_of(row.state, row.shown_from, row.shown_to, now))
        return cls(*values)

    @property
    def category(self) -> Shelf | None:
        """Its category."""
        return shelves().get(self.category_id)

    @property
    def information_label(self) -> Label:
        """Its information label."""
        return Label(self.classification)

    @property
    def has_end(self) -> bool:
        """Whether its display ends by itself."""
        return self.shown_to < OPEN_END

    @property
    def is_unread(self) -> bool:
        """Whether the reader has not opened this edition."""
        return self.phase is Phase.DISPLAYED and self.read_edition < self.edition

    @property
    def is_confirmed(self) -> bool:
        """Whether the reader has confirmed this edition."""
        return self.confirmed_edition >= self.edition

    @property
    def waits_for_confirmation(self) -> bool:
        """Whether the reader is asked to confirm and has not."""
        return self.phase is Phase.DISPLAYED and self.needs_confirmation and not self.is_confirmed

    @property
    def was_changed(self) -> bool:
        """Whether its wording in force is not the first one."""
        return self.published_at is not None and self.updated_at > self.published_at
