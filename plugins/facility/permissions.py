"""What can be allowed by grants. Facilities give rights of their own beside them (`enums.Right`), in the same order."""

from groupware.i18n import lazy_gettext
from groupware.plugin import Permission
from plugins.facility.enums import Right

SEE = "facility:facility:see"
REQUEST = "facility:facility:request"
BOOK = "facility:facility:book"
MODERATE = "facility:facility:moderate"
OVERRIDE = "facility:facility:override"
MANAGE_BOOKINGS = "facility:booking:manage"
MANAGE = "facility:facility:manage"

PERMISSION_OF = {
    Right.SEE: SEE,
    Right.REQUEST: REQUEST,
    Right.BOOK: BOOK,
    Right.MODERATE: MODERATE,
    Right.OVERRIDE: OVERRIDE,
}

PERMISSIONS = (
    Permission(
        id=SEE,
        title=lazy_gettext("See facilities and their bookings whatever their rights"),
        is_audited=False,
    ),
    Permission(
        id=REQUEST,
        title=lazy_gettext("Request facilities whatever their rights"),
        implies=(SEE,),
        is_audited=False,
    ),
    Permission(
        id=BOOK,
        title=lazy_gettext("Book facilities whatever their rights"),
        implies=(REQUEST,),
        is_audited=False,
    ),
    Permission(
        id=MODERATE,
        title=lazy_gettext("Decide on requests, change and cancel bookings of others, block facilities"),
        implies=(BOOK,),
    ),
    Permission(
        id=OVERRIDE, title=lazy_gettext("Take precedence over bookings of others"), implies=(MODERATE,)
    ),
    Permission(
        id=MANAGE_BOOKINGS,
        title=lazy_gettext("Look after the bookings of an organisation's facilities"),
        implies=(OVERRIDE,),
    ),
    Permission(
        id=MANAGE,
        title=lazy_gettext("Manage facilities and their rights"),
        implies=(SEE,),
        is_elevated=True,
    ),
)
