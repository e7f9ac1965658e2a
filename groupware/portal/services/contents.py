"""Write free contents: what administrators say on a common or organisation tab in their own words."""

import uuid

from sqlalchemy import select

from groupware import audit
from groupware.actor import Actor
from groupware.caches import bump
from groupware.db import session
from groupware.errors import Conflict, Invalid, NotFound
from groupware.guards.texts import require_clean
from groupware.i18n import gettext
from groupware.portal.enums import CACHE, CONTENT
from groupware.portal.models import FreeContent
from groupware.portal.queries.tabs import COMMON, UNIT
from groupware.portal.services.layouts import Owner, forget_block, place_content, require_owner
from groupware.portal.services.texts import checked_text, checked_title
from groupware.text.html import to_plain

TYPE = "core.free_content"


def owner_of_content(content: FreeContent) -> Owner:
    """The tab a content belongs to."""
    if content.unit_id is None:
        return Owner(COMMON)
    return Owner(f"{UNIT}{content.unit_id}", unit_id=content.unit_id)


def add_content(actor: Actor, owner: Owner, title: str, source: str) -> FreeContent:
    """Write a content and put it at the top of the owner's tab. Raises Denied, Invalid with its fields."""
    require_owner(actor, owner)
    if owner.is_personal:
        raise NotFound(gettext("The page you are looking for was not found."))
    title, html = _checked(actor, owner.unit_id, title, source)
    content = FreeContent(
        unit_id=owner.unit_id,
        title=title,
        html=html,
        changed_at=actor.now,
        changed_by=actor.person_id,
    )
    session.add(content)
    session.flush()
    place_content(actor, owner, f"{CONTENT}{content.uid}")
    _record(actor, "portal.content_added", content)
    return content


def change_content(actor: Actor, uid: uuid.UUID, title: str, source: str, version: int) -> FreeContent:
    """Change a content that was read as `version`. Raises NotFound, Denied, Conflict, Invalid."""
    content = _locked(actor, uid)
    if content.version != version:
        raise Conflict(
            gettext(
                "Somebody else has changed this in the meantime. Please look at the differences before you save."
            ),
            code="changed",
        )
    content.title, content.html = _checked(actor, content.unit_id, title, source)
    content.version += 1
    content.changed_at = actor.now
    content.changed_by = actor.person_id
    bump(CACHE)
    _record(actor, "portal.content_changed", content)
    return content


def remove_content(actor: Actor, uid: uuid.UUID) -> Owner:
    """Erase a content and take it off its tab; returns whose tab. Raises NotFound, Denied."""
    content = _locked(actor, uid)
    owner = owner_of_content(content)
    _record(actor, "portal.content_removed", content)
    session.delete(content)
    session.flush()
    forget_block(actor, owner, f"{CONTENT}{uid}")
    bump(CACHE)
    return owner


def _locked(actor: Actor, uid: uuid.UUID) -> FreeContent:
    content = session.scalar(select(FreeContent).where(FreeContent.uid == uid).with_for_update())
    if content is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    require_owner(actor, owner_of_content(content))
    return content


def _checked(actor: Actor, unit_id: int | None, title: str, source: str) -> tuple[str, str]:
    problems: dict[str, object] = {}
    title = checked_title(title, problems)
    html = checked_text(source, problems, is_required=True)
    if problems:
        raise Invalid(gettext("Please check your entries."), fields=problems)
    require_clean(actor, unit_id, {"title": title, "text": to_plain(html)})
    return title, html


def _record(actor: Actor, action: str, content: FreeContent) -> None:
    audit.record(actor, action, content, object_type=TYPE, unit_id=content.unit_id)
