"""Postings for the search: what they are found by, and what is said of those that were found."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select

from groupware import access
from groupware.actor import Actor
from groupware.among import among
from groupware.db import fetch
from plugins.bulletin.models import Posting
from plugins.bulletin.permissions import READ

_these = (
    among(Posting.id, "postings"),
    Posting.deleted_at.is_(None),
)
_standing = select(
    Posting.id,
    Posting.title,
    Posting.html,
    Posting.sender_name,
    Posting.sender_detail,
    Posting.listed_at,
    Posting.unit_id,
    Posting.author_id,
).where(*_these)
_found = select(
    Posting.id, Posting.uid, Posting.title, Posting.sender_name, Posting.listed_at, Posting.html
).where(*_these, access.visible(READ, Posting))


_linked = select(Posting.uid, Posting.title, Posting.sender_name, Posting.listed_at).where(
    Posting.uid.in_(bindparam("uids", type_=Uuid(), expanding=True)),
    Posting.deleted_at.is_(None),
    access.visible(READ, Posting),
)


def linked(actor: Actor, uids: Sequence[UUID]) -> Sequence[Any]:
    """Those of the postings, by what their addresses name, that the actor may read."""
    values = access.parameters(actor, READ, "bulletin.posting")
    return fetch(_linked, {**values, "uids": list(uids)}).all()


def standing(postings: Sequence[int]) -> Sequence[Any]:
    """Those of the postings that were not deleted, with their words."""
    return fetch(_standing, {"postings": list(postings)}).all()


def found(actor: Actor, postings: Sequence[int]) -> Sequence[Any]:
    """Those of the postings that the actor may read."""
    values = access.parameters(actor, READ, "bulletin.posting")
    return fetch(_found, {**values, "postings": list(postings)}).all()
