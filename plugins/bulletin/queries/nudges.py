"""What was notified again, when, to whom."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from groupware.access.enums import PrincipalKind
from groupware.access.models import Principal
from groupware.db import session
from groupware.directory.models import Person
from groupware.directory.picking import Ref
from plugins.bulletin.models import Nudge, Posting
from plugins.bulletin.queries.audience import named


@dataclass(frozen=True, slots=True)
class Sent:
    """A nudge in words."""

    id: int
    at: datetime
    by: str
    to: str
    person_count: int
    is_cancelled: bool


def nudges(posting: Posting) -> list[Sent]:
    """Nudges of the edition in force, latest first."""
    rows = session.execute(
        select(Nudge, Principal.kind, Principal.ref, Principal.ref2, Person.display_name)
        .join(Principal, Principal.id == Nudge.principal_id)
        .outerjoin(Person, Person.id == Nudge.nudged_by)
        .where(Nudge.posting_id == posting.id, Nudge.edition == posting.edition)
        .order_by(Nudge.nudged_at.desc(), Nudge.id.desc())
    ).all()
    refs = {row.Nudge.id: Ref(PrincipalKind(row.kind), row.ref, row.ref2) for row in rows}
    words = {choice.value: choice.label for choice in named(set(refs.values()))}
    return [
        Sent(
            row.Nudge.id,
            row.Nudge.nudged_at,
            row.display_name or "",
            words.get(refs[row.Nudge.id].value, ""),
            row.Nudge.person_count,
            row.Nudge.cancelled_at is not None,
        )
        for row in rows
    ]
