"""What can be allowed about attachments."""

from groupware.i18n import lazy_gettext
from groupware.plugin import Permission

RELEASE = "attachments:file:release"

PERMISSIONS = (
    Permission(
        id=RELEASE,
        title=lazy_gettext("Release files that seem to hold an individual number (My Number)"),
        is_elevated=True,
    ),
)
