"""What facility booking does by itself."""

from groupware.actor import Actor
from groupware.i18n import lazy_gettext
from groupware.plugin import Job
from plugins.facility.services import attending


def release(actor: Actor) -> None:
    """Release what nobody has checked in to."""
    attending.release_unused(actor)


JOBS = (
    Job(
        id="facility.release",
        title=lazy_gettext("Release facilities that nobody checked in to"),
        run=release,
        every=60,
    ),
)
