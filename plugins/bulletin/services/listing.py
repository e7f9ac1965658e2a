"""Where a posting stands in lists and in the search. The only writer of `place` and of the audience table."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert

from groupware import search
from groupware.access.principals import principal
from groupware.db import session
from groupware.directory.picking import Ref
from plugins.bulletin.models import OPEN_END, PINNED, Addressed, Posting

SEARCHED = "bulletin.posting"
"""The kind that postings are in the search."""

_COPIED = (
    *("id", "category_id", "place", "shown_from", "shown_to", "edition", "needs_confirmation"),
    "classification",
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def principal_of(ref: Ref) -> int:
    """The id of a principal, made if it is named for the first time."""
    return principal(ref.kind, ref.ref, ref.ref2).id


def place_of(listed_at: datetime, *, is_pinned: bool) -> int:
    """The place in lists, larger first."""
    return (listed_at - _EPOCH) // timedelta(microseconds=1) + (PINNED if is_pinned else 0)


def addressed_rows(
    values: dict[str, Any], principal_ids: Sequence[int], *, is_in_force: bool
) -> list[dict[str, Any]]:
    """Rows of the audience table for a posting given as `values`."""
    return [
        {
            "posting_id": values["id"],
            "principal_id": principal_id,
            "category_id": values["category_id"],
            "place": values["place"],
            "shown_from": values["shown_from"] if is_in_force else OPEN_END,
            "shown_to": values["shown_to"],
            "edition": values["edition"],
            "needs_confirmation": values["needs_confirmation"],
            "classification": values["classification"],
        }
        for principal_id in sorted(set(principal_ids))
    ]


def enlist(posting: Posting, principal_ids: Sequence[int]) -> None:
    """Bring lists and search in line with the posting. Call it after every change of a posting, once it has an id."""
    posting.place = place_of(posting.listed_at, is_pinned=posting.is_pinned)
    session.flush()
    session.execute(delete(Addressed).where(Addressed.posting_id == posting.id))
    values = {name: getattr(posting, name) for name in _COPIED}
    rows = addressed_rows(values, principal_ids, is_in_force=posting.is_published)
    if rows:
        session.execute(insert(Addressed), rows)
    search.index(SEARCHED, [posting.id])
