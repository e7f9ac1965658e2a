"""Mail for administrators: what waits, whose address takes no mail, and trying such an address again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from groupware import access, audit
from groupware.actor import Actor
from groupware.db import fetch, session
from groupware.directory.models import Person
from groupware.errors import NotFound
from groupware.i18n import gettext
from groupware.notifications.models import MailItem, MailRefusal

MANAGE = "administration:system:manage"
MOST = 1000
"""Refusals on the page."""

_refusals = (
    select(
        Person.id,
        Person.uid,
        Person.staff_number,
        Person.display_name,
        MailRefusal.address,
        MailRefusal.code,
        MailRefusal.reply,
        MailRefusal.at,
    )
    .join(MailRefusal, MailRefusal.person_id == Person.id)
    .where(MailRefusal.address == Person.email)
    .order_by(MailRefusal.at.desc(), Person.id)
    .limit(MOST)
)
_waiting = select(
    func.count(MailItem.person_id.distinct()).label("people"), func.min(MailItem.due_at).label("due_at")
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Mail that waits for its time: for how many people, and when the first of it is or was due."""

    people: int
    due_at: datetime | None


def waiting() -> Waiting:
    """What waits."""
    row: Any = fetch(_waiting).one()
    return Waiting(row.people, row.due_at)


def refusals() -> Sequence[Any]:
    """Whose present address the mail server has refused, the newest first."""
    return fetch(_refusals).all()


def try_again(actor: Actor, person_id: int) -> None:
    """Send mail to the person again from now on. Raises Denied, NotFound if nothing stands against it."""
    access.require(actor, MANAGE)
    refusal = session.get(MailRefusal, person_id, with_for_update=True)
    if refusal is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    session.delete(refusal)
    audit.record(
        actor,
        "notifications.mail_resumed",
        object_type="core.person",
        object_id=person_id,
        details={"code": refusal.code},
    )


__all__ = ["MANAGE", "MOST", "Waiting", "refusals", "try_again", "waiting"]
