"""One posting, and the lists of those who write, approve and look after postings."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Select, String, bindparam, cast, exists, func, literal, or_, select, union

from groupware import access
from groupware.access.models import PersonPrincipal
from groupware.access.objects import ACTOR_PERSON, ACTOR_TODAY, access_of, may_be_seen
from groupware.actor import Actor
from groupware.among import among
from groupware.db import BIGINT, fetch, holds_on, session
from groupware.directory.models import Appointment, Person
from groupware.errors import NotFound
from groupware.i18n import gettext
from groupware.realtime.queries import seq_of
from plugins.bulletin.enums import PostingState, SenderKind
from plugins.bulletin.events import POSTING
from plugins.bulletin.models import Draft, Posting, Reading
from plugins.bulletin.permissions import APPROVE, MANAGE, READ
from plugins.bulletin.queries.board import BADGE_LIMIT, PAGE, Cursor, Filter, Page, posting_criteria
from plugins.bulletin.queries.items import COLUMNS, Item, with_own_reading

AUDIENCE = next(relation for relation in access_of(Posting).relations if relation.name == "audience")
"""Being addressed: the criterion of `visible()` that lists of the board spell out in their own way."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A posting as somebody opens it."""

    posting: Posting
    item: Item
    is_addressed: bool
    confirmed_at: datetime | None
    sender_uid: uuid.UUID | None
    has_photo: bool
    seq: int
    """Number of the last event of its topic when it was read."""


_opened = with_own_reading(
    select(
        *COLUMNS,
        Posting,
        AUDIENCE.criterion.label("is_addressed"),
        Reading.confirmed_at.label("own_confirmed_at"),
        Person.uid.label("sender_uid"),
        Person.has_photo_consent,
        seq_of(literal(f"{POSTING}.") + cast(Posting.id, String)).label("topic_seq"),
    )
    .outerjoin(Person, Person.id == Posting.sender_person_id)
    .where(Posting.uid == bindparam("uid"), Posting.deleted_at.is_(None), access.visible(READ, Posting))
)


def opened(actor: Actor, uid: uuid.UUID) -> Opened:
    """The posting, if the actor may read it. Raises NotFound, the same for what is absent and what is not theirs."""
    row = session.execute(_opened, {**access.parameters(actor, READ, "bulletin.posting"), "uid": uid}).first()
    if row is None:
        raise not_found()
    posting: Posting = row.Posting
    return Opened(
        posting,
        Item.of(row, actor.now),
        row.is_addressed,
        row.own_confirmed_at,
        row.sender_uid,
        bool(row.has_photo_consent),
        row.topic_seq,
    )


_readable = select(Posting.has_comments, Posting.shown_from, Posting.shown_to, Posting.state).where(
    Posting.id == bindparam("posting", type_=BIGINT),
    Posting.deleted_at.is_(None),
    access.visible(READ, Posting),
)


def is_readable(actor: Actor, posting_id: int) -> bool:
    """Whether the actor may read the posting."""
    return _readable_row(actor, posting_id) is not None


def is_open_to_comments(actor: Actor, posting_id: int) -> bool:
    """Whether the actor may read the posting and say something under it now."""
    row = _readable_row(actor, posting_id)
    return (
        row is not None
        and row.has_comments
        and row.state == PostingState.PUBLISHED
        and row.shown_from <= actor.now < row.shown_to
    )


def _readable_row(actor: Actor, posting_id: int) -> Any:
    values = {**access.parameters(actor, READ, "bulletin.posting"), "posting": posting_id}
    return fetch(_readable, values).first()


def not_found() -> NotFound:
    """What is answered for a posting that does not exist and for one that may not be known."""
    return NotFound(gettext("The page you are looking for was not found."))


# ---- Lists by right ----

_CURSOR = bindparam("cursor_key", type_=BigInteger())
_CURSOR_ID = bindparam("cursor_id", type_=BIGINT)

_granted = or_(
    bindparam("grant_all") == True,  # noqa: E712  SQL, not Python
    among(Posting.unit_id, "grant_units"),
    among(Posting.id, "grant_objects"),
)
_by_grant = with_own_reading(select(*COLUMNS)).where(
    Posting.deleted_at.is_(None), may_be_seen(Posting.classification), _granted
)


def by_grant(actor: Actor, narrowed: Filter, at: Cursor | None = None) -> Page:
    """Every posting that grants let the actor read, addressed to them or not, newest place first."""
    return _page(actor, _by_grant, access.parameters(actor, READ, "bulletin.posting"), narrowed, at)


_mine = union(
    select(Posting.id).where(Posting.author_id == ACTOR_PERSON),
    select(Posting.id)
    .join(PersonPrincipal, PersonPrincipal.principal_id == Posting.owner_principal_id)
    .where(PersonPrincipal.person_id == ACTOR_PERSON, holds_on(PersonPrincipal, ACTOR_TODAY)),
    select(Posting.id)
    .join(
        Appointment,
        (Appointment.unit_id == Posting.unit_id) & (Appointment.post_id == Posting.sender_post_id),
    )
    .where(
        Posting.sender_kind == SenderKind.POST.value,
        Appointment.person_id == ACTOR_PERSON,
        holds_on(Appointment, ACTOR_TODAY),
    ),
)
_own = with_own_reading(select(*COLUMNS)).where(
    Posting.deleted_at.is_(None), may_be_seen(Posting.classification), Posting.id.in_(_mine)
)


