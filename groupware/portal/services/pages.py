"""Write section pages. Who holds `portal:page:write` over a unit writes that unit's pages."""

import uuid
from collections.abc import Sequence

from sqlalchemy import func, select

from groupware import access, audit, rules, search
from groupware.actor import Actor
from groupware.caches import bump
from groupware.db import session
from groupware.directory.models import Person
from groupware.directory.tree import org_tree
from groupware.errors import Conflict, Invalid, NotFound
from groupware.guards.texts import require_clean
from groupware.i18n import gettext
from groupware.portal.enums import CACHE
from groupware.portal.images import recognised
from groupware.portal.models import SectionPage, SectionPageChange, SectionPageImage
from groupware.portal.queries.pages import next_order, titles
from groupware.portal.services.texts import checked_text, checked_title
from groupware.text.html import to_plain

SEARCHED = "portal.page"
"""The kind that section pages are in the search."""

WRITE = "portal:page:write"
IMAGE_RULE = "portal.image_kilobytes"
IMAGES = 20
"""Pictures that a page may have."""


def create_page(actor: Actor, unit_id: int, title: str, source: str) -> SectionPage:
    """Write a new page of a unit, after those it has. Raises NotFound, Denied, Invalid with its fields."""
    require_unit(actor, unit_id)
    title, html = _checked(actor, unit_id, title, source)
    page = SectionPage(
        unit_id=unit_id,
        title=title,
        html=html,
        official_order=next_order(unit_id),
        retention_years=3,
        version=1,
        created_at=actor.now,
        changed_at=actor.now,
        changed_by=actor.person_id,
    )
    session.add(page)
    session.flush()
    _note(actor, page, "created")
    return page


def change_page(actor: Actor, uid: uuid.UUID, title: str, source: str, version: int) -> SectionPage:
    """Change a page that was read as `version`; the same words again are no change.

    Raises NotFound, Denied, Conflict with who was faster, Invalid with its fields.
    """
    page = _locked(actor, uid)
    title, html = _checked(actor, page.unit_id, title, source)
    if page.version != version:
        raise Conflict(_changed_by(page), code="changed")
    if (page.title, page.html) != (title, html):
        page.title, page.html = title, html
        _touch(actor, page, "changed")
    return page


def delete_page(actor: Actor, uid: uuid.UUID) -> int:
    """Take a page down, leaving its tombstone until retention ends; returns its unit. Raises NotFound, Denied."""
    page = _locked(actor, uid)
    page.deleted_at = actor.now
    page.deleted_by = actor.person_id
    session.flush()
    bump(CACHE)
    search.index(SEARCHED, [page.id])
    audit.record(actor, "portal.page_deleted", page, unit_id=page.unit_id)
    return page.unit_id


def order_pages(actor: Actor, unit_id: int, uids: Sequence[str]) -> None:
    """Put the pages of a unit in this order. Raises Denied, Conflict if they are no longer the same ones."""
    require_unit(actor, unit_id)
    statement = select(SectionPage).where(SectionPage.unit_id == unit_id, SectionPage.deleted_at.is_(None))
    pages = {
        str(page.uid): page for page in session.scalars(statement.order_by(SectionPage.id).with_for_update())
    }
    if sorted(uids) != sorted(pages):
        raise Conflict(
            gettext("Somebody else has changed this list. You now see the newest one; please try again."),
            code="changed",
        )
    for place, uid in enumerate(uids, start=1):
        pages[uid].official_order = place
    session.flush()
    bump(CACHE)
    audit.record(actor, "portal.pages_ordered", object_type="core.section_page", unit_id=unit_id)


def move_page(actor: Actor, uid: uuid.UUID, move: str) -> int:
    """Move a page one place up or down in its unit; returns the unit. Raises NotFound, Denied."""
    page = _locked(actor, uid)
    uids = [str(one.uid) for one in titles(page.unit_id)]
    at = uids.index(str(uid))
    to = at + {"up": -1, "down": 1}.get(move, 0)
    if 0 <= to < len(uids):
        uids.insert(to, uids.pop(at))
        order_pages(actor, page.unit_id, uids)
    return page.unit_id


