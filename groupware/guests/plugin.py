"""Guests as a feature of the house."""

from groupware.guests.views import blueprint
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import CONTRACT, Plugin

plugin = Plugin(
    id="guests",
    contract=CONTRACT,
    title=lazy_pgettext("menu", "Guests"),
    summary=lazy_gettext("People of other bodies, who were let into one place."),
    icon="door-open",
    order=997,
    in_menu=False,
    blueprint=blueprint,
)
