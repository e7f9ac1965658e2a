"""Tables of the portal: layouts, launcher of business systems, free contents, simple section pages."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, JSON_TYPE, Base, Code, Key, Name, Uid
from groupware.records.models import Record


class PortalLayout(Base):
    """Which portlets stand where on a tab: the common one, that of a unit, or a person's own."""

    __tablename__ = "core_portal_layouts"
    __table_args__ = (
        UniqueConstraint("unit_id"),
        UniqueConstraint("person_id"),
        CheckConstraint("unit_id IS NULL OR person_id IS NULL", name="owner"),
    )

    id: Mapped[Key]
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    person_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_people.id", ondelete="CASCADE"))
    columns: Mapped[dict[str, Any]] = mapped_column(JSON_TYPE)
    """{"main": [portlet id, …], "side": […]}; a free content is "content:<uid>"."""
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]


class LauncherLink(Base):
    """An icon of a business system on the portal, shown to its audience."""

    __tablename__ = "core_launcher_links"

    id: Mapped[Key]
    uid: Mapped[Uid]
    name: Mapped[Name]
    url: Mapped[str] = mapped_column(String(2000))
    icon: Mapped[Code]
    official_order: Mapped[int] = mapped_column(default=0)


class LauncherAudience(Base):
    """Who sees an icon."""

    __tablename__ = "core_launcher_audience"

    link_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("core_launcher_links.id", ondelete="CASCADE"), primary_key=True
    )
    principal_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_principals.id"), primary_key=True)


class FreeContent(Base):
    """A block of text that administrators place on a common or organisation tab; sanitised when it is written."""

    __tablename__ = "core_free_contents"

    id: Mapped[Key]
    uid: Mapped[Uid]
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_org_units.id"), index=True)
    title: Mapped[Name]
    html: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]


class SectionPage(Record, Base):
    """A simple page that a section writes itself: forms, contacts, manuals."""

    __tablename__ = "core_section_pages"
    __table_args__ = (Index("ix_core_section_pages_unit", "unit_id", "official_order"),)

    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    title: Mapped[Name]
    html: Mapped[str] = mapped_column(Text)
    official_order: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_people.id"))


class SectionPageImage(Base):
    """A picture on a section page, checked by content when it is uploaded."""

    __tablename__ = "core_section_page_images"

    id: Mapped[Key]
    uid: Mapped[Uid]
    page_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("core_section_pages.id", ondelete="CASCADE"), index=True
    )
    media_type: Mapped[Code]
    content: Mapped[bytes] = mapped_column(deferred=True)
    alternative: Mapped[Name]
