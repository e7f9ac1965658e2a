"""What can be allowed about requests for disclosure."""

from groupware.i18n import lazy_gettext
from groupware.plugin import Permission

MANAGE = "disclosure:case:manage"

PERMISSIONS = (
    Permission(
        id=MANAGE,
        title=lazy_gettext("Work on requests for disclosure: find and copy any record, blacken, decide"),
        is_elevated=True,
    ),
)
