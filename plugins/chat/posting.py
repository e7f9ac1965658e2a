"""The door for messages that people send: page, call and socket come in here, outside of a unit of work.

Those who send at the same moment share a transaction. Who is told that something was sent is told so after its commit.
"""

from collections.abc import Sequence
from uuid import UUID

from flask import current_app

from groupware.actor import Actor
from groupware.group_commit import GroupCommit
from plugins.chat.enums import Alerting
from plugins.chat.expressions import Stamp
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


def _queue() -> Queue:
    found: Queue = current_app.extensions.setdefault(EXTENSION, GroupCommit(send_all, _weight))
    return found


def _weight(letter: Letter) -> int:
    return len(letter.text)


__all__ = ["post"]
