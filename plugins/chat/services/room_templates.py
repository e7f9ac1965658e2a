"""Keep the templates of rooms: of the whole municipality, of an organisation and all below it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from groupware import audit
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.picking import known_principals
from groupware.directory.tree import org_tree
from groupware.errors import Conflict, Invalid
from groupware.guards import texts
from groupware.i18n import gettext
from groupware.records.periods import PERIODS
from plugins.chat.enums import ROOM_TEMPLATE
from plugins.chat.models import RoomTemplate
from plugins.chat.queries import room_templates as seen
from plugins.chat.queries.rooms import not_found
from plugins.chat.services import notes
from plugins.chat.services.members import MOST
from plugins.chat.services.rooms import NAME_LENGTH, PURPOSE_LENGTH
from plugins.chat.services.wording import one_line, unmarked

MADE = "chat.template_made"
CHANGED = "chat.template_changed"
REMOVED = "chat.template_removed"
TITLE_LENGTH = 40
WELCOME_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class TemplatePlan:
    """What a template is to say. `unit_id` None is the whole municipality; it is chosen once."""

    title: str
    room_name: str
    unit_id: int | None = None
    purpose: str = ""
    is_open: bool = False
    shows_past: bool = True
    is_text_only: bool = False
    kept_for: int | None = None
    brings_unit: bool = False
    members: Sequence[str] = field(default=())
    welcome: str = ""
    note_title: str = ""
    note_text: str = ""


def make(actor: Actor, plan: TemplatePlan) -> uuid.UUID:
    """Add a template behind the others. Raises NotFound for an organisation out of reach, Invalid with the fields at fault."""
    if plan.unit_id is not None and plan.unit_id not in org_tree(actor.today):
        raise not_found()
    if not seen.manages(actor, plan.unit_id):
        raise not_found()
    last = session.scalar(select(func.coalesce(func.max(RoomTemplate.position), 0))) or 0
    made = RoomTemplate(
        unit_id=plan.unit_id,
        position=last + 1,
        changed_at=actor.now,
        changed_by=actor.person_id,
        **_checked(actor, plan),
    )
    session.add(made)
    session.flush()
    _record(actor, MADE, made)
    return made.uid


def change(actor: Actor, uid: uuid.UUID, plan: TemplatePlan, *, version: int) -> None:
    """Let a template say something else; rooms that were opened with it stay as they are.

    Raises NotFound, Invalid, and Conflict if somebody changed it since `version` was read.
    """
    found = _locked(actor, uid)
    if version != found.version:
        raise Conflict(
            gettext("Somebody changed this template meanwhile. Please look at it once more before you save."),
            code="changed",
        )
    for name, value in _checked(actor, plan).items():
        setattr(found, name, value)
    found.changed_at, found.changed_by = actor.now, actor.person_id
    found.version += 1
    _record(actor, CHANGED, found)


def remove(actor: Actor, uid: uuid.UUID) -> None:
    """Take a template away. Raises NotFound."""
    found = _locked(actor, uid)
    _record(actor, REMOVED, found)
    session.delete(found)


def _locked(actor: Actor, uid: uuid.UUID) -> RoomTemplate:
    statement = select(RoomTemplate).where(RoomTemplate.uid == uid).with_for_update()
    found = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if found is None or not seen.manages(actor, found.unit_id):
        raise not_found()
    return found


def _checked(actor: Actor, plan: TemplatePlan) -> dict[str, Any]:
    """What a plan says as it is kept. Raises Invalid with the fields at fault."""
    words = {
        "title": one_line(plan.title),
        "room_name": one_line(plan.room_name),
        "purpose": unmarked(plan.purpose),
        "welcome": unmarked(plan.welcome),
        "note_title": one_line(plan.note_title),
        "note_text": unmarked(plan.note_text),
    }
    most = {
        "title": TITLE_LENGTH,
        "room_name": NAME_LENGTH,
        "purpose": PURPOSE_LENGTH,
        "welcome": WELCOME_LENGTH,
        "note_title": notes.TITLE_LENGTH,
        "note_text": notes.TEXT_LENGTH,
    }
    faults: dict[str, Any] = {}
    for name in ("title", "room_name"):
        if not words[name]:
            faults[name] = gettext("Please enter a name.")
    if words["note_text"] and not words["note_title"]:
        faults["note_title"] = gettext("Please enter a title.")
    for name, text in words.items():
        if len(text) > most[name]:
            faults[name] = gettext(
                "At most %(limit)d characters (now %(length)d).", limit=most[name], length=len(text)
            )
    if plan.kept_for is not None and plan.kept_for not in PERIODS:
        faults["kept_for"] = gettext("Please choose from the list.")
    if len(plan.members) > MOST:
        faults["members"] = gettext("Please choose at most %(limit)s entries.", limit=MOST)
    if faults:
        raise Invalid(gettext("Some entries need your attention."), fields=faults)
    texts.require_clean(actor, plan.unit_id, words)
    known_principals(plan.members, actor)
    return words | {
        "is_open": plan.is_open,
        "shows_past": plan.shows_past,
        "is_text_only": plan.is_text_only,
        "kept_for": plan.kept_for,
        "brings_unit": plan.brings_unit,
        "members": list(dict.fromkeys(plan.members)),
    }


def _record(actor: Actor, act: str, found: RoomTemplate) -> None:
    audit.record(actor, act, object_type=ROOM_TEMPLATE, object_id=found.id, unit_id=found.unit_id)


__all__ = ["TITLE_LENGTH", "WELCOME_LENGTH", "TemplatePlan", "change", "make", "remove"]
