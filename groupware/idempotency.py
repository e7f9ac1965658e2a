"""A write that arrives twice happens once: double clicks, retries of programs, resends after a lost answer.

The sender chooses a key; the first arrival runs and its result is kept, any later one gets that result. The row is
written first, so that two arrivals at the same moment meet at its primary key.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from groupware.actor import Actor
from groupware.db import BIGINT, JSON_TYPE, Base, insert_new, session
from groupware.errors import Conflict
from groupware.i18n import gettext


class IdempotentWrite(Base):
    """A write that was asked for under a key, and what it answered."""

    __tablename__ = "core_idempotent_writes"
    __table_args__ = (Index("ix_core_idempotent_writes_at", "at"),)

    person_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("core_people.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    result: Mapped[dict[str, Any]] = mapped_column(JSON_TYPE, default=dict)
    at: Mapped[datetime]


def once(
    actor: Actor, key: str, request: Mapping[str, Any], act: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """The result of `act()`, run at most once for this person and key.

    Raises Conflict if the key was used for a different request. Without a key, or for the system, it simply acts.
    """
    # PostgreSQL keeps no NUL in a text, and no form of ours sends one.
    key = key.replace("\x00", "")
    if not key or actor.person_id is None:
        return act()
    digest = hashlib.sha256(json.dumps(request, sort_keys=True, default=str).encode()).hexdigest()
    is_first = session.execute(
        insert_new(IdempotentWrite)
        .values(person_id=actor.person_id, key=key[:80], digest=digest, result={}, at=actor.now)
        .returning(IdempotentWrite.key)
    ).first()
    row = session.scalars(
        select(IdempotentWrite)
        .where(IdempotentWrite.person_id == actor.person_id, IdempotentWrite.key == key[:80])
        .with_for_update()
    ).one()
    if is_first is None:
        if row.digest != digest:
            raise Conflict(gettext("This form was sent already with other contents."), code="key_reused")
        return row.result
    row.result = act()
    return row.result
