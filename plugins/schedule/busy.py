"""What other plugins ask of calendars: `groupware.capabilities.BusyTimes`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from groupware import clock
from groupware.actor import Actor
from groupware.capabilities import Span
from groupware.directory.queries.roll import roll
from groupware.errors import Invalid
from groupware.i18n import gettext
from plugins.schedule.queries.free import busy_people

LONGEST = timedelta(days=366)


class Calendars:
    """Knows from the calendars of people when they are busy."""

    def busy(self, actor: Actor, people: Sequence[int], window: Span) -> Mapping[int, Sequence[Span]]:
        """The times at which people are busy within the window."""
        if window.ends_at - window.starts_at > LONGEST:
            raise Invalid(gettext("Please ask for at most %(days)s days.", days=LONGEST.days), code="window")
        if window.ends_at <= window.starts_at:
            return {}
        place = roll().place
        first = clock.local(window.starts_at).date()
        number = (clock.local(window.ends_at).date() - first).days + 1
        found = busy_people([one for one in people if one in place], first, number)
        return {person: _joined(times, window) for person, times in found.items()}


def _joined(times: Iterable[tuple[datetime, datetime]], window: Span) -> list[Span]:
    found: list[Span] = []
    for starts_at, ends_at in sorted(times):
        begins, ends = max(starts_at, window.starts_at), min(ends_at, window.ends_at)
        if begins >= ends:
            continue
        if found and begins <= found[-1].ends_at:
            found[-1] = Span(found[-1].starts_at, max(found[-1].ends_at, ends))
        else:
            found.append(Span(begins, ends))
    return found
