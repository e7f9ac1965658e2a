"""The API as a feature of the house."""

from groupware.api.rules import RULES
from groupware.api.views import blueprint
from groupware.i18n import lazy_gettext
from groupware.plugin import CONTRACT, Plugin

plugin = Plugin(
    id="api",
    contract=CONTRACT,
    title=lazy_gettext("Programs and other systems (API)"),
    summary=lazy_gettext("Tokens with which programs do what a person may do."),
    icon="key-round",
    order=996,
    in_menu=False,
    blueprint=blueprint,
    rules=RULES,
)
