"""Help as a feature of the house."""

from groupware.help.search import find_help
from groupware.help.views import blueprint
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import CONTRACT, Plugin, SearchProvider

plugin = Plugin(
    id="help",
    contract=CONTRACT,
    title=lazy_pgettext("menu", "Help"),
    summary=lazy_gettext("Help on every function, and whom to ask."),
    icon="circle-help",
    order=996,
    in_menu=False,
    blueprint=blueprint,
    search=(
        SearchProvider(
            id="help.pages", title=lazy_gettext("Pages of help"), icon="circle-help", find=find_help
        ),
    ),
)
