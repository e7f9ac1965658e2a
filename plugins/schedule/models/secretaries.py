"""Who is whose secretary: a dated tie from a person, or from whoever holds a post, to those who act for them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base, Dated, Key, Name, Uid

_PEOPLE = "core_people.id"


class Secretary(Dated, Base):
    """A secretary 秘書 of a person, or of a post of a unit: then of whoever holds it on the day.

    The secretary is a principal, so a duty or a whole secretariat may be named and follows transfers as well.
    """

    __tablename__ = "schedule_secretaries"
    __table_args__ = (
        CheckConstraint("valid_from < valid_to", name="range"),
        CheckConstraint(
            "(person_id IS NULL) = (unit_id IS NOT NULL) AND (unit_id IS NULL) = (post_id IS NULL)",
            name="served",
        ),
        Index("ix_schedule_secretaries_person", "person_id"),
        Index("ix_schedule_secretaries_post", "unit_id", "post_id"),
        Index("ix_schedule_secretaries_principal", "principal_id"),
    )

    id: Mapped[Key]
    uid: Mapped[Uid]
    person_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE, ondelete="CASCADE"))
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    post_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_posts.id"))
    principal_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_principals.id"))
    given_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    given_by_name: Mapped[Name]
    given_at: Mapped[datetime]
