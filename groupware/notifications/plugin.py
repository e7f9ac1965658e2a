"""The timeline as a feature of the house."""

from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.notifications.api import COLLECTIONS
from groupware.notifications.events import EVENTS
from groupware.notifications.mail.refusals import MANAGE
from groupware.notifications.mail.sending import EVERY, LEASE, SEND, send_due
from groupware.notifications.rules import RULES
from groupware.notifications.services import DELIVER, FORGET, deliver, forget, tidy
from groupware.notifications.views import blueprint
from groupware.plugin import CONTRACT, Job, NavItem, Plugin, Scope

plugin = Plugin(
    id="notifications",
    contract=CONTRACT,
    title=lazy_pgettext("menu", "What is new"),
    summary=lazy_gettext("What happened that concerns a person, in one list."),
    icon="bell",
    order=992,
    in_menu=False,
    endpoint="notifications.index",
    blueprint=blueprint,
    nav=(
        NavItem(endpoint="notifications.index", label=lazy_pgettext("menu", "What is new")),
        NavItem(endpoint="notifications.settings", label=lazy_gettext("Notification settings")),
        NavItem(
            endpoint="notifications.mail", label=lazy_gettext("Mail about what is new"), permission=MANAGE
        ),
    ),
    rules=RULES,
    events=EVENTS,
    jobs=(
        Job(id=DELIVER, title=lazy_gettext("Write down what is new"), run=deliver, lease=120),
        Job(id=FORGET, title=lazy_gettext("Remove lines about what is gone"), run=forget, lease=120),
        Job(
            id=SEND,
            title=lazy_gettext("Send mail about what is new"),
            every=EVERY,
            run=send_due,
            lease=LEASE,
            own_units=True,
        ),
        Job(
            id="notifications.tidy",
            title=lazy_gettext("Remove old lines of what was new"),
            every=24 * 3600,
            run=tidy,
        ),
    ),
    api=COLLECTIONS,
    scopes=(
        Scope(id="notifications:read", title=lazy_gettext("Read what is new")),
        Scope(id="notifications:write", title=lazy_gettext("Mark what is new as read")),
    ),
)
