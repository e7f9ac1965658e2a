"""Forms for the calendar programs of a person: an access for one, and a calendar file that comes in."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, PasswordField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from groupware.api.services import LONGEST_NAME
from groupware.i18n import gettext, lazy_gettext

SYNC, FEED, FEED_TIMES = "schedule.dav:write", "schedule.feed:read", "schedule.feed_times:read"
"""The scopes of tokens for calendar programs."""


def _kinds() -> list[tuple[str, str]]:
    return [
        (SYNC, gettext("See and change my schedule (phone, Thunderbird, Outlook)")),
        (FEED, gettext("Only see it: an address to subscribe to, with everything")),
        (FEED_TIMES, gettext("Only see it: an address to subscribe to, with the times alone")),
    ]


class AccessForm(FlaskForm):
    """An access for a program, with the password once more: whoever sits at an open screen gets none."""

    kind = RadioField(lazy_gettext("What the program does"), choices=_kinds, default=SYNC)
    name = StringField(
        lazy_gettext("Name of the device or program"),
        [InputRequired(lazy_gettext("Please enter the name of the device.")), Length(max=LONGEST_NAME)],
    )
    password = PasswordField(
        lazy_gettext("Your password"),
        [InputRequired(lazy_gettext("Please enter your password."))],
        render_kw={"autocomplete": "current-password"},
    )


class CalendarFileForm(FlaskForm):
    """A calendar file: chosen, looked at, and then taken over as it was looked at (`held`)."""

    file = FileField(lazy_gettext("Calendar file (.ics)"), render_kw={"accept": ".ics,text/calendar"})
    held = HiddenField()
