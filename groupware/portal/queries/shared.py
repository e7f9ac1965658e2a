"""What all people share on the portal, kept per process until somebody changes it."""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from groupware.caches import Cached
from groupware.db import session
from groupware.portal.arrangement import Columns, columns_of
from groupware.portal.enums import CACHE, CONTENT
from groupware.portal.models import FreeContent, LauncherAudience, LauncherLink, PortalLayout, SectionPage
from groupware.systems.queries import connected


@dataclass(frozen=True, slots=True)
class Layout:
    """An arrangement as stored; `columns` is None where nobody has arranged anything yet."""

    columns: Columns | None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A business system and the principals that see it. `is_connected`: it may show numbers at its icon."""

    id: int
    uid: uuid.UUID
    name: str
    url: str
    icon: str
    audience: frozenset[int]
    is_connected: bool


@dataclass(frozen=True, slots=True)
class PageTitle:
    """A section page in a list."""

    id: int
    uid: uuid.UUID
    unit_id: int
    title: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Content:
    """A free content as it is shown."""

    uid: uuid.UUID
    title: str
    html: str


@dataclass(frozen=True, slots=True)
class Shared:
    """Layouts of the common tab and of units by owner, links in their order, page titles by unit, contents by key."""

    layouts: dict[str, Layout]
    links: tuple[Link, ...]
    pages: dict[int, tuple[PageTitle, ...]]
    contents: dict[str, Content]


_layouts = select(PortalLayout.owner, PortalLayout.columns, PortalLayout.version).where(
    PortalLayout.person_id.is_(None)
)
_links = select(
    LauncherLink.id, LauncherLink.uid, LauncherLink.name, LauncherLink.url, LauncherLink.icon
).order_by(LauncherLink.official_order, LauncherLink.id)
_audience = select(LauncherAudience.link_id, LauncherAudience.principal_id)
_pages = (
    select(SectionPage.id, SectionPage.uid, SectionPage.unit_id, SectionPage.title, SectionPage.changed_at)
    .where(SectionPage.deleted_at.is_(None))
    .order_by(SectionPage.unit_id, SectionPage.official_order, SectionPage.id)
)

_contents = select(FreeContent.uid, FreeContent.title, FreeContent.html)


def _load() -> Shared:
    layouts = {
        row.owner: Layout(columns_of(row.columns) if row.columns else None, row.version)
        for row in session.execute(_layouts)
    }
    audience: dict[int, set[int]] = defaultdict(set)
    for row in session.execute(_audience):
        audience[row.link_id].add(row.principal_id)
    calling = set(session.scalars(connected))
    links = tuple(
        Link(*row, frozenset(audience[row.id]), row.id in calling) for row in session.execute(_links)
    )
    pages: dict[int, list[PageTitle]] = defaultdict(list)
    for page in session.execute(_pages):
        pages[page.unit_id].append(PageTitle(*page))
    contents = {f"{CONTENT}{row.uid}": Content(*row) for row in session.execute(_contents)}
    return Shared(layouts, links, {unit_id: tuple(titles) for unit_id, titles in pages.items()}, contents)


_shared: Cached[Shared] = Cached(CACHE, _load)


def shared() -> Shared:
    """What all people share, at most two seconds old; usually from memory."""
    return _shared.get()
