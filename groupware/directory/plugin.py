"""The directory as a feature of the house."""

from groupware.directory.views import blueprint
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import CONTRACT, Permission, Plugin

plugin = Plugin(
    id="directory",
    contract=CONTRACT,
    title=lazy_pgettext("menu", "Directory"),
    short_title=lazy_pgettext("short menu", "Directory"),
    summary=lazy_gettext("Who works where, and how to reach them."),
    icon="users",
    order=900,
    endpoint="directory.index",
    blueprint=blueprint,
    permissions=(
        Permission(
            id="directory:person:read", title=lazy_gettext("Look people up"), given_to_all=True, is_audited=False
        ),
        Permission(
            id="directory:legal_name:read", title=lazy_gettext("See legal names"), is_elevated=True
        ),
        Permission(
            id="directory:batch:load", title=lazy_gettext("Load deliveries of the personnel department"), is_elevated=True
        ),
        Permission(
            id="directory:unit:manage",
            title=lazy_gettext("Manage duties, groups and section accounts of organisations"),
            is_elevated=True,
        ),
    ),
)
