"""What the schedule does by itself."""

from groupware.actor import Actor
from groupware.i18n import lazy_gettext
from groupware.plugin import Job
from plugins.schedule.services import reminding, spanning


def extend(actor: Actor) -> None:
    """Write what has come within the horizon of series without an end, some of them each time."""
    spanning.extend(actor.now)


def follow_transfers(actor: Actor) -> None:
    """Let council days and the like make busy whom they mean since people were transferred."""
    spanning.follow_transfers(actor.now)


def remind(actor: Actor) -> None:
    """Tell people of what begins soon, as they chose."""
    reminding.walk(actor)


JOBS = (
    Job(
        id="schedule.extend",
        title=lazy_gettext("Write coming occurrences of repeated events"),
        run=extend,
        every=900,
    ),
    Job(
        id="schedule.follow_transfers",
        title=lazy_gettext("Let events of the city make busy whom they mean after transfers"),
        run=follow_transfers,
        every=3600,
    ),
    Job(id="schedule.remind", title=lazy_gettext("Remind people of their events"), run=remind, every=60),
    Job(
        id=reminding.REMIND_SOME,
        title=lazy_gettext("Remind more people of their events"),
        run=reminding.tell_some,
    ),
)
