"""Help as a feature of the house."""

from groupware.help.views import blueprint
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import CONTRACT, Plugin

plugin = Plugin(
    id="help",
    contract=CONTRACT,
    title=lazy_pgettext("menu", "Help"),
    summary=lazy_gettext("Help on every function, and whom to ask."),
    icon="circle-help",
    order=995,
    in_menu=False,
    blueprint=blueprint,
)
