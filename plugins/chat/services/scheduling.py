"""Send a message later: written now, sent at its time by a job with all checks of that time, or given back with the reason."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from groupware import events, jobs
from groupware.access.explain import acting
from groupware.actor import Actor
from groupware.attachments.services import owning
from groupware.auth.models import Preference
from groupware.db import insert_new, session
from groupware.errors import Conflict, DomainError, Invalid, NotFound
from groupware.events.topics import person_topic
from groupware.i18n import gettext, speaking
from plugins.chat.enums import SCHEDULED, Alerting
from plugins.chat.events import SENDING_RETURNED
from plugins.chat.models import Room, Scheduled
from plugins.chat.queries import rooms
from plugins.chat.queries.drafts import is_sent
from plugins.chat.queries.rooms import RoomView, not_found
from plugins.chat.queries.scheduled import files_of
from plugins.chat.services import drafts, filing
from plugins.chat.services import mentions as naming
from plugins.chat.services.flooding import require_slow
from plugins.chat.services.locking import denied, require_live
from plugins.chat.services.loudness import require_loudness
from plugins.chat.services.sending import KEY_LENGTH, Letter, Sent, send_all
from plugins.chat.services.wording import cleaned

DELIVER = "chat.send_scheduled"
"""The job."""
MOST = 100
"""Messages of one person that wait."""
FURTHEST = timedelta(days=366)
KEPT = timedelta(days=90)
"""How long what came back stays to be sent otherwise."""
REASON_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Later:
    """What is to be sent, and when."""

    text: str
    due_at: datetime | None
    key: str
    reply_to: uuid.UUID | None = None
    mentions: Sequence[str] = ()
    loudness: Alerting = Alerting.USUAL
    files: Sequence[uuid.UUID] = ()
    """They belong to the row that waits, and move on to the message."""


def schedule(actor: Actor, room_uid: uuid.UUID, later: Later) -> Scheduled:
    """Keep a message until its time; however often the same key comes, it is kept once, and what was its draft goes.

    Everything that sending refuses now is refused now, and asked again at its time. Raises NotFound, Denied, Conflict for an archived
    room and a key that was used for something else, Invalid for what cannot be said, for a time that is over or too far, for too many.
    """
    require_slow(actor)
    view = _writable(actor, room_uid)
    if not later.key or len(later.key) > KEY_LENGTH or not later.key.isprintable():
        raise Invalid(gettext("The message has no valid key."), code="key")
    if is_sent(actor, view, later.key):
        raise Conflict(gettext("This message was sent already."), code="key_reused")
    files = list(dict.fromkeys(later.files))
    text = _checked(actor, view, later.text, later.mentions, later.loudness, has_files=bool(files))
    due_at = _possible(actor, later.due_at)
    if _number(actor) >= MOST:
        raise _refusal(gettext("At most %(limit)d messages can wait to be sent.", limit=MOST), "due_at")
    made = session.execute(
        insert_new(Scheduled)
        .values(
            room_id=view.id,
            sender_id=actor.person_id,
            key=later.key,
            reply_to=later.reply_to,
            mentions=list(later.mentions),
            loudness=later.loudness.value,
            due_at=due_at,
            made_at=actor.now,
            zone=actor.zone,
            confirmed=sorted(actor.confirmed),
            text=text,
        )
        .returning(Scheduled.id)
    ).scalar()
    if made is None:
        standing = select(Scheduled).where(
            Scheduled.room_id == view.id,
            Scheduled.sender_id == actor.person_id,
            Scheduled.key == later.key,
        )
        row = session.scalars(standing).one()
        if (row.text, row.due_at) != (text, due_at):
            raise Conflict(
                gettext("A message with this key is to be sent already, with another text or time."),
                code="key_reused",
            )
        return row
    row = session.get_one(Scheduled, made)
    if files:
        filing.require(actor, view, files)
        owning.attach(actor, SCHEDULED, row.id, files, unit_id=view.unit_id)
    drafts.drop([(actor.person_id, view.id, later.key)])
    _enqueue(actor, row)
    return row


def change(
    actor: Actor,
    uid: uuid.UUID,
    text: str,
    due_at: datetime | None,
    *,
    loudness: Alerting = Alerting.USUAL,
    files: Sequence[uuid.UUID] | None = None,
    version: int,
) -> None:
    """Say something else, or at another time, with these of its files, None for all; what came back waits again.

    Whom the new text does not name any more is not addressed. Raises as `schedule` does, and Conflict if it was changed since
    `version` was read.
    """
    row = _locked(actor, uid)
    if version != row.version:
        raise Conflict(
            gettext("This message was changed meanwhile. Please look at it once more before you save."),
            code="changed",
        )
    view = _writable(actor, _room_uid(row))
    own = [one.uid for one in files_of([row.id]).get(row.id, ())]
    kept = own if files is None else [uid for uid in own if uid in files]
    text = cleaned(actor, view.unit_id, text, has_files=bool(kept))
    mentions = naming.still_named(actor, view, row.mentions, text)
    _checked(actor, view, text, mentions, loudness, has_files=bool(kept))
    if kept:
        filing.require(actor, view, kept)
    owning.show(SCHEDULED, row.id, kept)
    row.due_at, row.text, row.mentions, row.loudness = (
        _possible(actor, due_at),
        text,
        mentions,
        loudness.value,
    )
    row.zone, row.confirmed = actor.zone, sorted(actor.confirmed)
    row.returned_at, row.reason = None, ""
    row.version += 1
    session.flush()
    _enqueue(actor, row)


def withdraw(actor: Actor, uid: uuid.UUID) -> None:
    """Let it not be sent. Raises NotFound, also for what was sent a moment ago."""
    _let_go(_locked(actor, uid))


def send_now(actor: Actor, uid: uuid.UUID) -> Sent:
    """Send it at once. Raises NotFound, and what `send_all` refuses."""
    require_slow(actor)
    row = _locked(actor, uid)
    (outcome,) = send_all([_letter(actor, row)])
    if isinstance(outcome, DomainError):
        raise outcome
    _let_go(row)
    return outcome


def deliver(actor: Actor, scheduled_id: int, version: int) -> None:
    """Send a message whose time has come, as its sender is today; what is refused goes back to them.

    The row goes in the transaction that writes the message, and the message has its key: a worker that is killed has sent nothing or
    all of it.
    """
    statement = select(Scheduled).where(Scheduled.id == scheduled_id).with_for_update()
    row = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if row is None or row.version != version or row.returned_at is not None or row.due_at > actor.now:
        return
    outcome: Sent | DomainError
    try:
        sender = _sender(actor, row)
        with speaking(sender.locale):
            (outcome,) = send_all([replace(_letter(sender, row), scheduled_at=row.made_at)])
            reason = str(outcome.message) if isinstance(outcome, DomainError) else ""
    except NotFound as error:
        outcome, reason = error, str(error.message)
    if isinstance(outcome, Sent):
        _let_go(row)
        return
    row.returned_at, row.reason = actor.now, _said(outcome, reason)[:REASON_LENGTH]
    session.flush()
    events.emit(
        actor,
        person_topic(row.sender_id),
        SENDING_RETURNED,
        scheduled_id=row.id,
        person_id=row.sender_id,
    )


def tidy(actor: Actor) -> None:
    """Erase what came back long ago, with its files."""
    gone = delete(Scheduled).where(Scheduled.returned_at < actor.now - KEPT).returning(Scheduled.id)
    owning.release(SCHEDULED, session.scalars(gone).all())


def release_of(room_id: int) -> None:
    """Let go the files of everything that waits in a room which is erased."""
    waiting = session.scalars(select(Scheduled.id).where(Scheduled.room_id == room_id)).all()
    owning.release(SCHEDULED, waiting)


def _let_go(row: Scheduled) -> None:
    """It was sent, with its files, or is not wanted any more."""
    owning.release(SCHEDULED, [row.id])
    session.delete(row)


def _said(outcome: Sent | DomainError, reason: str) -> str:
    fields = outcome.fields if isinstance(outcome, Invalid) else {}
    return " ".join(str(one) for one in fields.values()) or reason


def _sender(actor: Actor, row: Scheduled) -> Actor:
    who = acting(row.sender_id, actor)
    locale = session.scalar(select(Preference.locale).where(Preference.person_id == row.sender_id))
    return replace(
        who, via="job", zone=row.zone, confirmed=frozenset(row.confirmed), locale=locale or who.locale
    )


def _letter(actor: Actor, row: Scheduled) -> Letter:
    return Letter(
        actor,
        _room_uid(row),
        row.text,
        row.key,
        row.reply_to,
        tuple(row.mentions),
        files=tuple(one.uid for one in files_of([row.id]).get(row.id, ())),
        loudness=Alerting(row.loudness),
    )


def _room_uid(row: Scheduled) -> uuid.UUID:
    return session.scalars(select(Room.uid).where(Room.id == row.room_id)).one()


def _writable(actor: Actor, room_uid: uuid.UUID) -> RoomView:
    view = rooms.one(actor, room_uid)
    require_live(view)
    if not view.may_send or actor.person_id is None or actor.is_guest:
        raise denied(view, gettext("You may read this room, but not write in it."))
    return view


def _checked(
    actor: Actor,
    view: RoomView,
    text: str,
    mentions: Sequence[str],
    loudness: Alerting,
    *,
    has_files: bool,
) -> str:
    require_loudness(actor, view.kind, view.role, view.unit_id, loudness)
    text = cleaned(actor, view.unit_id, text, has_files=has_files)
    naming.addressees(actor, view, mentions, text)
    return text


def _possible(actor: Actor, due_at: datetime | None) -> datetime:
    if due_at is None:
        raise _refusal(gettext("Please enter the day and the time at which it is to be sent."), "due_at")
    if due_at <= actor.now:
        raise _refusal(gettext("This time is over. Please choose a later one."), "due_at")
    if due_at > actor.now + FURTHEST:
        raise _refusal(gettext("Please choose a time within one year."), "due_at")
    return due_at


def _number(actor: Actor) -> int:
    return (
        session.scalar(
            select(func.count()).select_from(Scheduled).where(Scheduled.sender_id == actor.person_id)
        )
        or 0
    )


def _locked(actor: Actor, uid: uuid.UUID) -> Scheduled:
    statement = select(Scheduled).where(Scheduled.uid == uid, Scheduled.sender_id == actor.person_id)
    row = session.scalars(statement.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise not_found()
    return row


def _enqueue(actor: Actor, row: Scheduled) -> None:
    jobs.enqueue(
        actor,
        DELIVER,
        {"scheduled_id": row.id, "version": row.version},
        key=f"{DELIVER}-{row.id}-{row.version}",
        due_at=row.due_at,
    )


def _refusal(words: str, field: str) -> Invalid:
    return Invalid(words, fields={field: words})


__all__ = ["Later", "change", "deliver", "release_of", "schedule", "send_now", "tidy", "withdraw"]
