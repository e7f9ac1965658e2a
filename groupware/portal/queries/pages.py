"""Section pages: lists from memory, single pages with their pictures and history, words for the search."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select

from groupware import clock
from groupware.actor import Actor
from groupware.among import among
from groupware.db import fetch, session
from groupware.directory.models import Person
from groupware.directory.tree import OrgTree, Unit, org_tree
from groupware.directory.wall import is_seen
from groupware.errors import NotFound
from groupware.i18n import gettext
from groupware.portal.models import SectionPage, SectionPageChange, SectionPageImage
from groupware.portal.queries.shared import PageTitle, shared
from groupware.text.folding import fold


@dataclass(frozen=True, slots=True)
class UnitPages:
    """The pages of one unit."""

    unit: Unit
    pages: tuple[PageTitle, ...]


def titles(unit_id: int) -> tuple[PageTitle, ...]:
    """The pages of a unit in their order, from memory: for the organisation's card in the directory as well."""
    return shared().pages.get(unit_id, ())


def chain(actor: Actor) -> list[UnitPages]:
    """The pages of the actor's unit, then of those above it."""
    tree = org_tree(actor.today)
    return [UnitPages(tree.units[one], titles(one)) for one in tree.ancestors(actor.unit_id) if titles(one)]


def by_unit(tree: OrgTree, text: str = "") -> list[UnitPages]:
    """All pages by unit in 建制順, or those whose titles hold all words of `text`."""
    pages, words = shared().pages, fold(text).split()
    found = []
    for unit in tree:
        titles = pages.get(unit.id, ())
        if words:
            titles = tuple(page for page in titles if all(word in fold(page.title) for word in words))
        if titles:
            found.append(UnitPages(unit, titles))
    return found


_page = (
    select(SectionPage, Person.display_name.label("changed_by_name"))
    .outerjoin(Person, Person.id == SectionPage.changed_by)
    .where(SectionPage.uid == bindparam("page_uid"), SectionPage.deleted_at.is_(None))
)
_images = (
    select(
        SectionPageImage.uid,
        SectionPageImage.number,
        SectionPageImage.alternative,
        SectionPageImage.media_type,
        SectionPageImage.size,
    )
    .where(SectionPageImage.page_id == bindparam("page_id"))
    .order_by(SectionPageImage.number)
)
_standing = select(
    SectionPage.id,
    SectionPage.uid,
    SectionPage.unit_id,
    SectionPage.title,
    SectionPage.html,
    SectionPage.changed_at,
    SectionPage.changed_by,
).where(among(SectionPage.id, "pages"), SectionPage.deleted_at.is_(None))
_changes = (
    select(SectionPageChange.version, SectionPageChange.act, SectionPageChange.at, Person.display_name)
    .outerjoin(Person, Person.id == SectionPageChange.person_id)
    .where(SectionPageChange.page_id == bindparam("page_id"))
    .order_by(SectionPageChange.version.desc())
)


def page(uid: uuid.UUID) -> tuple[SectionPage, str]:
    """A page and the name of who changed it last. Raises NotFound, also for a page that was deleted."""
    row = session.execute(_page, {"page_uid": uid}).first()
    if row is None or not is_seen(row.SectionPage.unit_id, clock.today()):
        raise NotFound(gettext("The page you are looking for was not found."))
    return row.SectionPage, row.changed_by_name or ""


def images(page_id: int) -> Sequence[Any]:
    """The pictures of a page: uid, number, alternative, media_type, size."""
    return session.execute(_images, {"page_id": page_id}).all()


def image(uid: uuid.UUID) -> Any:
    """A picture of a page that stands: content, media_type, number. Raises NotFound."""
    row = session.execute(
        select(
            SectionPageImage.content,
            SectionPageImage.media_type,
            SectionPageImage.number,
            SectionPage.unit_id,
        )
        .join(SectionPage, SectionPage.id == SectionPageImage.page_id)
        .where(SectionPageImage.uid == uid, SectionPage.deleted_at.is_(None))
    ).first()
    if row is None or not is_seen(row.unit_id, clock.today()):
        raise NotFound(gettext("The page you are looking for was not found."))
    return row


def changes(page_id: int) -> Sequence[Any]:
    """Who changed a page and when, newest first."""
    return session.execute(_changes, {"page_id": page_id}).all()


def next_order(unit_id: int) -> int:
    """The place after the unit's last page."""
    statement = select(func.max(SectionPage.official_order)).where(
        SectionPage.unit_id == unit_id, SectionPage.deleted_at.is_(None)
    )
    return (session.scalar(statement) or 0) + 1


def standing(page_ids: Sequence[int]) -> Sequence[Any]:
    """Those of the pages that were not taken down, with their words."""
    return fetch(_standing, {"pages": list(page_ids)}).all()
