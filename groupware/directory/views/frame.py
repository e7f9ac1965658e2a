"""The blueprint, and what its pages share: the day they are asked about."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, request

from groupware import clock
from groupware.calendar.eras import DateFormatError, parse_date
from groupware.i18n import gettext

blueprint = Blueprint("directory", "groupware.directory", template_folder="templates")


@dataclass(frozen=True, slots=True)
class AskedDay:
    """The day a page is asked about by `?on=`; `text` is what was typed, `error` why it is no day (then today holds)."""

    day: date
    text: str
    error: str = ""

    @property
    def is_today(self) -> bool:
        """Whether nothing but today is asked about."""
        return self.day == clock.today()

    @property
    def argument(self) -> str | None:
        """What links carry on; None for today, so that addresses stay short."""
        return None if self.is_today else self.day.isoformat()

    @property
    def status(self) -> int:
        """The status of the page."""
        return 422 if self.error else 200


def asked_day() -> AskedDay:
    """Read `?on=`: western or wareki, in any of the ways of `calendar.eras`."""
    text = request.args.get("on", "").strip()
    if not text:
        return AskedDay(clock.today(), "")
    try:
        return AskedDay(parse_date(text).date, text)
    except DateFormatError as error:
        words = {
            "no_such_day": gettext("The calendar has no such day. Please check the date."),
            "era_year_out_of_range": gettext("This era has no such year. Please check the date."),
        }
        unknown = gettext("Please enter the date as 2026-04-01 or R8.4.1.")
        return AskedDay(clock.today(), text, str(words.get(error.code, unknown)))


__all__ = ["AskedDay", "asked_day", "blueprint"]
