"""Rules of the API: whether people may have tokens, and for how long."""

from typing import Final

from groupware.i18n import lazy_gettext
from groupware.plugin import Rule

PERSONAL_TOKENS: Final = "api.personal_tokens"
LONGEST_DAYS: Final = "api.longest_days"

RULES: Final = (
    Rule(
        id=PERSONAL_TOKENS,
        title=lazy_gettext("Personal access tokens"),
        help=lazy_gettext(
            "Whether people may let programs act for them. Switched off, no token is issued and those that exist are "
            "refused."
        ),
        default=True,
    ),
    Rule(
        id=LONGEST_DAYS,
        title=lazy_gettext("Longest validity of a token (days)"),
        help=lazy_gettext("Tokens that exist already keep the end they have."),
        default=366,
        minimum=1,
        maximum=1100,
    ),
)
