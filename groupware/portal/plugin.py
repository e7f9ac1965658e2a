"""The portal as a feature of the house."""

from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import CONTRACT, Permission, Plugin
from groupware.portal.views import blueprint

plugin = Plugin(
    id="portal",
    contract=CONTRACT,
    title=lazy_pgettext("menu", "Portal"),
    summary=lazy_gettext("The first page: what is my day, what waits, what is new."),
    icon="house",
    order=0,
    endpoint="portal.index",
    mount="",
    blueprint=blueprint,
    permissions=(
        Permission(
            id="portal:layout:manage",
            title=lazy_gettext("Lay out the common and organisation portals"),
            is_elevated=True,
        ),
        Permission(
            id="portal:launcher:manage", title=lazy_gettext("Manage the business systems"), is_elevated=True
        ),
        Permission(id="portal:page:write", title=lazy_gettext("Write the pages of the section")),
    ),
)
