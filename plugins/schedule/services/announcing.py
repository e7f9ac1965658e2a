"""Tell open pages of calendars that something has changed: by organisation, without saying what.

A page of calendars follows the organisations of its people (`schedule.unit.<id>`) and asks anew what its reader may see. Topics
of single people would be a row for every participant of every event; one for the city would be a queue for everybody.
"""

from collections.abc import Collection, Iterable

from groupware import events, rules
from groupware.actor import Actor
from groupware.directory.queries.roll import roll
from groupware.directory.tree import org_tree
from groupware.directory.wall import AFFILIATED
from plugins.schedule.enums import Hidden, Visibility
from plugins.schedule.events import CALENDARS_CHANGED, unit_topic
from plugins.schedule.models import Event
from plugins.schedule.rules import HIDDEN

MOST_UNITS = 20
"""Organisations that are told of one event; pages of all others are fresh when they are opened."""
_SHOWN = frozenset({Visibility.EVERYONE.value, Visibility.TIME_AND_TITLE.value, Visibility.TIME_ONLY.value})


def announce(actor: Actor, event: Event, people: Iterable[int], visibilities: Collection[str] = ()) -> None:
    """Have the pages on which these people stand looked at anew.

    Not where the event is nothing to others, now and with what it was before (`visibilities`): then it is for nobody to know that
    something has changed.
    """
    is_shown = bool(_SHOWN & {event.visibility, *visibilities})
    if not is_shown and rules.value(HIDDEN, event.unit_id) == Hidden.NOTHING:
        return
    entries = roll().entries
    units = {entry.unit_id for one in people if (entry := entries.get(one)) is not None}
    if event.calendar_unit_id is not None:
        units.add(event.calendar_unit_id)
    for unit_id in sorted(one for one in units if one is not None)[:MOST_UNITS]:
        events.emit(actor, unit_topic(unit_id), CALENDARS_CHANGED)


def may_follow(actor: Actor, unit_id: int) -> bool:
    """Whether the actor may look at the calendars of an organisation: of any but for the wall around affiliated bodies."""
    tree = org_tree(actor.today)
    if tree.get(unit_id) is None:
        return False
    above = tree.ancestors(actor.unit_id)
    root = tree.get(above[-1]) if above else None
    return root is None or root.kind != AFFILIATED or tree.ancestors(unit_id)[-1] == root.id
