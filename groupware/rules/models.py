"""Table of bureau rules: every value ever set, never changed in place, so that its history is the table itself."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, JSON_TYPE, Base, Key


class RuleValue(Base):
    """The value of a rule at a unit from a day on; the newest row that is in force counts, `is_cleared` returns to above."""

    __tablename__ = "core_rule_values"
    __table_args__ = (Index("ix_core_rule_values_rule", "rule", "unit_id", "effective_from"),)

    id: Mapped[Key]
    rule: Mapped[str] = mapped_column(String(120))
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    """None is the whole installation."""
    value: Mapped[Any] = mapped_column(JSON_TYPE)
    is_locked: Mapped[bool] = mapped_column(default=False)
    """Whether units below may not set their own."""
    is_cleared: Mapped[bool] = mapped_column(default=False)
    effective_from: Mapped[date]
    set_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_people.id"))
    set_at: Mapped[datetime]
