"""The form with which an administrator lets a system in."""

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired

from groupware import rules
from groupware.api.rules import LONGEST_DAYS
from groupware.api.services import LONGEST_NAME
from groupware.i18n import lazy_gettext, ngettext

LIVES = (30, 90, 180, 366, 731, 1096)
"""Days that a token may hold, as far as the rule of the installation allows."""


def _days() -> dict[str, str]:
    longest = rules.value(LONGEST_DAYS, None)
    offered = [days for days in LIVES if days <= longest] or [longest]
    return {str(days): str(ngettext("%(num)s day", "%(num)s days", days)) for days in offered}


class AccessForm(FlaskForm):
    """A token for a system."""

    name = StringField(
        lazy_gettext("What the token is for"),
        [InputRequired(lazy_gettext("Please enter what the token is for."))],
        render_kw={"maxlength": LONGEST_NAME},
    )
    days = SelectField(lazy_gettext("Holds for"), choices=_days, default="366")
