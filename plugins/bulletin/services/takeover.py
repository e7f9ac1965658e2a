"""Take postings over in bulk: from another system, for a demonstration, for a measurement.

Everything is written as it was: no rule is asked, nobody is told, no event is emitted. One act, one audit record.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

import uuid6
from sqlalchemy import func, select

from groupware import audit, search
from groupware.actor import Actor
from groupware.bulk import insert_rows
from groupware.db import Base, session
from groupware.guards.enums import Label
from groupware.text.folding import fold
from groupware.text.html import from_input, to_plain
from plugins.bulletin.enums import Importance, PostingState, RevisionState, SenderKind
from plugins.bulletin.models import OPEN_END, Addressed, Posting, Reading, Revision
from plugins.bulletin.services.listing import SEARCHED, addressed_rows, place_of

CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerPosting:
    """A published posting as it comes. `principal_ids` are its audience, `shown_to` None leaves the display open."""

    category_id: int
    unit_id: int | None
    author_id: int
    author_name: str
    sender_kind: SenderKind = SenderKind.PERSON
    sender_name: str
    sender_detail: str = ""
    sender_post_id: int | None = None
    sender_rank: int | None = None
    sender_person_id: int | None = None
    owner_principal_id: int | None = None
    title: str
    html: str
    importance: Importance = Importance.STANDARD
    shown_from: datetime
    shown_to: datetime | None = None
    principal_ids: Sequence[int]
    addressed_count: int = 0
    confirm_by: date | None = None
    has_comments: bool = False
    has_reactions: bool = True
    is_pinned: bool = False
    retention_years: int = 3
    classification: str = Label.TWO.value
    readings: Sequence[tuple[int, datetime, datetime | None]] = ()
    """(person, read at, confirmed at)."""


def take_over(actor: Actor, postings: Iterable[FormerPosting]) -> int:
    """Add the postings with their first revision, audience and readings; returns how many."""
    next_id = (session.scalar(select(func.max(Posting.id))) or 0) + 1
    count = 0
    for chunk in _chunks(postings):
        rows = [_row(i, one) for i, one in enumerate(chunk, next_id + count)]
        pairs = list(zip(rows, chunk, strict=True))
        audience = [addressed_rows(row, one.principal_ids, is_in_force=True) for row, one in pairs]
        _insert(Posting, rows)
        _insert(Revision, [_revision(row, one) for row, one in pairs])
        _insert(Addressed, [row for some in audience for row in some])
        _insert(Reading, [reading for row, one in pairs for reading in _readings(row["id"], one)])
        search.index(SEARCHED, [row["id"] for row in rows])
        count += len(chunk)
    _advance_sequence()
    audit.record(actor, "bulletin.postings_taken_over", details={"count": count})
    return count


def _insert(model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        insert_rows(model, list(rows[0]), ([*row.values()] for row in rows))


def _chunks(postings: Iterable[FormerPosting]) -> Iterator[list[FormerPosting]]:
    remaining = iter(postings)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk


def _row(posting_id: int, one: FormerPosting) -> dict[str, Any]:
    html = from_input(one.html)
    return {
        "id": posting_id,
        "uid": uuid6.uuid7(),
        "created_at": one.shown_from,
        "retention_years": one.retention_years,
        "classification": one.classification,
        "category_id": one.category_id,
        "unit_id": one.unit_id,
        "author_id": one.author_id,
        "sender_kind": one.sender_kind.value,
        "sender_name": one.sender_name,
        "sender_detail": one.sender_detail,
        "sender_post_id": one.sender_post_id,
        "sender_rank": one.sender_rank,
        "sender_person_id": one.sender_person_id,
        "owner_principal_id": one.owner_principal_id,
        "title": one.title,
        "html": html,
        "search_text": fold(f"{one.title} {to_plain(html)}"),
        "importance": one.importance.value,
        "state": PostingState.PUBLISHED.value,
        "shown_from": one.shown_from,
        "shown_to": one.shown_to or OPEN_END,
        "listed_at": one.shown_from,
        "place": place_of(one.shown_from, is_pinned=one.is_pinned),
        "edition": 1,
        "needs_confirmation": one.confirm_by is not None,
        "confirm_by": one.confirm_by,
        "has_comments": one.has_comments,
        "has_reactions": one.has_reactions,
        "is_pinned": one.is_pinned,
        "addressed_count": one.addressed_count,
        "published_at": one.shown_from,
        "updated_at": one.shown_from,
    }


def _revision(row: dict[str, Any], one: FormerPosting) -> dict[str, Any]:
    return {
        "posting_id": row["id"],
        "number": 1,
        "state": RevisionState.IN_FORCE.value,
        "title": one.title,
        "html": row["html"],
        "settings": {},
        "changed": [],
        "made_by": one.author_id,
        "made_by_name": one.author_name,
        "made_at": one.shown_from,
        "decided_by_name": "",
        "note": "",
    }


def _readings(posting_id: int, one: FormerPosting) -> Iterator[dict[str, Any]]:
    for person_id, read_at, confirmed_at in one.readings:
        yield {
            "posting_id": posting_id,
            "person_id": person_id,
            "edition": 1,
            "read_at": read_at,
            "confirmed_edition": 1 if confirmed_at is not None else 0,
            "confirmed_at": confirmed_at,
        }


def _advance_sequence() -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            select(func.setval(func.pg_get_serial_sequence("bulletin_postings", "id"), func.max(Posting.id)))
        )
