"""What a program says that it has seen before it writes: If-Match, If-None-Match, If-Schedule-Tag-Match."""

from typing import Any

from flask import request

from groupware.errors import Changed
from groupware.i18n import gettext


def check(entry: Any | None) -> None:
    """Raise Changed unless the program has seen what is there: its `tag`, or nothing."""
    changed = Changed(gettext("It has changed since you read it. Please read it again."))
    if "If-None-Match" in request.headers:
        unseen = request.if_none_match
        if entry is not None and (unseen.star_tag or unseen.contains(entry.tag)):
            raise changed
    seen = request.headers.get("If-Schedule-Tag-Match")
    if seen is not None and (entry is None or seen.strip('"') != entry.tag):
        raise changed
    if "If-Match" in request.headers and (entry is None or not request.if_match.contains(entry.tag)):
        raise changed
