"""What can be allowed about incidents."""

from groupware.i18n import lazy_gettext
from groupware.plugin import Permission

READ = "incidents:incident:read"
MANAGE = "incidents:incident:manage"

PERMISSIONS = (
    Permission(id=READ, title=lazy_gettext("Read reports of incidents")),
    Permission(
        id=MANAGE,
        title=lazy_gettext(
            "Act on incidents: end sessions and tokens, keep evidence, take records out of sight"
        ),
        implies=(READ,),
        is_elevated=True,
    ),
)
