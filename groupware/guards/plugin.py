"""The guarding of content as a feature of the house."""

from groupware.guards.rules import RULES
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import CONTRACT, Plugin

plugin = Plugin(
    id="guards",
    contract=CONTRACT,
    title=lazy_pgettext("menu", "Information security"),
    summary=lazy_gettext("What may be seen, sent and taken out from where, and what must not be entered."),
    icon="shield-check",
    order=994,
    in_menu=False,
    rules=RULES,
)
