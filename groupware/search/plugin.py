"""Search as a feature of the house."""

from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import CONTRACT, Plugin, Scope
from groupware.search.views import blueprint

plugin = Plugin(
    id="search",
    contract=CONTRACT,
    title=lazy_pgettext("menu", "Search"),
    summary=lazy_gettext("One box over everything."),
    icon="search",
    order=995,
    in_menu=False,
    blueprint=blueprint,
    scopes=(Scope(id="search:read", title=lazy_gettext("Search")),),
)
