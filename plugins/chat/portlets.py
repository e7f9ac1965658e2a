"""What the chat gives to the portal."""

from collections.abc import Mapping
from typing import Any

from groupware.actor import Actor


def rooms(actor: Actor) -> Mapping[str, Any]:
    """A place for one's rooms, which a script fetches: the portal is asked for most of all pages, and pays nothing for it."""
    return {"person_id": actor.person_id}
