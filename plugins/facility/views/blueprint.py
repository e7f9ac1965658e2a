"""The blueprint that all pages of facility booking hang on, and the words that its templates ask for."""

from collections.abc import Sequence
from datetime import date, datetime

from flask import Blueprint

from groupware import clock
from groupware.capabilities import Span
from plugins.facility.views.sending import new_form_key
from plugins.facility.words import day_words, end_words, month_words, span_words, time_words


def local_day(one: Span) -> str:
    """The day on which a time begins, as addresses have it."""
    return clock.local(one.starts_at).date().isoformat()


def local_time(instant: datetime) -> str:
    """0930, as addresses have it."""
    return f"{clock.local(instant):%H%M}"


def local_clock(instant: datetime) -> str:
    """09:30, as fields have it."""
    return f"{clock.local(instant):%H:%M}"


def month_value(value: date) -> str:
    """2026-11, as addresses have it, of a day or an instant."""
    day = clock.local(value).date() if isinstance(value, datetime) else value
    return f"{day:%Y-%m}"


def buildings_options(buildings: Sequence[str]) -> list[tuple[str, str]]:
    """Buildings to choose from."""
    return [(one, one) for one in buildings]


blueprint = Blueprint("facility", __name__, template_folder="../templates", static_folder=None)
for function in (span_words, end_words, local_day, local_time, local_clock, buildings_options, new_form_key):
    blueprint.add_app_template_global(function, function.__name__)
blueprint.add_app_template_filter(day_words, "day_words")
blueprint.add_app_template_filter(time_words, "time_words")
blueprint.add_app_template_filter(month_words, "month_words")
blueprint.add_app_template_filter(month_value, "month_value")
