"""What somebody wrote, as it is shown: whom it names stands out, and what looks like an address is a link.

Only those whom a message was addressed to are marked, never what merely looks like it.
"""

import re
from collections.abc import Sequence

from jinja2.utils import urlize
from markupsafe import Markup, escape

from plugins.chat.queries.mentions import Named


def shown(text: str, named: Sequence[Named] = ()) -> Markup:
    """The text of a message for a page."""
    marks = {f"@{one.label}": one.is_me for one in sorted(named, key=lambda one: one.is_me)}
    if not marks:
        return _linked(text)
    longest_first = sorted(marks, key=len, reverse=True)
    parts = re.split(f"({'|'.join(map(re.escape, longest_first))})", text)
    return Markup("").join(_mark(part, marks[part]) if part in marks else _linked(part) for part in parts)


def _mark(words: str, is_me: bool) -> Markup:
    return Markup('<span class="chat-mention{}">{}</span>').format(" is-me" if is_me else "", escape(words))


def _linked(text: str) -> Markup:
    return Markup(urlize(text, rel="noopener noreferrer", target="_blank"))  # noqa: S704  it escapes what it is given


__all__ = ["shown"]
