"""What the schedule does by itself."""

from groupware.actor import Actor
from groupware.i18n import lazy_gettext
from groupware.plugin import Job
from plugins.schedule.services import polls, private, reminding, spanning, special


def extend(actor: Actor) -> None:
    """Write what has come within the horizon of series without an end, some of them each time."""
    spanning.extend(actor.now)


def follow_transfers(actor: Actor) -> None:
    """Let council days and the like make busy whom they mean since people were transferred."""
    spanning.follow_transfers(actor.now)


def remind(actor: Actor) -> None:
    """Tell people of what begins soon, as they chose."""
    reminding.walk(actor)


def remind_of_poll(actor: Actor, poll_id: int, answer_by: str) -> None:
    """Remind those who have not answered to a date poll."""
    polls.remind(actor, poll_id, answer_by)


def expire_poll(actor: Actor, poll_id: int, answer_by: str) -> None:
    """Tell the organiser of a date poll that its deadline is over."""
    polls.expire(actor, poll_id, answer_by)


def remind_of_papers(actor: Actor, request_id: int, due: str) -> None:
    """Remind of papers for an appointment with the mayor and others."""
    special.remind_of_papers(actor, request_id, due)


def forget_leavers(actor: Actor) -> None:
    """Erase the private calendars of people who left."""
    private.forget_leavers(actor.today)


JOBS = (
    Job(
        id="schedule.forget_leavers",
        title=lazy_gettext("Erase private calendars of people who left"),
        run=forget_leavers,
        every=86_400,
    ),
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
    Job(id="schedule.poll_remind", title=lazy_gettext("Remind of date polls"), run=remind_of_poll),
    Job(id="schedule.poll_expire", title=lazy_gettext("Tell of the deadline of date polls"), run=expire_poll),
    Job(id="schedule.papers_due", title=lazy_gettext("Remind of papers"), run=remind_of_papers),
)
