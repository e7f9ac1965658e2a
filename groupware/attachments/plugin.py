"""Attachments as a feature of the house."""

from groupware.attachments.rules import RULES
from groupware.attachments.views import blueprint
from groupware.i18n import lazy_gettext
from groupware.plugin import CONTRACT, Plugin

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
)
