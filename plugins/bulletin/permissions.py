"""What can be allowed on the board by grants. Categories give rights of their own beside them (`enums.Right`)."""

from groupware.i18n import lazy_gettext
from groupware.plugin import Permission

READ = "bulletin:posting:read"
POST = "bulletin:posting:post"
POST_AS = "bulletin:posting:post_as"
APPROVE = "bulletin:posting:approve"
MANAGE = "bulletin:posting:manage"
ADDRESS_ALL = "bulletin:posting:address_all"
CATEGORY_READ = "bulletin:category:read"
CATEGORY_MANAGE = "bulletin:category:manage"

PERMISSIONS = (
    Permission(id=READ, title=lazy_gettext("Read postings that are addressed to others"), is_audited=False),
    Permission(id=POST, title=lazy_gettext("Post in categories whatever their posting right")),
    Permission(id=POST_AS, title=lazy_gettext("Post in the name of posts, as a secretary does")),
    Permission(id=APPROVE, title=lazy_gettext("Approve postings"), implies=(READ,)),
    Permission(
        id=MANAGE,
        title=lazy_gettext("Change, end and delete postings, see who has read them, notify again"),
        implies=(READ,),
    ),
    Permission(id=ADDRESS_ALL, title=lazy_gettext("Address all staff")),
    Permission(
        id=CATEGORY_READ, title=lazy_gettext("See categories whatever their reading right"), is_audited=False
    ),
    Permission(
        id=CATEGORY_MANAGE,
        title=lazy_gettext("Manage categories and their rights"),
        implies=(CATEGORY_READ,),
        is_elevated=True,
    ),
)
