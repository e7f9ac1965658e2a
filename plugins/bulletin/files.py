"""Who may have the files of postings and of drafts: whoever may read the posting; nobody but its writer those of a draft."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from groupware import access
from groupware.actor import Actor
from groupware.among import among
from groupware.db import BIGINT, fetch
from groupware.i18n import lazy_gettext
from groupware.plugin import AttachmentOwner, Owned
from plugins.bulletin.enums import DRAFT_OWNER, OWNER
from plugins.bulletin.models import Draft, Posting
from plugins.bulletin.permissions import APPROVE, MANAGE, READ
from plugins.bulletin.queries.postings import IS_THERE

_among = among(Posting.id, "ids")
_columns = select(Posting.id, Posting.uid, Posting.title, Posting.unit_id, Posting.classification).where(
    _among, Posting.deleted_at.is_(None)
)
_visible = {
    permission: _columns.where(access.visible(permission, Posting)) for permission in (READ, MANAGE, APPROVE)
}
_own_drafts = select(Draft.id, Draft.uid, Draft.title).where(
    among(Draft.id, "ids"),
    Draft.person_id == bindparam("person", type_=BIGINT),
    IS_THERE,
)


def _rows(actor: Actor, permission: str, ids: Sequence[int]) -> Sequence[Row[Any]]:
    values = {**access.parameters(actor, permission, OWNER), "ids": list(ids)}
    return fetch(_visible[permission], values).all()


def of_postings(actor: Actor, ids: Sequence[int]) -> Mapping[int, Owned]:
    """The postings that the actor may read; who manages or approves one also has what is proposed for it."""
    readable = _rows(actor, READ, ids)
    if not readable:
        return {}
    managed = {row.id for permission in (MANAGE, APPROVE) for row in _rows(actor, permission, ids)}
    return {
        row.id: Owned(
            title=row.title,
            endpoint="bulletin.posting",
            arguments={"uid": row.uid},
            unit_id=row.unit_id,
            classification=row.classification,
            is_manager=row.id in managed,
        )
        for row in readable
    }


def of_drafts(actor: Actor, ids: Sequence[int]) -> Mapping[int, Owned]:
    """The actor's own drafts."""
    rows = fetch(_own_drafts, {"ids": list(ids), "person": actor.person_id})
    return {
        row.id: Owned(title=row.title, endpoint="bulletin.new", arguments={"draft": row.uid}, is_manager=True)
        for row in rows
    }


OWNERS = (
    AttachmentOwner(id=OWNER, title=lazy_gettext("Postings"), visible=of_postings),
    AttachmentOwner(id=DRAFT_OWNER, title=lazy_gettext("Drafts"), visible=of_drafts, is_provisional=True),
)
