"""Tables of access: principals, the flat dated table of who is what, and grants."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base, Code, Dated, Key


class Principal(Base):
    """Something that an audience or a grant can name; `kind` says what `ref` and `ref2` point to (see `enums.py`)."""

    __tablename__ = "core_principals"
    __table_args__ = (UniqueConstraint("kind", "ref", "ref2"),)

    id: Mapped[Key]
    kind: Mapped[Code]
    ref: Mapped[int] = mapped_column(BIGINT, default=0)
    ref2: Mapped[int] = mapped_column(BIGINT, default=0)


class PersonPrincipal(Dated, Base):
    """A person is a principal from a day to a day. Derived: rebuilt by directory writes, never edited."""

    __tablename__ = "core_person_principals"
    __table_args__ = (
        CheckConstraint("valid_from < valid_to", name="range"),
        Index("ix_core_person_principals_principal", "principal_id", "person_id", "valid_from", "valid_to"),
    )

    person_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("core_people.id", ondelete="CASCADE"), primary_key=True
    )
    principal_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("core_principals.id", ondelete="CASCADE"), primary_key=True
    )
    valid_from: Mapped[date] = mapped_column(primary_key=True)


class Grant(Base):
    """A permission given to a principal within a scope. Whoever has it `with_delegation` may pass on as much or less."""

    __tablename__ = "core_grants"
    __table_args__ = (
        CheckConstraint("scope IN ('all', 'subtree', 'own', 'object')", name="scope"),
        CheckConstraint("(scope = 'subtree') = (unit_id IS NOT NULL)", name="unit"),
        CheckConstraint("(scope = 'object') = (object_id IS NOT NULL)", name="object"),
        Index("ix_core_grants_principal", "principal_id", "permission"),
    )

    id: Mapped[Key]
    principal_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_principals.id", ondelete="CASCADE"))
    permission: Mapped[str] = mapped_column(String(120))
    scope: Mapped[Code]
    """all; subtree of `unit_id`; own: the subtrees of the holder's own appointments or duties; object."""
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    object_type: Mapped[Code] = mapped_column(default="")
    object_id: Mapped[int | None] = mapped_column(BIGINT)
    with_delegation: Mapped[bool] = mapped_column(default=False)
    granted_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_people.id"))
    granted_at: Mapped[datetime]
    valid_until: Mapped[date] = mapped_column(default=date(9999, 12, 31))
    """First day on which the grant no longer holds."""
