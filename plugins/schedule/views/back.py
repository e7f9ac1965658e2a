"""The way back to where somebody came from to enter something."""

import uuid

from groupware.web.security import own_path


def back_with(back: str | None, **named: uuid.UUID) -> str:
    """Where another function wants to hear of what was made; empty for none, and for what does not lie in this house."""
    path = own_path(back)
    if not path:
        return ""
    query = "&".join(f"{name}={uid}" for name, uid in named.items())
    return f"{path}{'&' if '?' in path else '?'}{query}"


__all__ = ["back_with"]
