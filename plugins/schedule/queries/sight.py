"""How much of an event somebody sees: decided here, for lists, pages, calls and feeds alike.

`SIGHT` is a column of statements that are executed with `parameters`; `seen` makes a `Sight` of its value. `READABLE` are
the events that have a page of their own for the actor: those of which they see at least the title.
"""

from typing import Any

from sqlalchemy import Boolean, SmallInteger, and_, bindparam, case, cast, or_

from groupware import access, rules
from groupware.access import may_be_seen
from groupware.actor import Actor
from groupware.among import among
from plugins.schedule.enums import OWNER, Hidden, Sight, Visibility
from plugins.schedule.models import Event
from plugins.schedule.models.ties import IS_ORGANISER, IS_PARTICIPANT, IS_SERVED, IS_VIEWER
from plugins.schedule.permissions import READ
from plugins.schedule.rules import HIDDEN

HIDES = -1
"""Value of `SIGHT` where the bureau's rule decides between time and nothing."""

_IS_PRIVATE = Event.visibility == Visibility.PRIVATE.value
_IS_THEIRS = or_(IS_ORGANISER, IS_PARTICIPANT)
_IS_GRANTED = and_(
    ~_IS_PRIVATE,
    or_(
        bindparam("grant_all", type_=Boolean()) == True,  # noqa: E712  SQL, not Python
        among(Event.unit_id, "grant_units"),
        among(Event.id, "grant_objects"),
    ),
)

_IS_OPENED = or_(_IS_GRANTED, _IS_THEIRS, IS_VIEWER, IS_SERVED)

# Most events are open to everybody: the ties of the others alone are looked up.
SIGHT = cast(
    case(
        (Event.visibility == Visibility.EVERYONE.value, int(Sight.FULL)),
        (_IS_OPENED, int(Sight.FULL)),
        (Event.visibility == Visibility.TIME_AND_TITLE.value, int(Sight.TITLE)),
        (Event.visibility == Visibility.TIME_ONLY.value, int(Sight.TIME)),
        else_=HIDES,
    ),
    SmallInteger,
).label("sight")

IS_LABELLED = may_be_seen(Event.classification)
IS_TITLED = or_(~_IS_PRIVATE, _IS_THEIRS)
"""Of the events that the actor may read, those that are not too private for a grant."""
READABLE = and_(access.visible(READ, Event), IS_TITLED)


IS_FULL = and_(IS_LABELLED, or_(Event.visibility == Visibility.EVERYONE.value, _IS_OPENED))
"""Events of which the actor sees all; executed with `parameters` as well."""


def parameters(actor: Actor) -> dict[str, Any]:
    """What statements with `SIGHT` or `READABLE` are executed with."""
    return access.parameters(actor, READ, OWNER)


def seen(value: int, unit_id: int | None) -> Sight:
    """What the value of `SIGHT` means for an event of this organisation."""
    if value != HIDES:
        return Sight(value)
    return Sight.TIME if rules.value(HIDDEN, unit_id) == Hidden.TIME else Sight.NOTHING
