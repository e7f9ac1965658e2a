"""What of a list one answer holds, and the time that a list is asked for."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from groupware.api.reading import wrong_position
from groupware.capabilities import Span
from groupware.errors import Invalid
from groupware.i18n import gettext
from groupware.plugin import Slice
from plugins.facility.services.plans import is_sensible

LONGEST_WINDOW = timedelta(days=62)
NEXT_DAYS = timedelta(days=7)


def slice_of(
    rows: Sequence[Any],
    limit: int,
    after: tuple[Any, ...] | None,
    shape: Callable[[Any], Any],
    key: Callable[[Any], int] = attrgetter("id"),
) -> Slice:
    """The rows behind the one at which the slice before ended, as far as one answer goes; from the first if that one is gone.

    For lists whose order is not that of their keys and that are short enough to be read whole.
    """
    if after is not None and (len(after) != 1 or not isinstance(after[0], int)):
        raise wrong_position()
    keys = [key(row) for row in rows]
    start = keys.index(after[0]) + 1 if after is not None and after[0] in keys else 0
    shown = rows[start : start + limit]
    is_more = start + limit < len(rows)
    return Slice(items=[shape(row) for row in shown], next=(key(shown[-1]),) if is_more else None)


def window(since: datetime | None, until: datetime | None, name: str) -> Span:
    """The time between. Raises Invalid, at the field `name`, for none, an empty one and one of more than 62 days."""
    is_whole = since is not None and until is not None and is_sensible(since) and is_sensible(until)
    if not is_whole or since is None or until is None or not since < until <= since + LONGEST_WINDOW:
        raise Invalid(
            gettext("Some entries need your attention."),
            fields={name: gettext("Please give a time of at most 62 days.")},
        )
    return Span(since, until)


def week_after(since: datetime) -> datetime | None:
    """A week later; None where there is no such moment."""
    return since + NEXT_DAYS if is_sensible(since) else None
