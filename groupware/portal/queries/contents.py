"""Free contents, and what may stand on a tab."""

import uuid
from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from groupware import rules
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.models import Person
from groupware.errors import NotFound
from groupware.i18n import gettext
from groupware.plugin import Portlet
from groupware.portal.arrangement import Columns
from groupware.portal.enums import COLUMNS, CONTENT, TOP
from groupware.portal.models import FreeContent
from groupware.portal.queries.tabs import COMMON, MINE, UNIT


def contents_of(unit_id: int | None) -> dict[str, str]:
    """Key → title of the contents that belong to a unit, or to the common tab."""
    owned = FreeContent.unit_id.is_(None) if unit_id is None else FreeContent.unit_id == unit_id
    statement = select(FreeContent.uid, FreeContent.title).where(owned).order_by(FreeContent.id)
    return {f"{CONTENT}{row.uid}": row.title for row in session.execute(statement)}


def content(uid: uuid.UUID) -> Any:
    """One content with who changed it. Raises NotFound."""
    row = session.execute(
        select(FreeContent, Person.display_name.label("changed_by_name"))
        .outerjoin(Person, Person.id == FreeContent.changed_by)
        .where(FreeContent.uid == uid)
    ).first()
    if row is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    return row


def portlets(actor: Actor) -> dict[str, Portlet]:
    """The portlets of the plugins that are switched on for the actor, in the order in which they are offered."""
    found = [portlet for plugin in rules.enabled(actor.unit_id) for portlet in plugin.portlets]
    return {portlet.id: portlet for portlet in sorted(found, key=lambda one: one.order)}


def default_columns(owner: str, offered: Collection[Portlet]) -> Columns:
    """The arrangement of a tab that nobody has arranged: look.md, "Portal"; of a unit, what the unit itself says."""
    if not owner.startswith(UNIT):
        return {column: [one.id for one in offered if one.column == column] for column in COLUMNS}
    names = {one.id for one in offered}
    side = [one.id for one in offered if one.column == "side" and one.id.startswith("directory.")]
    return {
        "main": [name for name in ("portal.section_pages",) if name in names],
        "side": [*side, *(name for name in ("portal.contacts",) if name in names)],
    }


def top(offered: Collection[Portlet]) -> list[Portlet]:
    """The portlets of the place of honour."""
    return [portlet for portlet in offered if portlet.column == TOP]


__all__ = [
    "COMMON",
    "MINE",
    "content",
    "contents_of",
    "default_columns",
    "portlets",
    "top",
]
