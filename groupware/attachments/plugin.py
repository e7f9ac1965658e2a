"""Attachments as a feature of the house."""

from groupware.attachments import hooks, working
from groupware.attachments.events import EVENTS
from groupware.attachments.notifications import NOTIFICATIONS
from groupware.attachments.permissions import PERMISSIONS
from groupware.attachments.rules import RULES
from groupware.attachments.services import sanitising
from groupware.attachments.services.examining import EXAMINE
from groupware.attachments.services.picturing import PICTURE
from groupware.attachments.views import blueprint
from groupware.i18n import lazy_gettext
from groupware.plugin import CONTRACT, Job, Plugin

hooks.when_ready(sanitising.ask)

plugin = Plugin(
    id="attachments",
    contract=CONTRACT,
    title=lazy_gettext("Attachments"),
    summary=lazy_gettext("Files that belong to postings and to whatever else has files."),
    icon="paperclip",
    order=994,
    in_menu=False,
    blueprint=blueprint,
    permissions=PERMISSIONS,
    rules=RULES,
    events=EVENTS,
    notifications=NOTIFICATIONS,
    jobs=(
        Job(id=sanitising.SANITISE, title=lazy_gettext("Have a file sanitised"), run=sanitising.begin),
        Job(
            id=sanitising.SANITISE_NOW,
            title=lazy_gettext("Sanitise a file"),
            run=sanitising.process,
            lease=900,
            attempts=200,
        ),
        Job(
            id="attachments.sanitise_all",
            title=lazy_gettext("Have files sanitised that came before"),
            every=600,
            run=sanitising.ask_for_all,
        ),
        Job(
            id=EXAMINE,
            title=lazy_gettext("Examine a file"),
            run=working.examine,
            lease=900,
            attempts=200,
            own_units=True,
        ),
        Job(id=PICTURE, title=lazy_gettext("Draw a file"), run=working.picture, attempts=2, own_units=True),
        Job(
            id="attachments.sweep",
            title=lazy_gettext("Erase files that nobody needs"),
            every=3600,
            run=working.sweep,
            lease=1800,
            own_units=True,
        ),
    ),
)
