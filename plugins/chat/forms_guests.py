"""The form that invites a guest."""

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, StringField, TextAreaField
from wtforms.validators import InputRequired

from groupware import clock
from groupware.guests.services import Invitation
from groupware.i18n import lazy_gettext, lazy_pgettext


class GuestForm(FlaskForm):
    """Who, from where, until when."""

    name = StringField(lazy_pgettext("guest", "Name"), [InputRequired()])
    body = StringField(lazy_pgettext("guest", "Organisation"), [InputRequired()])
    email = StringField(lazy_gettext("Mail address"))
    ends_on = DateField(lazy_gettext("Last day"), [InputRequired()])
    networks = TextAreaField(lazy_gettext("Address ranges"))
    is_device_bound = BooleanField(
        lazy_gettext("Only from the device on which the code was used"), default=True
    )

    def invitation(self) -> Invitation:
        """What was entered. The last day counts whole."""
        last: Any = self.ends_on.data
        following = date.fromordinal(last.toordinal() + 1) if last < date.max else last
        return Invitation(
            name=self.name.data or "",
            body=self.body.data or "",
            email=(self.email.data or "").strip(),
            ends_at=clock.midnight(following),
            networks=(self.networks.data or "").splitlines(),
            is_device_bound=bool(self.is_device_bound.data),
        )


__all__ = ["GuestForm"]
