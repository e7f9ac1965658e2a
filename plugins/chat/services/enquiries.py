"""Ask a section, and close what was asked. What is said in between are messages like any others."""

import uuid

from sqlalchemy import select

from groupware import audit, events, rules
from groupware.access.enums import PrincipalKind
from groupware.access.principals import principal
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.tree import org_tree
from groupware.errors import Conflict, Invalid
from groupware.guards import labels, texts
from groupware.i18n import gettext
from groupware.idempotency import once
from plugins.chat.enums import Role, RoomKind
from plugins.chat.events import ROOM_CHANGED, room_topic
from plugins.chat.models import Desk, Enquiry, Room
from plugins.chat.queries import desks
from plugins.chat.queries.rooms import RoomView, not_found
from plugins.chat.rules import RETENTION_YEARS
from plugins.chat.services.locking import denied, locked, row_of
from plugins.chat.services.members import enrol
from plugins.chat.services.messages import send
from plugins.chat.services.wording import unmarked

CLOSED = "chat.enquiry_closed"
REOPENED = "chat.enquiry_reopened"
SUBJECT_LENGTH = 60


def ask(actor: Actor, desk_uid: uuid.UUID, subject: str, text: str, *, key: str) -> uuid.UUID:
    """Ask a section; returns the room of the enquiry. However often the same `key` comes, it is asked once.

    Raises NotFound for a desk that is not there or takes nothing, Conflict for who belongs to the section, Invalid with the
    fields at fault, TooMany for a flood.
    """
    request = {"desk": desk_uid, "subject": subject, "text": text}
    made = once(
        actor, f"chat-ask-{key}" if key else "", request, lambda: _asked(actor, desk_uid, subject, text, key)
    )
    return uuid.UUID(made["room"])


def _asked(actor: Actor, desk_uid: uuid.UUID, subject: str, text: str, key: str) -> dict[str, str]:
    found = desks.desk(actor, desk_uid)
    lock = select(Desk).where(Desk.id == found.id).with_for_update()
    row = session.scalars(lock.execution_options(populate_existing=True)).one()
    if row.closed_at is not None or actor.person_id is None:
        raise not_found()
    if found.is_staffed_by_me:
        raise Conflict(
            gettext("You belong to this section yourself. Its room is the place to ask."), code="own_section"
        )
    name = " ".join(unmarked(subject).split())
    fault = ""
    if not name:
        fault = gettext("Please enter a subject.")
    elif len(name) > SUBJECT_LENGTH:
        fault = gettext(
            "At most %(limit)d characters (now %(length)d).", limit=SUBJECT_LENGTH, length=len(name)
        )
    if fault:
        raise Invalid(fault, fields={"subject": fault})
    texts.require_clean(actor, row.unit_id, {"subject": name})
    room = Room(
        kind=RoomKind.ENQUIRY.value,
        name=name,
        unit_id=row.unit_id,
        created_by=actor.person_id,
        created_at=actor.now,
        classification=labels.default(row.unit_id).value,
        retention_years=int(rules.value(RETENTION_YEARS, row.unit_id)),
    )
    session.add(room)
    session.flush()
    unit = org_tree(actor.today).get(actor.unit_id)
    session.add(
        Enquiry(
            room_id=room.id,
            desk_id=row.id,
            asker_id=actor.person_id,
            asker_name=actor.display_name,
            asker_unit=unit.name if unit is not None else "",
        )
    )
    section = principal(PrincipalKind.UNIT_TREE, row.unit_id).id
    asker = principal(PrincipalKind.PERSON, actor.person_id).id
    enrol(actor, room, [(asker, Role.MEMBER), (section, Role.MEMBER)])
    send(actor, room.uid, text, key=key or room.uid.hex)
    return {"room": str(room.uid)}


def close(actor: Actor, uid: uuid.UUID) -> None:
    """Say that nothing more is to be said: the asker or the section. Raises NotFound, Denied."""
    view = _enquiry(actor, uid)
    if view.archived_at is None:
        room = row_of(view)
        room.archived_at, room.archived_by = actor.now, actor.person_id
        _told(actor, room, CLOSED)


def reopen(actor: Actor, uid: uuid.UUID) -> None:
    """Go on with what was closed: the asker or the section. Raises NotFound, Denied."""
    view = _enquiry(actor, uid)
    if view.archived_at is not None:
        room = row_of(view)
        room.archived_at, room.archived_by = None, None
        _told(actor, room, REOPENED)


def _enquiry(actor: Actor, uid: uuid.UUID) -> RoomView:
    view = locked(actor, uid)
    if view.kind is not RoomKind.ENQUIRY:
        raise not_found()
    if view.role is None:
        raise denied(view, gettext("Only who asked and the section that answers may do this."))
    return view


def _told(actor: Actor, room: Room, act: str) -> None:
    room.version += 1
    session.flush()
    events.emit(actor, room_topic(room.id), ROOM_CHANGED, room_id=room.id, changed=["state"])
    audit.record(actor, act, room, unit_id=room.unit_id)


__all__ = ["SUBJECT_LENGTH", "ask", "close", "reopen"]
