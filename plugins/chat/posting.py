"""The door for messages that people send: page, call and socket come in here, outside of a unit of work.

Those who send at the same moment share a transaction. Who is told that something was sent is told so after its commit.
"""

from collections.abc import Sequence
from uuid import UUID

from flask import current_app

from groupware.actor import Actor, CallingSystem
from groupware.db import unit
from groupware.errors import DomainError
from groupware.group_commit import GroupCommit
from plugins.chat.enums import Alerting
from plugins.chat.expressions import Stamp
from plugins.chat.services import automatic
from plugins.chat.services.flooding import require_slow
from plugins.chat.services.sending import Letter, Sent, send_all
from plugins.chat.services.wording import possible

EXTENSION = "chat_posting"

Queue = GroupCommit[Letter, Sent]


def post(
    actor: Actor,
    room: UUID,
    text: str,
    *,
    key: str,
    reply_to: UUID | None = None,
    mentions: Sequence[str] = (),
    stamp: Stamp | None = None,
    files: Sequence[UUID] = (),
    loudness: Alerting = Alerting.USUAL,
) -> Sent:
    """Say something in a room, as `messages.send`, and return once it is durable. However often the same `key` comes, it is said once.

    Raises what `send_all` refuses, TooMany for a flood, and what the database raises where it is away: whoever is not told that it was
    sent sends it again with the same key.
    """
    # What nobody has to wait for: Redis, if the counts are there, and texts that are far too long.
    require_slow(actor)
    letter = Letter(actor, room, possible(text), key, reply_to, mentions, stamp, files, loudness=loudness)
    return _queue().do(letter)


def post_automatically(caller: CallingSystem, text: str, key: str) -> Sent:
    """Say what the program of a webhook says, and return once it is durable. However often the same `key` comes, it is said once.

    Raises what `send_all` refuses, NotFound for a room that is gone, Denied where nobody answers for it any more, TooMany for a flood. What
    the owners of the room can mend is told them, once.
    """
    automatic.require_slow(caller)
    text = possible(text)
    try:
        with unit("read"):
            letter, was_refused = automatic.letter(caller, text, key)
        sent = _queue().do(letter)
    except DomainError as error:
        if automatic.tells(error):
            with unit("write"):
                automatic.refused(caller, error)
        raise
    if was_refused:
        with unit("write"):
            automatic.passed(caller)
    return sent


def _queue() -> Queue:
    found: Queue = current_app.extensions.setdefault(EXTENSION, GroupCommit(send_all, _weight))
    return found


def _weight(letter: Letter) -> int:
    return len(letter.text)


__all__ = ["post", "post_automatically"]
