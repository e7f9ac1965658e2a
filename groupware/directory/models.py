"""Tables of the directory: units, posts, people, appointments, duties, groups, section accounts, staged batches.

Everything that a personnel order changes is a dated row, half-open in days, so "as of" any day is a query and the first
of April needs no job. A batch that is not yet published lives in `core_batches` only and is invisible by construction.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, JSON_TYPE, Base, Code, Dated, Key, Name, Uid


class OrgUnit(Base):
    """The lasting identity of an organisation; what it is called and where it hangs is dated (`OrgUnitVersion`)."""

    __tablename__ = "core_org_units"

    id: Mapped[Key]
    uid: Mapped[Uid]
    code: Mapped[Code] = mapped_column(unique=True)


class OrgUnitVersion(Dated, Base):
    """Name, place and official order 建制順 of a unit for a span of days. A root has no parent."""

    __tablename__ = "core_org_unit_versions"
    __table_args__ = (
        UniqueConstraint("unit_id", "valid_from"),
        CheckConstraint("valid_from < valid_to", name="range"),
        CheckConstraint("parent_id IS NULL OR parent_id <> unit_id", name="parent"),
        Index("ix_core_org_unit_versions_parent", "parent_id", "valid_from"),
    )

    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_org_units.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    name: Mapped[Name]
    kana: Mapped[Name] = mapped_column(default="")
    short_name: Mapped[Name] = mapped_column(default="")
    kind: Mapped[Code]
    executive_organ: Mapped[Name] = mapped_column(default="")
    appointing_authority: Mapped[Name] = mapped_column(default="")
    official_order: Mapped[int] = mapped_column(default=0)
    phone: Mapped[Code] = mapped_column(default="")
    location: Mapped[Name] = mapped_column(default="")


class Post(Base):
    """A post 役職. A smaller `rank` stands higher: the mayor is 1."""

    __tablename__ = "core_posts"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    rank: Mapped[int]


class Person(Base):
    """A person 職員. The legal name is for personnel only; the photo is shown by consent only."""

    __tablename__ = "core_people"
    __table_args__ = (Index("ix_core_people_kana", "sort_kana", "id"),)

    id: Mapped[Key]
    uid: Mapped[Uid]
    staff_number: Mapped[Code] = mapped_column(unique=True)
    display_name: Mapped[Name]
    legal_name: Mapped[Name]
    kana_name: Mapped[Name] = mapped_column(default="")
    sort_kana: Mapped[Name] = mapped_column(default="")
    search_text: Mapped[str] = mapped_column(Text, default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[Code] = mapped_column(default="")
    extension: Mapped[Code] = mapped_column(default="")
    employment_type: Mapped[Code] = mapped_column(default="regular")
    job_category: Mapped[Code] = mapped_column(default="")
    hired_on: Mapped[date | None]
    left_on: Mapped[date] = mapped_column(default=date(9999, 12, 31))
    """First day on which the person no longer works here."""
    has_photo_consent: Mapped[bool] = mapped_column(default=False)
    is_kept_by_hand: Mapped[bool] = mapped_column(default=False)
    """The personnel department does not deliver this person, so no delivery that lacks them ends them."""
    photo: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """Last, so that SQLite need not walk over its pages to reach another column."""


class StaffNumber(Dated, Base):
    """A number the person carries or carried: somebody who continues under a new number stays the same person."""

    __tablename__ = "core_staff_numbers"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("core_people.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[Code] = mapped_column(unique=True)


class PersonGram(Base):
    """Two-character piece of a person's folded search text: the index of the people search on both databases.

    Derived and rebuilt at will, so without a foreign key: checking it for 600,000 rows took PostgreSQL as long as
    writing them.
    """

    __tablename__ = "core_person_grams"
    __table_args__ = ({"sqlite_with_rowid": False},)

    gram: Mapped[str] = mapped_column(String(8), primary_key=True)
    person_id: Mapped[int] = mapped_column(BIGINT, primary_key=True, index=True)


class Appointment(Dated, Base):
    """An appointment 発令. A person has at most one main appointment on any day (guarded by the database)."""

    __tablename__ = "core_appointments"
    __table_args__ = (
        CheckConstraint("valid_from < valid_to", name="range"),
        Index("ix_core_appointments_unit", "unit_id", "valid_to", "valid_from"),
        Index("ix_core_appointments_person", "person_id", "kind", "valid_from"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_people.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    post_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_posts.id"))
    kind: Mapped[Code]
    roster: Mapped[int] = mapped_column(default=0)
    """Place within post and unit, as the roster has it."""
    line_superior_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_people.id"))
    matter: Mapped[Name] = mapped_column(default="")
    """What a 担当課長 or 担当係長 answers for; empty for the head of the unit."""


class DutyKind(Base):
    """A kind of duty 分担 such as 総務担当者; grants name the duty, not the person (administration.md 5)."""

    __tablename__ = "core_duty_kinds"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    name_en: Mapped[Name] = mapped_column(default="")
    official_order: Mapped[int] = mapped_column(default=0)


class DutyHolder(Dated, Base):
    """A person who holds a duty of a unit for a span of days; `deputy_order` 0 is a holder, 1 the first deputy."""

    __tablename__ = "core_duty_holders"
    __table_args__ = (
        UniqueConstraint("kind_id", "unit_id", "person_id", "valid_from"),
        CheckConstraint("valid_from < valid_to", name="range"),
        Index("ix_core_duty_holders_unit", "unit_id", "kind_id"),
    )

    id: Mapped[Key]
    kind_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_duty_kinds.id"))
    unit_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    person_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("core_people.id", ondelete="CASCADE"), index=True
    )
    deputy_order: Mapped[int] = mapped_column(default=0)


class Group(Base):
    """A named set of people: personal, shared, or a role."""

    __tablename__ = "core_groups"

    id: Mapped[Key]
    uid: Mapped[Uid]
    kind: Mapped[Code]
    name: Mapped[Name]
    owner_id: Mapped[int | None] = mapped_column(
        BIGINT, ForeignKey("core_people.id", ondelete="CASCADE"), index=True
    )
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    version: Mapped[int] = mapped_column(default=1)


class GroupMember(Base):
    """A person in a group."""

    __tablename__ = "core_group_members"

    group_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("core_groups.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("core_people.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class GroupShare(Base):
    """A principal that sees a personal group, and may change it with `may_edit`."""

    __tablename__ = "core_group_shares"

    group_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("core_groups.id", ondelete="CASCADE"), primary_key=True
    )
    principal_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("core_principals.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    may_edit: Mapped[bool] = mapped_column(default=False)


class RecentPick(Base):
    """What a person chose lately in the people picker, newest first; `value` is spelt as in `picking.py`."""

    __tablename__ = "core_recent_picks"

    person_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("core_people.id", ondelete="CASCADE"), primary_key=True
    )
    value: Mapped[Code] = mapped_column(primary_key=True)
    picked_at: Mapped[datetime]


class SectionAccount(Base):
    """A section as a principal 課アカウント: people of the unit act for it; it has no sign-in of its own."""

    __tablename__ = "core_section_accounts"

    id: Mapped[Key]
    uid: Mapped[Uid]
    unit_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_org_units.id"), unique=True)
    name: Mapped[Name]
    is_active: Mapped[bool] = mapped_column(default=True)


class Batch(Base):
    """A delivery from the personnel department, kept as it came until its publication time (administration.md 4).

    Nothing of it is in any other table before, so that no path can show it; only its loaders may look at this one.
    """

    __tablename__ = "core_batches"

    id: Mapped[Key]
    uid: Mapped[Uid]
    title: Mapped[Name]
    state: Mapped[Code]
    publication_time: Mapped[datetime | None] = mapped_column(index=True)
    """None: not decided yet, so it waits."""
    effective_on: Mapped[date]
    loaded_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_people.id"))
    co_loaders: Mapped[list[Any]] = mapped_column(default=list)
    """People who may see it beside the one who loaded it."""
    loaded_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    summary: Mapped[dict[str, Any]] = mapped_column(JSON_TYPE, default=dict)
    """How many findings and changes of each kind, and the version of the directory they were computed against."""
    declined: Mapped[list[Any]] = mapped_column(default=list)
    """Numbers that a loader has said are not the person proposed."""
    version: Mapped[int] = mapped_column(default=1)
    files: Mapped[dict[str, Any]] = mapped_column(JSON_TYPE, default=dict, deferred=True)
    """File name → its decoded text; emptied when it is published, withdrawn or found faulty."""
    findings: Mapped[list[Any]] = mapped_column(default=list, deferred=True)
    changes: Mapped[list[Any]] = mapped_column(default=list, deferred=True)
