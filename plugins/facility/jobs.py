"""What facility booking does by itself."""

from groupware.actor import Actor
from groupware.i18n import lazy_gettext
from groupware.plugin import Job
from plugins.facility.services import attending, loans, reconfirming, serving, trips


def release(actor: Actor) -> None:
    """Release what nobody has checked in to."""
    attending.release_unused(actor)


def lapse(actor: Actor) -> None:
    """Give what was offered and not taken to the next who waits."""
    serving.lapse(actor)


def reconfirm(actor: Actor) -> None:
    """Release the series that nobody confirmed, and ask about others."""
    reconfirming.release_unanswered(actor)
    reconfirming.ask(actor)


def remind_of_logs(actor: Actor) -> None:
    """Remind those who had a car and wrote no driving log."""
    trips.remind(actor)


def hold_overdue(actor: Actor) -> None:
    """Keep equipment held that has not come back, and remind of it."""
    loans.hold_overdue(actor)


JOBS = (
    Job(
        id="facility.hold_overdue",
        title=lazy_gettext("Keep equipment held that has not come back, and remind of it"),
        run=hold_overdue,
        every=300,
    ),
    Job(
        id="facility.release",
        title=lazy_gettext("Release facilities that nobody checked in to"),
        run=release,
        every=60,
    ),
    Job(
        id="facility.lapse",
        title=lazy_gettext("Offer what was not taken to the next of the waiting list"),
        run=lapse,
        every=60,
    ),
    Job(
        id="facility.reconfirm",
        title=lazy_gettext("Ask whether series still take place, and release those that nobody confirmed"),
        run=reconfirm,
        every=3600,
    ),
    Job(
        id="facility.remind_of_logs",
        title=lazy_gettext("Remind of driving logs that are missing"),
        run=remind_of_logs,
        every=600,
    ),
)
