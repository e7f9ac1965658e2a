"""Forms of the portal. They carry what was typed; the services decide whether it is right.

The validators only let the page mark what is required.
"""

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    URLField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older than it
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from groupware.access.enums import PrincipalKind
from groupware.errors import DomainError
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.portal.enums import LAUNCHER_ICONS
from groupware.portal.services.launcher import Audience, LinkForm
from groupware.web.refusals import show_refusal


def options(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """What a field offers, from pairs of value and label."""
    return [SelectChoice(value=value, label=label) for value, label in pairs]


class Version(IntegerField):
    """What the form was opened with."""

    widget = HiddenInput()


class Choices(SelectMultipleField):
    """Boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class TextForm(FlaskForm):
    """A title and a rich text."""

    title = StringField(lazy_pgettext("section page", "Title"), [InputRequired()])
    text = TextAreaField(lazy_pgettext("section page", "Text"))
    version = Version(default=0)


class PageForm(TextForm):
    """A section page, with a picture that may be added to it."""

    image = FileField(lazy_gettext("Picture file"))
    alternative = StringField(lazy_gettext("What the picture shows"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.other_errors: dict[str, list[str]] = {}
        """Of the fields that the page adds for the pictures it has."""


class LauncherForm(FlaskForm):
    """A business system."""

    name = StringField(lazy_pgettext("business system", "Name"), [InputRequired()])
    url = URLField(lazy_pgettext("web", "Address"), [InputRequired()])
    icon = RadioField(lazy_gettext("Icon"), choices=options(LAUNCHER_ICONS.items()), default="external-link")
    everyone = BooleanField(lazy_gettext("All staff"))
    units = Choices(lazy_gettext("Organisations"), coerce=int)
    ranks = Choices(lazy_gettext("From this post rank up"), coerce=int)
    duties = Choices(lazy_gettext("Duties"), coerce=int)
    groups = Choices(lazy_gettext("Groups and roles"), coerce=int)
    version = HiddenField(default="0")

    def entered(self) -> LinkForm:
        """What was typed and ticked."""
        chosen: set[tuple[str, int]] = set()
        if self.everyone.data:
            chosen.add((PrincipalKind.EVERYONE.value, 0))
        for field, kind in self._audience_fields():
            chosen |= {(kind.value, ref) for ref in field.data or ()}
        return LinkForm(self.name.data or "", self.url.data or "", self.icon.data or "", frozenset(chosen))

    def fill_audience(self, audience: Audience) -> None:
        """Tick what is in force."""
        self.everyone.data = (PrincipalKind.EVERYONE.value, 0) in audience
        for field, kind in self._audience_fields():
            field.data = [ref for one, ref in audience if one == kind.value]

    def _audience_fields(self) -> tuple[tuple[Any, PrincipalKind], ...]:
        return (
            (self.units, PrincipalKind.UNIT_TREE),
            (self.ranks, PrincipalKind.RANK),
            (self.duties, PrincipalKind.DUTY_KIND),
            (self.groups, PrincipalKind.GROUP),
        )


def show_page_refusal(form: PageForm, error: DomainError) -> None:
    """Also at the fields of pictures, which the form does not know before they are there."""
    show_refusal(form, error)
    reasons = getattr(error, "fields", {})
    form.other_errors |= {name: [str(text)] for name, text in reasons.items() if name not in form}
