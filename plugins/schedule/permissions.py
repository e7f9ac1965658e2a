"""What can be allowed in the schedule by grants. Taking part in an event gives rights of its own beside them."""

from groupware.i18n import lazy_gettext
from groupware.plugin import Permission

READ = "schedule:event:read"
MANAGE = "schedule:event:manage"
WRITE = "schedule:calendar:write"
KIND_MANAGE = "schedule:kind:manage"
SECRETARY_MANAGE = "schedule:secretary:manage"

PERMISSIONS = (
    Permission(
        id=READ,
        title=lazy_gettext("See events of others as their participants do, private ones aside"),
        is_audited=False,
    ),
    Permission(
        id=WRITE,
        title=lazy_gettext("Enter and change events of others, as a secretary does"),
        implies=(READ,),
    ),
    Permission(
        id=MANAGE,
        title=lazy_gettext("Enter events into the calendars of organisations"),
    ),
    Permission(id=KIND_MANAGE, title=lazy_gettext("Manage the kinds of events")),
    Permission(id=SECRETARY_MANAGE, title=lazy_gettext("Name the secretaries of people and posts")),
)
