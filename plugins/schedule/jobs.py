"""What the schedule does by itself."""

from groupware.actor import Actor
from groupware.i18n import lazy_gettext
from groupware.plugin import Job
from plugins.schedule.services import spanning


def extend(actor: Actor) -> None:
    """Write what has come within the horizon of series without an end, some of them each time."""
    spanning.extend(actor.now)


JOBS = (
    Job(
        id="schedule.extend",
        title=lazy_gettext("Write coming occurrences of repeated events"),
        run=extend,
        every=900,
    ),
)
