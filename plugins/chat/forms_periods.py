"""The form by which it is chosen for how long a room is kept."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older than it

from groupware.i18n import gettext, lazy_gettext
from groupware.records.periods import period_words

BY_RULE = ""
"""The value of the choice that leaves it to the rule."""
NO_PERIOD = -99
"""No period at all: what a form names that was not made here."""


def period_choices(periods: Sequence[int], by_rule: int) -> list[SelectChoice]:
    """What can be chosen: what the rule says, and these periods."""
    words = gettext("As the rule of the organisation says (%(period)s)", period=period_words(by_rule))
    return [
        SelectChoice(value=BY_RULE, label=words),
        *(SelectChoice(value=str(one), label=period_words(one)) for one in periods),
    ]


def chosen_period(value: str | None) -> int | None:
    """The period that a form names; the choices of its field are all that it can be."""
    return int(value) if value else None


class PeriodForm(FlaskForm):
    """For how long, and why where it becomes shorter."""

    kept_for = SelectField(lazy_gettext("Retention period"), default=BY_RULE)
    reason = StringField(lazy_gettext("Reason, if it becomes shorter"))
    version = HiddenField(default="0")

    def offer(self, periods: Sequence[int], by_rule: int) -> None:
        """Fill the list."""
        self.kept_for.choices = period_choices(periods, by_rule)


__all__ = ["BY_RULE", "NO_PERIOD", "PeriodForm", "chosen_period", "period_choices"]
