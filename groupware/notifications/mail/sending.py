"""Handing over the mails that are due: in portions, over one connection, without a unit of work while the server thinks.

Before a mail is handed over its rows name it, so that a second attempt after a kill carries the same Message-ID; after that
they are removed, a few mails at a time. Of this job there is one row, so that only one worker sends at a time.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, func, select, update

from groupware import clock
from groupware.actor import Actor
from groupware.config import Settings, current_settings
from groupware.db import session, unit, upsert
from groupware.notifications.mail.letters import Letter, letters
from groupware.notifications.mail.server import NoMailServer, Refused, connected
from groupware.notifications.models import MailItem, MailRefusal

SEND = "notifications.mail"
EVERY = 10
"""Seconds between two looks at what is due."""
LEASE = 600
LONGEST = 240.0
"""Seconds after which a run leaves the rest to the next one, well before its lease ends."""
PORTION = 500
"""People whose mails go over one connection."""
RECORDED = 20
"""Mails after which it is written down that they are sent."""
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=4)
ATTEMPTS = 11
"""How often a mail is tried that the server puts off."""
Result = tuple[Letter, Refused | None]
SUSPICIOUS = 10
"""So many refusals and no mail taken: it is not the addresses that are at fault."""


def send_due(_actor: Actor) -> None:
    """Hand over what is due. Raises NoMailServer, so that the job is tried again after a growing pause."""
    settings = current_settings()
    if not settings.sends_mail:
        return
    until = clock.monotonic() + LONGEST
    with current_app.test_request_context(base_url=settings.public_url):
        while clock.monotonic() < until:
            ids = _begin(clock.now())
            if not ids:
                return
            with unit("read"):
                mails = letters(ids, settings, clock.now())
            _settle([(one, None) for one in mails if one.message is None], clock.now())
            _hand_over([one for one in mails if one.message is not None], settings, until)


def _begin(now: datetime) -> list[str]:
    """Make mails of what is due for the next people; returns their ids, beginning with those that were begun before."""
    with unit("write"):
        waiting = (
            select(MailItem.person_id, func.max(MailItem.letter).label("letter"))
            .where(MailItem.due_at <= now)
            .group_by(MailItem.person_id)
            .order_by(func.min(MailItem.due_at), MailItem.person_id)
            .limit(PORTION)
        )
        rows = session.execute(waiting).all()
        fresh = {row.person_id: uuid.uuid4().hex for row in rows if not row.letter}
        for person_id, letter in fresh.items():
            session.execute(
                update(MailItem)
                .where(MailItem.person_id == person_id, MailItem.due_at <= now, MailItem.letter == "")
                .values(letter=letter)
            )
        return [row.letter or fresh[row.person_id] for row in rows]


def _hand_over(mails: Sequence[Letter], settings: Settings, until: float) -> None:
    """Send over one connection. What is refused counts only once the server has shown that it takes mail of ours."""
    held: list[Result] = []
    is_trusted = False
    if not mails:
        return
    with connected(settings) as server:
        for start in range(0, len(mails), RECORDED):
            try:
                for one in mails[start : start + RECORDED]:
                    if clock.monotonic() > until:
                        return
                    assert one.message is not None
                    held.append((one, server.send(one.message, one.address)))
            finally:
                is_trusted = is_trusted or any(answer is None for _, answer in held)
                if is_trusted:
                    _settle(held, clock.now())
                    held.clear()
    if len(held) >= SUSPICIOUS:
        raise NoMailServer(f"the mail server takes no mail of ours: {held[0][1]}")
    _settle(held, clock.now())


def _settle(results: Sequence[Result], now: datetime) -> None:
    """Write down how it went. What has happened since the mail was begun stays for the next one."""
    if not results:
        return
    with unit("write"):
        for one, answer in results:
            items = (MailItem.id.in_(one.items), MailItem.letter == one.id)
            attempts = session.scalar(select(func.max(MailItem.attempts)).where(*items)) or 0
            if answer is None:
                session.execute(delete(MailItem).where(*items))
            elif answer.is_permanent or attempts + 1 >= ATTEMPTS:
                session.execute(delete(MailItem).where(*items))
                _keep(one, answer, now)
            else:
                pause = min(FIRST_PAUSE * 2**attempts, LONGEST_PAUSE)
                session.execute(
                    update(MailItem).where(*items).values(attempts=attempts + 1, due_at=now + pause)
                )


def _keep(one: Letter, answer: Refused, now: datetime) -> None:
    """An address that takes no mail stands on the page of administrators, and is not written to until they say so."""
    statement = upsert(MailRefusal).values(
        person_id=one.person_id, address=one.address, code=answer.code, reply=answer.reply, at=now
    )
    names = ("address", "code", "reply", "at")
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[MailRefusal.person_id],
            set_={name: statement.excluded[name] for name in names},
        )
    )


__all__ = ["EVERY", "LEASE", "SEND", "send_due"]
