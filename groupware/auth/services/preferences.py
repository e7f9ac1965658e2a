"""What a person chose for themselves."""

from collections.abc import Mapping

from groupware.actor import Actor
from groupware.auth.models import Preference
from groupware.db import session
from groupware.errors import Invalid
from groupware.i18n import LOCALES, gettext
from groupware.registry import registry

CHOICES: Mapping[str, frozenset[str]] = {
    "locale": frozenset({"", *LOCALES}),
    "theme": frozenset({"", "light", "dark"}),
    "text_size": frozenset({"standard", "large", "x-large"}),
    "density": frozenset({"comfortable", "compact"}),
    "date_style": frozenset({"western", "wareki"}),
    "sending_key": frozenset({"", "ctrl_enter", "enter"}),
}


def save_preferences(actor: Actor, *, has_shortcuts: bool | None = None, **values: str) -> None:
    """Keep the preferences that are named; the others stay. Raises Invalid at the field that is none of its choices."""
    for name, value in values.items():
        if value not in (_start_pages() if name == "start_page" else CHOICES[name]):
            message = gettext("Please choose one of the list.")
            raise Invalid(message, code="preference", fields={name: message})
    preference = session.get(Preference, actor.person_id)
    if preference is None:
        preference = Preference(person_id=actor.person_id)
        session.add(preference)
    for name, value in values.items():
        setattr(preference, name, value)
    if has_shortcuts is not None:
        preference.has_shortcuts = has_shortcuts


def _start_pages() -> frozenset[str]:
    return frozenset({"", *(plugin.id for plugin in registry() if plugin.in_menu and plugin.endpoint)})