def own(actor: Actor, narrowed: Filter, at: Cursor | None = None) -> Page:
    """What the actor wrote, and what stands in the name of their post or section, newest place first."""
    return _page(actor, _own, access.parameters(actor), narrowed, at)


def _page(
    actor: Actor, base: Select[Any], values: dict[str, Any], narrowed: Filter, at: Cursor | None
) -> Page:
    statement = base.where(*posting_criteria(narrowed))
    if narrowed.category_id is not None:
        statement = statement.where(Posting.category_id == narrowed.category_id)
    counted = statement.with_only_columns(Posting.id).limit(1000).subquery()
    total = select(func.count()).select_from(counted).scalar_subquery()
    is_back = at is not None and at.turn == "before"
    if at is not None:
        values = {**values, "cursor_key": at.key, "cursor_id": at.posting_id}
        statement = statement.where(
            or_(Posting.place > _CURSOR, (Posting.place == _CURSOR) & (Posting.id > _CURSOR_ID))
            if is_back
            else or_(Posting.place < _CURSOR, (Posting.place == _CURSOR) & (Posting.id < _CURSOR_ID))
        )
    order = (Posting.place.asc(), Posting.id.asc()) if is_back else (Posting.place.desc(), Posting.id.desc())
    rows = session.execute(
        statement.add_columns(total.label("total")).order_by(*order).limit(PAGE + 1), values
    ).all()
    has_more = len(rows) > PAGE
    shown = rows[:PAGE][::-1] if is_back else rows[:PAGE]
    items = [Item.of(row, actor.now) for row in shown]
    first, last = (items[0], items[-1]) if items else (None, None)
    has_next, has_previous = (True, has_more) if is_back else (has_more, at is not None)
    return Page(
        items,
        rows[0].total if rows else 0,
        Cursor(last.place, last.id, "after") if last is not None and has_next else None,
        Cursor(first.place, first.id, "before") if first is not None and has_previous else None,
    )


_awaiting = (
    with_own_reading(select(*COLUMNS))
    .where(
        Posting.awaiting_since.is_not(None), Posting.deleted_at.is_(None), access.visible(APPROVE, Posting)
    )
    .order_by(Posting.awaiting_since, Posting.id)
)
_awaiting_count = select(func.count()).select_from(
    select(Posting.id)
    .where(
        Posting.awaiting_since.is_not(None),
        Posting.deleted_at.is_(None),
        Posting.author_id != ACTOR_PERSON,
        access.visible(APPROVE, Posting),
    )
    .limit(BADGE_LIMIT)
    .subquery()
)


def awaiting(actor: Actor) -> list[Item]:
    """Postings with a wording that the actor may approve or see wait, longest waiting first."""
    rows = session.execute(_awaiting, access.parameters(actor, APPROVE, "bulletin.posting"))
    return [Item.of(row, actor.now) for row in rows]


def awaiting_count(actor: Actor) -> int:
    """How many wait for the actor's approval, up to BADGE_LIMIT."""
    if not access.holds_somewhere(actor, APPROVE):
        return 0
    return fetch(_awaiting_count, access.parameters(actor, APPROVE, "bulletin.posting")).scalar() or 0


def may_manage(actor: Actor, posting: Posting) -> bool:
    """Whether the actor may change the posting and see who has read it."""
    return access.can(actor, MANAGE, posting, unit_id=posting.unit_id)


def may_approve(actor: Actor, posting: Posting) -> bool:
    """Whether the actor holds the permission to approve it; being its author is another matter."""
    return access.can(actor, APPROVE, unit_id=posting.unit_id)


# ---- Drafts ----

IS_THERE = or_(
    Draft.posting_id.is_(None), exists().where(Posting.id == Draft.posting_id, Posting.deleted_at.is_(None))
)
"""The draft is for a new posting or for one that is there: with a posting that is taken out of sight go the changes to it."""


def drafts(actor: Actor) -> Sequence[Draft]:
    """What the actor has been writing, latest first."""
    return session.scalars(
        select(Draft)
        .where(Draft.person_id == actor.person_id, IS_THERE)
        .order_by(Draft.saved_at.desc(), Draft.id.desc())
    ).all()


def draft(actor: Actor, uid: uuid.UUID) -> Draft:
    """One draft of the actor. Raises NotFound."""
    found = session.scalars(
        select(Draft).where(Draft.uid == uid, Draft.person_id == actor.person_id, IS_THERE)
    ).one_or_none()
    if found is None:
        raise not_found()
    return found


def draft_of(actor: Actor, posting_id: int) -> Draft | None:
    """The change of a posting that the actor has begun, if any."""
    return session.scalars(
        select(Draft)
        .where(Draft.posting_id == posting_id, Draft.person_id == actor.person_id)
        .order_by(Draft.saved_at.desc())
        .limit(1)
    ).first()
