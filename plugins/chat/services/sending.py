"""Write messages, many of them in one unit of work: what each of them needs is asked and written for all at once.

Rooms are locked first, in one order; then it is decided for each message whether it may be said, and what is refused is refused
alone. The rows of all others follow: messages, index, the numbers of the rooms, the places of their senders, the events.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import uuid6
from sqlalchemy import update

from groupware import events, search
from groupware.actor import Actor, system
from groupware.db import BIGINT, UTCDateTime, for_each_database
from groupware.errors import Conflict, Denied, DomainError, Invalid
from groupware.given import insertion, row_of, write
from groupware.guards.zoning import labels_of
from groupware.i18n import gettext, speaking
from plugins.chat.enums import MESSAGE, Alerting, Role
from plugins.chat.events import MESSAGE_SENT, room_topic
from plugins.chat.expressions import Stamp
from plugins.chat.models import Message, Place, Room
from plugins.chat.queries import rooms as seen
from plugins.chat.queries import sending as queries
from plugins.chat.queries import titles, webhooks
from plugins.chat.queries.finding import search_texts
from plugins.chat.services import drafts, filing
from plugins.chat.services import mentions as naming
from plugins.chat.services.locking import denied, require_live
from plugins.chat.services.loudness import require_loudness
from plugins.chat.services.mentions import Addressee
from plugins.chat.services.reading import new_place
from plugins.chat.services.voices import Voice, voice
from plugins.chat.services.wording import KEY_LENGTH, cleaned


@dataclass(frozen=True, slots=True)
class Hook:
    """The webhook by which a program says something, and the role that who made it must have in the room."""

    id: int
    name: str
    least: Role


@dataclass(frozen=True, slots=True)
class Letter:
    """Something that somebody wants to say."""

    actor: Actor
    room: uuid.UUID
    text: str
    key: str
    reply_to: uuid.UUID | None = None
    mentions: Sequence[str] = ()
    """Whom it names, as `person:77`, `unit_tree:12` or `all`."""
    stamp: Stamp | None = None
    """With it no text is needed."""
    files: Sequence[uuid.UUID] = ()
    """What was sent in before, or belongs to something that the actor may see. With it no text is needed either."""
    loudness: Alerting = Alerting.USUAL
    scheduled_at: datetime | None = None
    """When it was put by to be sent at this time."""
    quotation: str = ""
    """What is forwarded with it, worded by `services/forwarding.py`. It stands below the text, and is not changed by an edit."""
    hook: Hook | None = None
    """By what a program says it. The actor is then who made the webhook: it counts what they may, and nothing is done in their name."""

    @property
    def has_key(self) -> bool:
        """Whether it can be known again by its key. That of a program was made by `services/automatic.py`."""
        return self.hook is not None or (
            bool(self.key) and len(self.key) <= KEY_LENGTH and self.key.isprintable()
        )


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as it was kept. `is_new` is False where the key had sent it before."""

    id: int
    uid: uuid.UUID
    room_id: int
    seq: int
    created_at: datetime
    is_new: bool


@dataclass(slots=True)
class _Kept:
    """A message that is written, with what else is known of it."""

    letter: Letter
    sender: int
    room: Any
    text: str
    answers: Any
    named: Sequence[Addressee]
    files: Sequence[uuid.UUID]
    read_from: int | None
    """How far its sender had read, if not everything before it."""
    sent: Sent
    quote_at: int | None = None

    @property
    def is_section(self) -> bool:
        """Whether it is an answer of the section whose desk it is."""
        return self.room.asker_id not in (None, self.sender)


@dataclass(frozen=True, slots=True)
class _Again:
    """The same key once more, while its message is being written."""

    kept: _Kept

    @property
    def sent(self) -> Sent:
        """As one that was sent before."""
        return replace(self.kept.sent, is_new=False)


@dataclass(slots=True)
class _Group:
    """What is known while it is decided: the last number and time of each room, keys that were used, how far senders have read."""

    last: dict[int, tuple[int, datetime | None]]
    read: dict[tuple[int, int], int] = field(default_factory=dict)
    by_key: dict[tuple[int, int, str], _Kept] = field(default_factory=dict)
    hooks: set[int] = field(default_factory=set)
    """Webhooks of which some are said, those that were not revoked."""
    kept: list[_Kept] = field(default_factory=list)


@for_each_database
def _insert() -> Any:
    names = (
        "uid", "room_id", "seq", "sender_id", "sender_name", "sender_unit", "reply_to", "created_at", "key",
        "stamp", "file_count", "loudness", "scheduled_at", "quote_at", "webhook_id", "text",
    )  # fmt: skip
    return insertion(Message, *names).returning(Message.id, Message.uid)


