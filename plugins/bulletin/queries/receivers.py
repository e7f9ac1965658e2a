"""Who is told in their timeline what happened on the board, and what a line of it says."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from groupware import access
from groupware.access.models import PersonPrincipal
from groupware.actor import Actor
from groupware.among import among
from groupware.db import fetch, holds_on, session
from groupware.directory.models import Person
from plugins.bulletin.enums import PostingState
from plugins.bulletin.models import Nudge, Posting, Reading
from plugins.bulletin.permissions import READ
from plugins.bulletin.queries.receipts import reached

_described = select(
    Posting.id, Posting.uid, Posting.title, Posting.sender_name, Posting.classification, Posting.unit_id
).where(
    among(Posting.id, "postings"),
    Posting.deleted_at.is_(None),
    access.visible(READ, Posting),
)


def told_about(actor: Actor, postings: Sequence[int]) -> Sequence[Any]:
    """Id, uid, title, sender, label and organisation of those of the postings that the actor may read."""
    values = access.parameters(actor, READ, "bulletin.posting")
    return fetch(_described, {**values, "postings": list(postings)}).all()


def posting_of(payload: Mapping[str, Any]) -> Posting | None:
    """The posting of an event, unless it was deleted since."""
    found = session.get(Posting, payload["posting_id"])
    return found if found is not None and found.deleted_at is None else None


def addressed(posting: Posting, day: date) -> Select[Any] | None:
    """Whom a posting in force addresses today, of those who work here."""
    if posting.state != PostingState.PUBLISHED:
        return None
    who = reached(posting, day).params(posting=posting.id, today=day).subquery("who")
    return select(who.c.person_id).join(Person, Person.id == who.c.person_id).where(Person.left_on > day)


def nudged(posting: Posting, nudge_ids: Sequence[int], day: date) -> Select[Any] | None:
    """Those whom nudges mean: addressed, in one of their organisations, and not confirmed yet."""
    everybody = addressed(posting, day)
    if everybody is None:
        return None
    meant = (
        select(PersonPrincipal.person_id)
        .join(Nudge, Nudge.principal_id == PersonPrincipal.principal_id)
        .where(Nudge.id.in_(nudge_ids), Nudge.cancelled_at.is_(None), holds_on(PersonPrincipal, day))
    )
    confirmed = select(Reading.person_id).where(
        Reading.posting_id == posting.id, Reading.confirmed_edition >= posting.edition
    )
    return everybody.where(Person.id.in_(meant), Person.id.not_in(confirmed))


def author(posting: Posting) -> Select[Any]:
    """Who wrote it."""
    return select(Person.id).where(Person.id == posting.author_id)
