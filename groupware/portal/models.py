"""Tables of the portal: layouts, launcher of business systems, free contents, simple section pages."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from groupware.access.objects import ObjectAccess
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
    owner: Mapped[Code] = mapped_column(unique=True)
    """common, unit-<id> or person-<id>: one row each, the common one included, whatever NULL means to a UNIQUE."""
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    person_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_people.id", ondelete="CASCADE"))
    columns: Mapped[dict[str, Any]] = mapped_column(JSON_TYPE)
    """{"main": [portlet id, …], "side": […]}; a free content is "content:<uid>". Empty: the default arrangement."""
    start: Mapped[Code] = mapped_column(default="")
    """On a person's row: the tab that the portal opens with."""
    edited_in: Mapped[Code] = mapped_column(default="")
    """The opened editor that wrote last: it may go on writing, any other has to look again."""
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_people.id", ondelete="SET NULL"))


class LauncherLink(Base):
    """An icon of a business system on the portal, shown to its audience."""

    __tablename__ = "core_launcher_links"

    id: Mapped[Key]
    uid: Mapped[Uid]
    name: Mapped[Name]
    url: Mapped[str] = mapped_column(String(2000))
    icon: Mapped[Code]
    official_order: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)


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
    changed_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_people.id", ondelete="SET NULL"))


class SectionPage(Record, Base):
    """A simple page that a section writes itself: forms, contacts, manuals. Everybody may read it."""

    __tablename__ = "core_section_pages"
    __table_args__ = (Index("ix_core_section_pages_unit", "unit_id", "official_order"),)

    access: ClassVar[ObjectAccess]

    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    title: Mapped[Name]
    html: Mapped[str] = mapped_column(Text)
    official_order: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_people.id"))


SectionPage.access = ObjectAccess(type="core.section_page", read="portal:page:read", unit=SectionPage.unit_id)


class SectionPageChange(Base):
    """Who changed a section page, and when."""

    __tablename__ = "core_section_page_changes"
    __table_args__ = (UniqueConstraint("page_id", "version"),)

    id: Mapped[Key]
    page_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_section_pages.id", ondelete="CASCADE"))
    version: Mapped[int]
    act: Mapped[Code]
    """created, changed, image_added, image_changed, image_removed."""
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_people.id", ondelete="SET NULL"))


class SectionPageImage(Base):
    """A picture on a section page, checked by content when it is uploaded."""

    __tablename__ = "core_section_page_images"
    __table_args__ = (UniqueConstraint("page_id", "number"),)

    id: Mapped[Key]
    uid: Mapped[Uid]
    page_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_section_pages.id", ondelete="CASCADE"))
    number: Mapped[int]
    """What the text calls it: the words [画像1] stand where the first picture is shown."""
    media_type: Mapped[Code]
    size: Mapped[int]
    """Bytes."""
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    alternative: Mapped[Name]
    created_at: Mapped[datetime]