@for_each_database
def _advance() -> Any:
    given = row_of(("room", BIGINT), ("seq", BIGINT), ("at", UTCDateTime()))
    return update(Room).where(Room.id == given["room"]).values(last_seq=given["seq"], last_at=given["at"])


@for_each_database
def _come_to() -> Any:
    """Whoever says something has read what was said before."""
    statement = insertion(Place, *new_place(0, 0))
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["person_id", "room_id"],
        set_={"read_seq": new.read_seq, "read_at": new.read_at, "left_off_seq": new.left_off_seq},
    )


def send_all(letters: Sequence[Letter]) -> list[Sent | DomainError]:
    """Say all of it, in this order; returns for each what it became, or why it is refused.

    However often the same key comes, it is said once.
    NotFound for a room that the actor does not read, Denied for who only reads, Conflict for an archived room and for a key that sent
    another text, Invalid for what cannot be said. What is refused takes no number.
    """
    rooms = queries.rooms(letter.room for letter in letters)
    group = _Group({row.id: (row.last_seq, row.last_at) for row in rooms.values()})
    answered = queries.answered(one.reply_to for one in letters if one.reply_to is not None)
    there = [letter for letter in letters if letter.room in rooms]
    standing = iter(
        queries.standing([(one.actor, rooms[one.room].id, one.key if one.has_key else "") for one in there])
    )
    group.hooks = webhooks.standing({one.hook.id for one in there if one.hook is not None})
    outcomes: list[Sent | DomainError | _Kept | _Again] = []
    for letter in letters:
        with speaking(letter.actor.locale):
            try:
                if letter.room not in rooms:
                    raise seen.not_found()
                outcomes.append(_decided(group, letter, rooms[letter.room], next(standing), answered))
            except DomainError as error:
                outcomes.append(error)
    if group.kept:
        _write(group)
    return [one.sent if isinstance(one, _Kept | _Again) else one for one in outcomes]


def _decided(
    group: _Group, letter: Letter, room: Any, standing: Any, answered: Mapping[uuid.UUID, Any]
) -> Sent | _Kept | _Again:
    """The message that is to be written, or the one that the key sent before."""
    actor = letter.actor
    sender = _require_writer(letter, room, standing)
    if letter.hook is not None and letter.hook.id not in group.hooks:
        raise seen.not_found()
    if not letter.has_key:
        raise Invalid(gettext("The message has no valid key."), code="key")
    stamp = letter.stamp
    text = letter.text if stamp is None else letter.text.strip() or str(stamp.label)
    if letter.quotation:
        text = f"{text.strip()}\n\n{letter.quotation}"
    files = list(dict.fromkeys(letter.files))
    text = cleaned(actor, room.unit_id, text, has_files=bool(files))
    key = (room.id, sender, letter.key)
    earlier = group.by_key.get(key)
    if earlier is not None:
        _require_same((earlier.text, len(earlier.files)), (text, len(files)))
        return _Again(earlier)
    if standing.id is not None:
        first = queries.first_text(standing.id)
        first = standing.text if first is None else first
        _require_same((first, standing.file_count), (text, len(files)))
        return Sent(standing.id, standing.uid, room.id, standing.seq, standing.created_at, is_new=False)
    require_live(room)
    require_loudness(actor, room.kind, standing.role, room.unit_id, letter.loudness)
    answers = _answered_in(letter, room, answered)
    named: Sequence[Addressee] = ()
    if letter.mentions:
        named = naming.addressees(actor, seen.one(actor, letter.room), letter.mentions, text)
    if files:
        filing.require(actor, seen.one(actor, letter.room), files)
    last, last_at = group.last[room.id]
    # Clocks of two machines differ, and whoever looks for a day relies on times being in the order of the numbers.
    at = actor.now if last_at is None else max(actor.now, last_at)
    read = group.read.get((sender, room.id), standing.read_seq or 0)
    kept = _Kept(
        letter,
        sender,
        room,
        text,
        answers,
        named,
        files,
        read if read < last and letter.hook is None else None,
        Sent(0, uuid6.uuid7(), room.id, last + 1, at, is_new=True),
        len(text) - len(letter.quotation) if letter.quotation else None,
    )
    if letter.hook is None:
        group.read[sender, room.id] = kept.sent.seq
    group.last[room.id] = kept.sent.seq, at
    group.by_key[key] = kept
    group.kept.append(kept)
    return kept


