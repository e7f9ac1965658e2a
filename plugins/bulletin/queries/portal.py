"""What the portal shows of the board: news, what waits for confirmation, the place of honour."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, func, literal, select, union_all
from sqlalchemy.orm import aliased

from groupware import access
from groupware.access.models import PersonPrincipal
from groupware.access.objects import ACTOR_NOW, ACTOR_PERSON, ACTOR_TODAY, is_among, may_be_seen
from groupware.actor import Actor
from groupware.among import among
from groupware.db import BIGINT, UTCDateTime, fetch, holds_on, session
from groupware.directory.models import Person
from plugins.bulletin.enums import SenderKind
from plugins.bulletin.models import Addressed, Nudge, Posting
from plugins.bulletin.queries.board import CRITERIA, View, first_ids
from plugins.bulletin.queries.categories import readable_ids
from plugins.bulletin.queries.items import COLUMNS, Item, with_own_reading
from plugins.bulletin.queries.postings import AUDIENCE

_LATEST = 8
_honour_id = (
    select(Posting.id)
    .where(
        # Rank by rank: a range would leave SQLite to walk through everything that is shown.
        among(Posting.sender_rank, "ranks"),
        Posting.listed_at > bindparam("since", type_=UTCDateTime()),
        Posting.sender_kind == SenderKind.POST.value,
        Posting.deleted_at.is_(None),
        Posting.shown_to > ACTOR_NOW,
        may_be_seen(Posting.classification),
        AUDIENCE.criterion,
    )
    .order_by(Posting.listed_at.desc(), Posting.id.desc())
    .limit(1)
    .subquery()
)
_ids = union_all(
    *(
        select(
            first_ids(view, None, "first", _LATEST).subquery().c.posting_id.label("id"),
            literal(0).label("rank"),
        )
        for view in (View.UNREAD, View.CURRENT)
    ),
    select(_honour_id.c.id, literal(1)),
).subquery()
_chosen = (
    select(_ids.c.id, func.min(_ids.c.rank).label("is_apart"), func.max(_ids.c.rank).label("is_honoured"))
    .group_by(_ids.c.id)
    .subquery()
)
_news = with_own_reading(
    select(
        *COLUMNS,
        _chosen.c.is_apart,
        _chosen.c.is_honoured,
        case((_chosen.c.is_honoured == 1, Posting.html), else_="").label("html"),
        Person.uid.label("sender_uid"),
        Person.has_photo_consent,
    )
    .join(_chosen, _chosen.c.id == Posting.id)
    .outerjoin(Person, Person.id == Posting.sender_person_id)
).order_by(Posting.place.desc(), Posting.id.desc())
"""What is new and what stands in the place of honour, for both blocks at once; `is_apart` where it is only the latter."""


def latest(actor: Actor, rank: int = 0, days: int = 0) -> list[Item]:
    """What the portal shows: unread ones first, then the newest, eight in all."""
    items = [Item.of(row, actor.now) for row in _asked(actor, rank, days) if not row.is_apart]
    return sorted(items, key=lambda item: not item.is_unread)[:_LATEST]


def honoured(actor: Actor, rank: int, days: int) -> Any | None:
    """The newest message of a post of `rank` or higher (0: of nobody) that is not older than `days`, or None."""
    return next((row for row in _asked(actor, rank, days) if row.is_honoured), None)


def _asked(actor: Actor, rank: int, days: int) -> Sequence[Any]:
    """Once per unit of work for those who ask about the same rank and days."""
    kept: dict[tuple[int | None, int, int], Sequence[Any]] = session().info.setdefault("bulletin.news", {})
    key = actor.person_id, rank, days
    if key not in kept:
        values = {
            **access.parameters(actor),
            "categories": readable_ids(actor),
            "ranks": range(rank + 1) if rank else (),
            "since": actor.now - timedelta(days=days),
        }
        kept[key] = fetch(_news, values).all()
    return kept[key]


_nudged_at = (
    select(func.max(Nudge.nudged_at))
    .where(
        Nudge.posting_id == Posting.id,
        Nudge.edition == Posting.edition,
        Nudge.cancelled_at.is_(None),
        is_among(Nudge.principal_id),
    )
    .correlate(Posting)
    .scalar_subquery()
)
_a = aliased(Addressed)
_waiting_ids = (
    select(_a.posting_id)
    .join(PersonPrincipal, PersonPrincipal.principal_id == _a.principal_id)
    .where(
        PersonPrincipal.person_id == ACTOR_PERSON,
        holds_on(PersonPrincipal, ACTOR_TODAY),
        *CRITERIA[View.UNCONFIRMED](_a),
    )
)
_waiting = (
    with_own_reading(select(*COLUMNS, _nudged_at.label("nudged_at")))
    .where(Posting.id.in_(_waiting_ids))
    .order_by(_nudged_at.desc().nulls_last(), Posting.confirm_by, Posting.id)
    .limit(bindparam("limit", type_=BIGINT))
)


def waiting(actor: Actor, limit: int) -> list[tuple[Item, datetime | None]]:
    """What the actor is to confirm, with the time of the last nudge: nudged ones first, then by deadline."""
    values = {**access.parameters(actor), "categories": readable_ids(actor), "limit": limit}
    return [(Item.of(row, actor.now), row.nudged_at) for row in fetch(_waiting, values)]
