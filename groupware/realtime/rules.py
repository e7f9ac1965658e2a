"""Rules of realtime."""

from groupware.i18n import lazy_gettext
from groupware.plugin import Rule

SHOWN = "realtime.shows_presence"

RULES = (
    Rule(
        id=SHOWN,
        title=lazy_gettext("Colleagues see who is online"),
        help=lazy_gettext(
            "Cards show whether the section's people have the groupware open: online, on a telephone, away. "
            "It is never recorded, so nobody can look up when somebody was online."
        ),
        default=True,
    ),
)
