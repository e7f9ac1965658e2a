"""Attachments as a feature of the house."""

from groupware.attachments.rules import RULES
from groupware.attachments.services.examining import EXAMINE, examine
from groupware.attachments.services.sweeping import sweep
from groupware.attachments.views import blueprint
from groupware.i18n import lazy_gettext
from groupware.plugin import CONTRACT, Job, Plugin

plugin = Plugin(
    id="attachments",
    contract=CONTRACT,
    title=lazy_gettext("Attachments"),
    summary=lazy_gettext("Files that belong to postings and to whatever else has files."),
    icon="paperclip",
    order=994,
    in_menu=False,
    blueprint=blueprint,
    rules=RULES,
    jobs=(
        Job(id=EXAMINE, title=lazy_gettext("Examine a file"), run=examine, lease=900, attempts=200),
        Job(
            id="attachments.sweep", title=lazy_gettext("Erase files that nobody needs"), every=3600, run=sweep
        ),
    ),
)