def add_image(actor: Actor, uid: uuid.UUID, content: bytes, alternative: str) -> SectionPageImage:
    """Add a picture to a page. Raises NotFound, Denied, Invalid (fields `image`, `alternative`).

    The content decides what it is; the rule `portal.image_kilobytes` of the page's unit how large it may be.
    """
    page = _locked(actor, uid)
    problems: dict[str, object] = {}
    alternative = _alternative(alternative, problems)
    limit = int(rules.value(IMAGE_RULE, page.unit_id))
    picture = recognised(content)
    have = session.execute(
        select(func.count(), func.max(SectionPageImage.number)).where(SectionPageImage.page_id == page.id)
    ).one()
    if not content:
        problems["image"] = gettext("Please choose a picture.")
    elif picture is None:
        problems["image"] = gettext(
            "This is no picture that can be shown. Please use PNG, JPEG, GIF or WebP."
        )
    elif len(content) > limit * 1024:
        problems["image"] = gettext(
            "The picture is too large (%(now)d KB). Please use at most %(limit)d KB.",
            now=-(-len(content) // 1024),
            limit=limit,
        )
    elif have[0] >= IMAGES:
        problems["image"] = gettext("A page may have at most %(limit)d pictures.", limit=IMAGES)
    if problems or picture is None:
        raise Invalid(gettext("Please check your entries."), fields=problems)
    image = SectionPageImage(
        page_id=page.id,
        number=(have[1] or 0) + 1,
        media_type=picture.media_type,
        size=len(content),
        content=content,
        alternative=alternative,
        created_at=actor.now,
    )
    session.add(image)
    _touch(actor, page, "image_added")
    return image


def describe_image(actor: Actor, uid: uuid.UUID, image_uid: uuid.UUID, alternative: str) -> None:
    """Change the words that stand for a picture. Raises NotFound, Denied, Invalid (field `alternative-<uid>`)."""
    page = _locked(actor, uid)
    image = _image(page, image_uid)
    problems: dict[str, object] = {}
    alternative = _alternative(alternative, problems)
    if problems:
        raise Invalid(
            gettext("Please check your entries."),
            fields={f"alternative-{image_uid}": problems["alternative"]},
        )
    if image.alternative != alternative:
        image.alternative = alternative
        _touch(actor, page, "image_changed")


def remove_image(actor: Actor, uid: uuid.UUID, image_uid: uuid.UUID) -> None:
    """Take a picture off its page. Raises NotFound, Denied."""
    page = _locked(actor, uid)
    session.delete(_image(page, image_uid))
    _touch(actor, page, "image_removed")


def require_unit(actor: Actor, unit_id: int) -> None:
    """Let those pass who may write the pages of a unit; the unit must exist today."""
    if unit_id not in org_tree(actor.today):
        raise NotFound(gettext("The page you are looking for was not found."))
    access.require(actor, WRITE, unit_id=unit_id)


def _locked(actor: Actor, uid: uuid.UUID) -> SectionPage:
    page = session.scalar(
        select(SectionPage)
        .where(SectionPage.uid == uid, SectionPage.deleted_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if page is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    access.require(actor, WRITE, page, unit_id=page.unit_id)
    return page


def _image(page: SectionPage, uid: uuid.UUID) -> SectionPageImage:
    image = session.scalar(
        select(SectionPageImage).where(SectionPageImage.uid == uid, SectionPageImage.page_id == page.id)
    )
    if image is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    return image


def _checked(actor: Actor, unit_id: int, title: str, source: str) -> tuple[str, str]:
    problems: dict[str, object] = {}
    title = checked_title(title, problems)
    html = checked_text(source, problems, is_required=False)
    if problems:
        raise Invalid(gettext("Please check your entries."), fields=problems)
    require_clean(actor, unit_id, {"title": title, "text": to_plain(html)})
    return title, html


def _alternative(text: str, problems: dict[str, object]) -> str:
    label = gettext("What the picture shows")
    return checked_title(text, problems, "alternative", label)


def _changed_by(page: SectionPage) -> str:
    name = session.scalar(select(Person.display_name).where(Person.id == page.changed_by))
    return str(
        gettext(
            "%(name)s has changed this while you were editing. Please look at the differences before you save.",
            name=name or gettext("Somebody"),
        )
    )


def _touch(actor: Actor, page: SectionPage, act: str) -> None:
    page.version += 1
    page.changed_at = actor.now
    page.changed_by = actor.person_id
    session.flush()
    _note(actor, page, act)


def _note(actor: Actor, page: SectionPage, act: str) -> None:
    session.add(
        SectionPageChange(
            page_id=page.id, version=page.version, act=act, at=actor.now, person_id=actor.person_id
        )
    )
    session.flush()
    search.index(SEARCHED, [page.id])
    bump(CACHE)
    audit.record(actor, f"portal.page_{act}", page, unit_id=page.unit_id)


__all__ = [
    "IMAGES",
    "add_image",
    "change_page",
    "create_page",
    "delete_page",
    "describe_image",
    "move_page",
    "order_pages",
    "remove_image",
    "require_unit",
]
