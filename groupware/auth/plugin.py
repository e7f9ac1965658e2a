"""Auth as a feature of the house."""

from groupware.auth.policy import MINIMUM_LENGTH_RULE
from groupware.auth.services import tidy
from groupware.auth.views import blueprint
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import CONTRACT, Job, NavItem, Plugin, Rule

plugin = Plugin(
    id="auth",
    contract=CONTRACT,
    title=lazy_pgettext("menu", "Sign-in and password"),
    summary=lazy_gettext("Sign in and out, password, sessions."),
    icon="key-round",
    order=995,
    in_menu=False,
    mount="",
    blueprint=blueprint,
    nav=(
        NavItem(endpoint="profile.index", label=lazy_gettext("Display settings")),
        NavItem(endpoint="profile.photo", label=lazy_gettext("Photo")),
        NavItem(endpoint="auth.sessions", label=lazy_gettext("Sessions and password")),
        NavItem(endpoint="profile.sign_ins", label=lazy_gettext("My sign-ins")),
        NavItem(endpoint="auth.acting", label=lazy_gettext("Switch post or section account")),
    ),
    rules=(
        Rule(
            id=MINIMUM_LENGTH_RULE,
            title=lazy_gettext("Least length of a password"),
            help=lazy_gettext("In characters. It counts from the next time somebody chooses a password."),
            default=10,
            minimum=8,
            maximum=64,
        ),
    ),
    jobs=(
        Job(id="auth.tidy", title=lazy_gettext("Remove what sign-in no longer needs"), every=3600, run=tidy),
    ),
)
