"""Write notes of a room, change them together, delete them, and decide what new ones begin with.

Every verb locks the room's row. Nobody's words are lost: who changes a note that somebody changed meanwhile is told so, and what a
note said before stays readable for the members.
"""

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from groupware import audit, events, search
from groupware.actor import Actor
from groupware.db import session, upsert
from groupware.errors import Conflict, Invalid
from groupware.guards import texts
from groupware.i18n import gettext
from groupware.idempotency import once
from plugins.chat.enums import NOTE, ROOM, Role, RoomKind
from plugins.chat.events import NOTE_CHANGED, room_topic
from plugins.chat.models import Note, NoteRevision, NoteTemplate
from plugins.chat.queries.belonging import seen_since
from plugins.chat.queries.rooms import RoomView, not_found
from plugins.chat.services.flooding import require_slow
from plugins.chat.services.locking import denied, locked, require, require_live
from plugins.chat.services.wording import one_line, require_wanted, unmarked

DELETED = "chat.note_deleted"
"""What the audit calls it when somebody deletes what another began."""
TITLE_LENGTH = 100
TEXT_LENGTH = 20_000


@dataclass(frozen=True, slots=True)
class NotePlan:
    """What a note is to say."""

    title: str
    text: str
    day: date | None


def write(actor: Actor, room_uid: uuid.UUID, plan: NotePlan, *, key: str = "") -> uuid.UUID:
    """Begin a note, once for each `key`; returns its uid.

    Raises NotFound, Denied for who only reads, Conflict for an archived room, Invalid with the fields at fault, TooMany for a flood.
    """
    view = writable(actor, room_uid)
    title, text, day = _checked(actor, view, plan)

    def begin() -> dict[str, str]:
        require_slow(actor)
        note = Note(
            room_id=view.id,
            day=day,
            title=title,
            text=text,
            created_at=actor.now,
            created_by=actor.person_id,
            written_at=actor.now,
            written_by=actor.person_id,
            written_by_name=actor.display_name,
        )
        session.add(note)
        session.flush()
        _told(actor, view, note)
        return {"uid": str(note.uid)}

    asked = {"act": NOTE, "room": str(room_uid), "title": title, "text": text, "day": day.isoformat()}
    return uuid.UUID(once(actor, key, asked, begin)["uid"])


def change(actor: Actor, room_uid: uuid.UUID, uid: uuid.UUID, plan: NotePlan, *, version: int) -> None:
    """Write a note anew; what it said is kept. Raises as `write` does, and Conflict if somebody changed it since `version` was read."""
    view, note = _own(actor, room_uid, uid)
    title, text, day = _checked(actor, view, plan)
    if version != note.version:
        raise Conflict(
            gettext(
                "%(name)s changed this note meanwhile. Nothing was saved yet.", name=note.written_by_name
            ),
            code="changed",
        )
    if (title, text, day) == (note.title, note.text, note.day):
        return
    require_slow(actor)
    _keep(note)
    note.title, note.text, note.day = title, text, day
    note.written_at, note.written_by, note.written_by_name = actor.now, _person(actor), actor.display_name
    note.version += 1
    session.flush()
    _told(actor, view, note)


def delete(actor: Actor, room_uid: uuid.UUID, uid: uuid.UUID) -> None:
    """Take a note away: who began it, or who moderates the room. Its row stays, without the text. Raises as `change` does."""
    view, note = _own(actor, room_uid, uid)
    if note.created_by != actor.person_id:
        require(actor, view, Role.MODERATOR)
        audit.record(
            actor,
            DELETED,
            object_type=ROOM,
            object_id=view.id,
            unit_id=view.unit_id,
            details={"note": note.id},
        )
    _keep(note)
    note.text, note.deleted_at, note.deleted_by = "", actor.now, actor.person_id
    note.version += 1
    session.flush()
    _told(actor, view, note)


def set_template(actor: Actor, room_uid: uuid.UUID, title: str, text: str) -> None:
    """Decide what new notes of the room begin with: who moderates it, in a conversation of two both. Without title and text there
    is none any more. Raises NotFound, Denied, Conflict, Invalid.
    """
    view = writable(actor, room_uid)
    if not may_set_template(view):
        raise denied(view, gettext("Only moderators and owners of the room may do this."))
    title, text = one_line(title), unmarked(text)
    if not title and not text:
        session.query(NoteTemplate).filter_by(room_id=view.id).delete()
        return
    title, text = _clean(actor, view, title, text)
    values = {"title": title, "text": text, "written_at": actor.now, "written_by": actor.person_id}
    row = upsert(NoteTemplate).values(room_id=view.id, **values)
    session.execute(row.on_conflict_do_update(index_elements=[NoteTemplate.room_id], set_=values))


def may_set_template(view: RoomView) -> bool:
    """Whether whoever opened the room decides what its notes begin with."""
    return view.may_send and (view.may_moderate or view.kind in (RoomKind.DIRECT, RoomKind.OWN))


def writable(actor: Actor, room_uid: uuid.UUID) -> RoomView:
    """A room in which the actor may write notes and tasks, locked."""
    view = locked(actor, room_uid)
    if not view.has_notes:
        raise not_found()
    if view.role is None or view.role < Role.MEMBER or actor.person_id is None:
        raise denied(view, gettext("You may read this room, but not write in it."))
    require_live(view)
    return view


def _own(actor: Actor, room_uid: uuid.UUID, uid: uuid.UUID) -> tuple[RoomView, Note]:
    """A note that stands in a room in which the actor may write, locked with it."""
    view = writable(actor, room_uid)
    note = session.scalars(
        select(Note)
        .where(Note.room_id == view.id, Note.uid == uid, Note.deleted_at.is_(None))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if note is None or note.created_at < seen_since(actor, view):
        raise not_found()
    return view, note


def _checked(actor: Actor, view: RoomView, plan: NotePlan) -> tuple[str, str, date]:
    title, text = one_line(plan.title), unmarked(plan.text)
    if plan.day is None:
        fault = gettext("Please enter the day.")
        raise Invalid(fault, fields={"day": fault})
    return *_clean(actor, view, title, text), plan.day


def _clean(actor: Actor, view: RoomView, title: str, text: str) -> tuple[str, str]:
    faults = {}
    if not title:
        faults["title"] = gettext("Please enter a title.")
    for name, value, most in (("title", title, TITLE_LENGTH), ("text", text, TEXT_LENGTH)):
        if len(value) > most:
            faults[name] = gettext(
                "At most %(limit)d characters (now %(length)d).", limit=most, length=len(value)
            )
    if faults:
        raise Invalid(gettext("Some entries need your attention."), fields=faults)
    require_wanted(view.unit_id, title, "title")
    require_wanted(view.unit_id, text)
    texts.require_clean(actor, view.unit_id, {"title": title, "text": text})
    return title, text


def _keep(note: Note) -> None:
    session.add(
        NoteRevision(
            note_id=note.id,
            day=note.day,
            title=note.title,
            text=note.text,
            written_at=note.written_at,
            written_by=note.written_by,
            written_by_name=note.written_by_name,
        )
    )


def _person(actor: Actor) -> int:
    assert actor.person_id is not None, "a person writes a note"
    return actor.person_id


def _told(actor: Actor, view: RoomView, note: Note) -> None:
    search.index(NOTE, [note.id])
    events.emit(actor, room_topic(view.id), NOTE_CHANGED, room_id=view.id, note_id=note.id)


__all__ = [
    "TEXT_LENGTH",
    "TITLE_LENGTH",
    "NotePlan",
    "change",
    "delete",
    "may_set_template",
    "set_template",
    "writable",
    "write",
]
