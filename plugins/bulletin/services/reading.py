"""Being read, by itself, and being confirmed, by the reader. Both are the person's own, also when acting for a section."""

import uuid
from typing import Any

from sqlalchemy import func, literal

from groupware import events
from groupware.actor import Actor
from groupware.db import session, upsert
from groupware.errors import Conflict
from groupware.i18n import gettext
from plugins.bulletin.enums import Phase
from plugins.bulletin.events import CONFIRMED, posting_topic
from plugins.bulletin.models import Reading
from plugins.bulletin.queries.postings import Opened, opened


def mark_read(actor: Actor, posting_id: int, edition: int) -> None:
    """Note that the person has opened the edition. Called after the page was sent; repeating it changes nothing."""
    statement = upsert(Reading).values(
        posting_id=posting_id,
        person_id=actor.person_id,
        edition=edition,
        read_at=actor.now,
        confirmed_edition=0,
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[Reading.posting_id, Reading.person_id],
            set_={"edition": edition, "read_at": actor.now},
            where=Reading.edition < edition,
        )
    )


def confirm(actor: Actor, uid: uuid.UUID, edition: int) -> Opened:
    """Note that the person confirms having read the edition. Confirming twice changes nothing.

    Raises NotFound, and Conflict if there is nothing to confirm: the display has ended, the wording has changed since,
    the posting asks nobody, or not this person.
    """
    found = opened(actor, uid)
    posting = found.posting
    if not posting.needs_confirmation or not found.is_addressed:
        raise Conflict(gettext("This posting does not ask you for confirmation."), code="not_asked")
    if found.item.phase is not Phase.DISPLAYED:
        raise Conflict(gettext("The display has ended. It cannot be confirmed any more."), code="ended")
    if posting.edition != edition:
        raise Conflict(
            gettext("The contents have changed meanwhile. Please read them again before you confirm."),
            code="changed",
        )
    statement = upsert(Reading).values(
        posting_id=posting.id,
        person_id=actor.person_id,
        edition=edition,
        read_at=actor.now,
        confirmed_edition=edition,
        confirmed_at=actor.now,
    )
    # Asked by what comes back: PostgreSQL's driver does not count the rows of such a statement.
    is_new = session.scalar(
        statement.on_conflict_do_update(
            index_elements=[Reading.posting_id, Reading.person_id],
            set_={
                "edition": _larger(Reading.edition, edition),
                "confirmed_edition": edition,
                "confirmed_at": actor.now,
            },
            where=Reading.confirmed_edition < edition,
        ).returning(Reading.person_id)
    )
    if is_new is not None:
        events.emit(actor, posting_topic(posting.id), CONFIRMED, posting_id=posting.id, edition=edition)
    return found


def _larger(column: Any, value: int) -> Any:
    greatest = func.greatest if session.get_bind().dialect.name == "postgresql" else func.max
    return greatest(column, literal(value))
