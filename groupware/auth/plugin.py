"""Auth as a feature of the house."""

from groupware.auth.views import blueprint
from groupware.i18n import lazy_gettext
from groupware.plugin import CONTRACT, Plugin

plugin = Plugin(
    id="auth",
    contract=CONTRACT,
    title=lazy_gettext("Sign-in"),
    summary=lazy_gettext("Sign in and out, password, sessions."),
    icon="key-round",
    order=995,
    in_menu=False,
    mount="",
    blueprint=blueprint,
)
