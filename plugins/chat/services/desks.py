"""Open the enquiry desk of a section, say what it is for, close and reopen it."""

import uuid

from sqlalchemy import select

from groupware import access, audit
from groupware.actor import Actor
from groupware.db import insert_new, session
from groupware.directory.tree import org_tree
from groupware.directory.wall import is_seen
from groupware.errors import Conflict, Denied, Invalid
from groupware.guards import texts
from groupware.i18n import gettext
from plugins.chat.enums import DESK
from plugins.chat.models import Desk
from plugins.chat.permissions import MANAGE_DESK
from plugins.chat.queries.rooms import not_found
from plugins.chat.services.wording import unmarked

OPENED = "chat.desk_opened"
CHANGED = "chat.desk_changed"
CLOSED = "chat.desk_closed"
REOPENED = "chat.desk_reopened"
WELCOME_LENGTH = 500


def open_desk(actor: Actor, unit_id: int | None, welcome: str) -> Desk:
    """Open the desk of an organisation.

    Raises Denied for who does not manage desks there, Invalid for no organisation or too long a text, Conflict if it has one.
    """
    if unit_id is None or unit_id not in org_tree(actor.today) or not is_seen(unit_id, actor.today):
        fault = gettext("Please choose an organisation.")
        raise Invalid(fault, fields={"unit_id": fault})
    access.require(actor, MANAGE_DESK, unit_id=unit_id)
    if actor.person_id is None:
        raise Denied(gettext("A person opens a desk."), permission=MANAGE_DESK)
    text = _checked(actor, unit_id, welcome)
    # Two who open it at the same moment meet at the unique key: one of them makes nothing.
    made = session.execute(
        insert_new(Desk)
        .values(unit_id=unit_id, welcome=text, opened_at=actor.now, opened_by=actor.person_id)
        .returning(Desk.id)
    ).scalar()
    if made is None:
        raise Conflict(gettext("This organisation has an enquiry desk already."), code="exists")
    row = session.get_one(Desk, made)
    _record(actor, OPENED, row)
    return row


def change_desk(actor: Actor, uid: uuid.UUID, welcome: str, *, version: int) -> None:
    """Say otherwise what may be asked. Raises NotFound, Denied, Invalid, Conflict if somebody changed it meanwhile."""
    row = _locked(actor, uid)
    if version != row.version:
        raise Conflict(
            gettext("Somebody changed this desk meanwhile. Please look at it once more before you save."),
            code="changed",
        )
    text = _checked(actor, row.unit_id, welcome)
    if text != row.welcome:
        row.welcome = text
        _changed(actor, CHANGED, row)


def close_desk(actor: Actor, uid: uuid.UUID) -> None:
    """Take no new enquiries; those that are there go on. Raises NotFound, Denied."""
    row = _locked(actor, uid)
    if row.closed_at is None:
        row.closed_at = actor.now
        _changed(actor, CLOSED, row)


def reopen_desk(actor: Actor, uid: uuid.UUID) -> None:
    """Take enquiries again. Raises NotFound, Denied."""
    row = _locked(actor, uid)
    if row.closed_at is not None:
        row.closed_at = None
        _changed(actor, REOPENED, row)


def _locked(actor: Actor, uid: uuid.UUID) -> Desk:
    statement = select(Desk).where(Desk.uid == uid).with_for_update()
    row = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if row is None or not is_seen(row.unit_id, actor.today):
        raise not_found()
    access.require(actor, MANAGE_DESK, unit_id=row.unit_id)
    return row


def _checked(actor: Actor, unit_id: int, welcome: str) -> str:
    text = unmarked(welcome)
    if len(text) > WELCOME_LENGTH:
        fault = gettext(
            "At most %(limit)d characters (now %(length)d).", limit=WELCOME_LENGTH, length=len(text)
        )
        raise Invalid(fault, fields={"welcome": fault})
    texts.require_clean(actor, unit_id, {"welcome": text})
    return text


def _changed(actor: Actor, act: str, row: Desk) -> None:
    row.version += 1
    _record(actor, act, row)


def _record(actor: Actor, act: str, row: Desk) -> None:
    session.flush()
    audit.record(actor, act, object_type=DESK, object_id=row.id, unit_id=row.unit_id)


__all__ = ["WELCOME_LENGTH", "change_desk", "close_desk", "open_desk", "reopen_desk"]