def _require_writer(letter: Letter, room: Any, standing: Any) -> int:
    """Who says it. Raises NotFound for who does not read the room, Denied for who only reads it."""
    actor, hook = letter.actor, letter.hook
    least = Role.MEMBER if hook is None else hook.least
    is_writer = standing.role is not None and standing.role >= least
    if hook is not None and not is_writer:
        raise Denied(
            gettext("Whoever made this webhook may not make one in this room any more."), code="maker_denied"
        )
    if actor.person_id is None or not is_writer or room.classification not in labels_of(actor):
        view = seen.one(actor, letter.room)
        raise denied(view, gettext("You may read this room, but not write in it."))
    return actor.person_id


def _require_same(before: tuple[str, int], said: tuple[str, int]) -> None:
    """The text, and how many files come with it."""
    if before != said:
        raise Conflict(
            gettext("A message with this key was sent already, with another text."), code="key_reused"
        )


def _answered_in(letter: Letter, room: Any, answered: Mapping[uuid.UUID, Any]) -> Any:
    if letter.reply_to is None:
        return None
    found = answered.get(letter.reply_to)
    # Where late joiners do not see what was said before, it is not answered either.
    if (
        found is None
        or found.room_id != room.id
        or (not room.shows_past and found.seq <= seen.one(letter.actor, letter.room).floor)
    ):
        raise Conflict(gettext("The message that you answer is not there any more."), code="answered")
    return found


def _write(group: _Group) -> None:
    ids = {row.uid: row.id for row in write(_insert(), [_row(one) for one in group.kept])}
    for one in group.kept:
        one.sent = replace(one.sent, id=ids[one.sent.uid])
    search.add(MESSAGE, search_texts(ids.values()))
    for one in group.kept:
        if one.files:
            filing.attach(one.letter.actor, one.room.unit_id, one.sent.id, one.files)
    last = {one.room.id: one for one in group.kept}
    write(
        _advance(),
        [
            {"room": room_id, "seq": one.sent.seq, "at": one.sent.created_at}
            for room_id, one in sorted(last.items())
        ],
    )
    said = [one for one in group.kept if one.letter.hook is None]
    if said:
        # Everybody once for each room, with the last that they said there.
        come_to = {(one.sender, one.room.id): one for one in said}
        write(_come_to(), [_place(one) for _, one in sorted(come_to.items())])
        drafts.drop((one.sender, one.room.id, one.letter.key) for one in said)
    for one in group.kept:
        _emit(one)


def _row(one: _Kept) -> dict[str, Any]:
    hook = one.letter.hook
    signed = voice(one.letter.actor, one.room.unit_id, is_section=one.is_section)
    if hook is not None:
        signed = Voice(hook.name, "")
    return {
        "uid": one.sent.uid,
        "room_id": one.room.id,
        "seq": one.sent.seq,
        "sender_id": one.sender,
        "sender_name": signed.name,
        "sender_unit": signed.unit,
        "reply_to": one.answers.seq if one.answers is not None else None,
        "created_at": one.sent.created_at,
        "key": one.letter.key,
        "stamp": one.letter.stamp.value if one.letter.stamp is not None else None,
        "file_count": len(one.files),
        "loudness": one.letter.loudness.value,
        "scheduled_at": one.letter.scheduled_at,
        "quote_at": one.quote_at,
        "webhook_id": hook.id if hook is not None else None,
        "text": one.text,
    }


def _place(one: _Kept) -> dict[str, Any]:
    read = {"read_seq": one.sent.seq, "read_at": one.sent.created_at, "left_off_seq": one.sent.seq}
    return new_place(one.sender, one.room.id, **read)


def _emit(one: _Kept) -> None:
    told = titles.partner(one.letter.actor, one.room.kind, one.room.direct_key)
    if one.is_section:
        told = one.room.asker_id
    answers_other = one.answers is not None and told is None and one.answers.sender_id != one.sender
    mentioned = naming.keep(one.room.id, one.sent.id, one.named)
    is_silent = one.letter.loudness is Alerting.SILENT
    hook = one.letter.hook
    events.emit(
        one.letter.actor if hook is None else system("api"),
        room_topic(one.room.id),
        MESSAGE_SENT,
        room_id=one.room.id,
        message_id=one.sent.id,
        seq=one.sent.seq,
        read_from=one.read_from,
        partner_id=None if is_silent else told,
        answered_id=one.answers.sender_id if answers_other and not is_silent else None,
        mentioned=[] if is_silent else mentioned,
        watched_id=one.room.id if one.room.is_watched and not is_silent else None,
        is_urgent=one.letter.loudness is Alerting.URGENT,
        webhook_id=hook.id if hook is not None else None,
    )


__all__ = ["KEY_LENGTH", "Hook", "Letter", "Sent", "send_all"]
