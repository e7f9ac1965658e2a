"""Realtime as a feature of the house."""

from groupware.events.services import tidy
from groupware.i18n import lazy_gettext
from groupware.plugin import CONTRACT, Job, Plugin
from groupware.realtime.rules import RULES
from groupware.realtime.views import blueprint

plugin = Plugin(
    id="realtime",
    contract=CONTRACT,
    title=lazy_gettext("Open pages"),
    summary=lazy_gettext("What happens reaches the pages that are open."),
    icon="bell",
    order=993,
    in_menu=False,
    blueprint=blueprint,
    rules=RULES,
    jobs=(
        Job(
            id="realtime.tidy",
            title=lazy_gettext("Remove events that nobody will catch up on any more"),
            every=600,
            run=tidy,
        ),
    ),
)
