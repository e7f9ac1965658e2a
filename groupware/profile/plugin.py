"""Profile as a feature of the house."""

from groupware.profile.views import blueprint
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import CONTRACT, Plugin

plugin = Plugin(
    id="profile",
    contract=CONTRACT,
    title=lazy_pgettext("menu", "Personal settings"),
    summary=lazy_gettext("How the pages look, and own groups."),
    icon="settings",
    order=995,
    in_menu=False,
    blueprint=blueprint,
)
