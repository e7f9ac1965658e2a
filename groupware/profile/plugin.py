"""Profile as a feature of the house."""

import groupware.profile.views_tokens  # noqa: F401  registers its views
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import CONTRACT, NavItem, Plugin
from groupware.profile.views import blueprint

plugin = Plugin(
    id="profile",
    contract=CONTRACT,
    title=lazy_pgettext("menu", "Personal settings"),
    summary=lazy_gettext("How the pages look, photo, sign-ins."),
    icon="settings",
    order=995,
    in_menu=False,
    blueprint=blueprint,
    nav=(
        NavItem(endpoint="profile.index", label=lazy_gettext("Display settings")),
        NavItem(endpoint="profile.photo", label=lazy_gettext("Photo")),
        NavItem(endpoint="auth.sessions", label=lazy_gettext("Sessions and password")),
        NavItem(endpoint="profile.sign_ins", label=lazy_gettext("My sign-ins")),
        NavItem(endpoint="profile.tokens", label=lazy_gettext("Access tokens")),
        NavItem(endpoint="auth.acting", label=lazy_gettext("Switch post or section account")),
    ),
)
