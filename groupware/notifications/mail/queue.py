"""What people are to be told by mail, as rows that wait for their time."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import case

from groupware.config import current_settings
from groupware.db import session, upsert
from groupware.notifications.enums import Channel
from groupware.notifications.models import MailItem
from groupware.notifications.receivers import Receiver
from groupware.notifications.timing import mail_due
from groupware.plugin import NotificationKind


def put_into_mail(
    told: Sequence[Receiver], kind: NotificationKind, subject_id: int, now: datetime, *, is_urgent: bool
) -> None:
    """Let those who want mail about the kind have it, each in their time. What waits already is not put off."""
    if not current_settings().sends_mail:
        return
    due_at = cache(lambda plan: mail_due(now, plan, is_urgent=is_urgent))
    rows = [
        {
            "person_id": receiver.person_id,
            "kind": kind.id,
            "thing": kind.about,
            "subject_id": subject_id,
            "at": now,
            "due_at": due_at(receiver.plan),
            "is_urgent": is_urgent,
            "attempts": 0,
            "letter": "",
        }
        for receiver in told
        if Channel.MAIL in receiver.channels
    ]
    if not rows:
        return
    statement = upsert(MailItem)
    due = statement.excluded.due_at
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[MailItem.person_id, MailItem.kind, MailItem.subject_id],
            set_={
                "at": statement.excluded.at,
                "due_at": case((MailItem.due_at < due, MailItem.due_at), else_=due),
                "is_urgent": statement.excluded.is_urgent,
                "letter": "",
            },
        ),
        rows,
    )


__all__ = ["put_into_mail"]
