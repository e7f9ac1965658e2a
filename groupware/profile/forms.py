"""The forms of personal settings."""

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from groupware import rules
from groupware.api.enums import TokenKind
from groupware.api.rules import LONGEST_DAYS
from groupware.api.services import LONGEST_NAME, offered_scopes
from groupware.i18n import gettext, lazy_gettext, pgettext
from groupware.web.boundary import actor


def _locales() -> dict[str, str]:
    return {"": gettext("As the municipality"), "ja": "日本語", "en": "English"}


def _themes() -> dict[str, str]:
    return {
        "": pgettext("theme", "As this computer"),
        "light": pgettext("theme", "Light"),
        "dark": pgettext("theme", "Dark"),
    }


def _text_sizes() -> dict[str, str]:
    return {
        "standard": pgettext("text size", "Standard"),
        "large": pgettext("text size", "Large"),
        "x-large": pgettext("text size", "Extra large"),
    }


def _densities() -> dict[str, str]:
    return {"comfortable": pgettext("density", "Comfortable"), "compact": pgettext("density", "Compact")}


def _date_styles() -> dict[str, str]:
    return {"western": gettext("Western years (2026)"), "wareki": gettext("Japanese eras (Reiwa 8)")}


def _sending_keys() -> dict[str, str]:
    return {
        "": gettext("Ask me when I first write a message"),
        "ctrl_enter": gettext("Ctrl + Enter sends, Enter begins a new line"),
        "enter": gettext("Enter sends, Shift + Enter begins a new line"),
    }


def _start_pages() -> dict[str, str]:
    opening = [p for p in rules.enabled(actor().unit_id) if p.in_menu and p.endpoint]
    others = [plugin for plugin in opening if plugin.id not in ("portal", "administration")]
    return {"": pgettext("start page", "Portal")} | {plugin.id: str(plugin.title) for plugin in others}


class DisplayForm(FlaskForm):
    """How pages look for the person. The values are those of `Preference`; empty means as the house or machine has it."""

    locale = RadioField(lazy_gettext("Language"), choices=_locales)
    theme = RadioField(lazy_gettext("Colours"), choices=_themes)
    text_size = RadioField(lazy_gettext("Text size"), choices=_text_sizes)
    density = RadioField(lazy_gettext("Spacing of lists"), choices=_densities)
    date_style = RadioField(lazy_gettext("Years"), choices=_date_styles)
    start_page = SelectField(lazy_gettext("Page that opens after signing in"), choices=_start_pages)
    sending_key = RadioField(lazy_gettext("Sending messages by keyboard"), choices=_sending_keys)
    has_shortcuts = BooleanField(lazy_gettext("Use keyboard shortcuts"))

    def values(self) -> dict[str, Any]:
        """What was chosen, by name of the preference."""
        return {name: value for name, value in self.data.items() if name != "csrf_token"}


class PhotoForm(FlaskForm):
    """The person's own photo, with the consent to show it."""

    photo = FileField(
        lazy_gettext("Photo"),
        [FileRequired(lazy_gettext("Please choose a photo."))],
        render_kw={"accept": "image/jpeg,image/png"},
    )
    has_consent = BooleanField(
        lazy_gettext("I agree that my photo is shown to all who sign in here."),
        [InputRequired(lazy_gettext("A photo is shown only if you agree. Please tick the box."))],
    )


def _scopes() -> list[tuple[str, str]]:
    return [(scope.id, str(scope.title)) for scope in offered_scopes(TokenKind.PERSONAL)]


def _days() -> list[tuple[str, str]]:
    longest = rules.value_for(actor(), LONGEST_DAYS)
    offered = [days for days in (7, 30, 90, 180, 366) if days <= longest] or [longest]
    return [(str(days), str(gettext("%(number)d days", number=days))) for days in offered]


class TokenForm(FlaskForm):
    """A token for a program, with the password once more: whoever sits at an open screen gets none."""

    name = StringField(
        lazy_gettext("What the token is for"),
        [InputRequired(lazy_gettext("Please enter what the token is for."))],
        render_kw={"maxlength": LONGEST_NAME},
    )
    scopes = SelectMultipleField(
        lazy_gettext("What the program may do"),
        choices=_scopes,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    days = SelectField(lazy_gettext("Holds for"), choices=_days, default="90")
    password = PasswordField(
        lazy_gettext("Your password"),
        [InputRequired(lazy_gettext("Please enter your password."))],
        render_kw={"autocomplete": "current-password"},
    )
