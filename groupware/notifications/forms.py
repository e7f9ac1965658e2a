"""The form of when a person wants mail and desktop."""

from dataclasses import replace

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField

from groupware.i18n import gettext, lazy_gettext
from groupware.notifications.choosing import Delivery
from groupware.notifications.enums import Rhythm
from groupware.notifications.rules import CLOCK


def _rhythms() -> dict[str, str]:
    return {"": gettext("As my organisation")} | {one.value: str(one.label) for one in Rhythm}


def _times() -> dict[str, str]:
    return {"": gettext("As my organisation")} | dict(CLOCK)


class DeliveryForm(FlaskForm):
    """The values are those of `Delivery`; empty is as the bureau has it."""

    mail_rhythm = RadioField(lazy_gettext("How often mail goes out"), choices=_rhythms)
    daily_at = SelectField(lazy_gettext("Time of mail once a day"), choices=dict(CLOCK))
    is_quiet = BooleanField(lazy_gettext("Tell me by mail and desktop in working time only"))
    quiet_until = SelectField(lazy_gettext("Nothing before"), choices=_times)
    quiet_from = SelectField(lazy_gettext("Nothing after"), choices=_times)
    urgent_waits = BooleanField(lazy_gettext("Urgent notices wait as well"))

    def without_mail(self) -> None:
        """Leave out what is about mail."""
        del self.mail_rhythm, self.daily_at

    def entered(self, until_now: Delivery) -> Delivery:
        """What was chosen; what the form does not ask for stays."""
        values = {name: value for name, value in self.data.items() if name != "csrf_token"}
        return replace(until_now, **values)
