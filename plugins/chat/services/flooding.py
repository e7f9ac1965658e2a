"""How fast one person may speak: so that a script, or a key that got stuck, disturbs nobody.

Counts are in Redis where the site has one, else in the process.
"""

from groupware.actor import Actor
from groupware.api.limiting import limits
from groupware.errors import TooMany
from groupware.i18n import gettext

MESSAGES = 30
SECONDS = 10


def require_slow(actor: Actor) -> None:
    """Count a message of somebody who speaks for themselves. Raises TooMany for more than MESSAGES in SECONDS."""
    if actor.via not in ("web", "api", "socket"):
        return
    try:
        limits().count_act("chat-messages", str(actor.person_id), MESSAGES, SECONDS)
    except TooMany as error:
        words = gettext(
            "You are sending very fast. Please wait %(seconds)d seconds.", seconds=error.retry_after
        )
        raise TooMany(words, retry_after=error.retry_after) from error


__all__ = ["require_slow"]
