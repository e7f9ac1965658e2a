"""What can be allowed in the chat by grants. Roles in a room give rights of their own beside them, and nearly always suffice.

None but those that manage are among the standard grants, and none of these opens a room: whoever administers a function does not read along.
"""

from groupware.i18n import lazy_gettext
from groupware.plugin import Permission

READ = "chat:room:read"
MODERATE = "chat:room:moderate"
KEEP = "chat:room:keep"
OPEN = "chat:room:open"
RECORD = "chat:record:keep"
MANAGE_DESK = "chat:desk:manage"
LOGS = "chat:log:export"
MANAGE_GUESTS = "chat:guest:manage"
USAGE = "chat:usage:read"
MANAGE_UNIT_ROOMS = "chat:unit_room:manage"
MANAGE_TEMPLATES = "chat:template:manage"
MANAGE_YEAR_END = "chat:year_end:manage"
MANAGE_RETENTION = "chat:retention:manage"

PERMISSIONS = (
    Permission(id=READ, title=lazy_gettext("Read rooms without being a member")),
    Permission(
        id=MODERATE,
        title=lazy_gettext("Change rooms of others and their members, delete messages"),
        implies=(READ,),
    ),
    Permission(
        id=KEEP,
        title=lazy_gettext("Decide roles in rooms of others, archive and reopen them"),
        implies=(MODERATE,),
    ),
    Permission(
        id=RECORD,
        title=lazy_gettext("Have messages kept as records, and take the records of rooms that others made"),
    ),
    Permission(
        id=LOGS,
        title=lazy_gettext("Ask for log exports, and approve those that another officer asked for"),
    ),
    Permission(id=USAGE, title=lazy_gettext("See how much the chat is used")),
    Permission(id=OPEN, title=lazy_gettext("Open rooms where the rule reserves it")),
    Permission(
        id=MANAGE_GUESTS, title=lazy_gettext("See the guests of organisations, agree to them, end them")
    ),
    Permission(id=MANAGE_UNIT_ROOMS, title=lazy_gettext("Open the rooms of organisations for them")),
    Permission(id=MANAGE_TEMPLATES, title=lazy_gettext("Keep the templates of rooms of organisations")),
    Permission(
        id=MANAGE_YEAR_END,
        title=lazy_gettext("See how far the year-end review of rooms has come, and remind owners"),
    ),
    Permission(
        id=MANAGE_RETENTION,
        title=lazy_gettext("See for how long rooms are kept, and make it longer or shorter"),
    ),
    Permission(id=MANAGE_DESK, title=lazy_gettext("Open and close the enquiry desks of organisations")),
)
