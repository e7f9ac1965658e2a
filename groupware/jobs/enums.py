"""States of a job."""

from enum import StrEnum

from groupware.i18n import lazy_pgettext


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    """Not begun, or to be tried again; due at its time."""
    RUNNING = "running"
    """A worker has it until its lease ends; after that another one may take it."""
    DONE = "done"
    FAILED = "failed"
    """Tried as often as it may be: it waits for somebody to look."""
    CANCELLED = "cancelled"

    @property
    def label(self) -> object:
        """The state in words."""
        return LABELS[self]


LABELS = {
    JobState.WAITING: lazy_pgettext("job", "Waiting"),
    JobState.RUNNING: lazy_pgettext("job", "Running"),
    JobState.DONE: lazy_pgettext("job", "Done"),
    JobState.FAILED: lazy_pgettext("job", "Failed"),
    JobState.CANCELLED: lazy_pgettext("job", "Cancelled"),
}
