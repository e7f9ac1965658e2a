"""The form of a note. It carries what was typed; the service decides whether it is right."""

from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired

from groupware.i18n import lazy_gettext, lazy_pgettext
from plugins.chat.queries.notes import NoteView
from plugins.chat.services.notes import NotePlan


class NoteForm(FlaskForm):
    """A note: its day, its title, its text; which version was read, and the key by which a new one is written once."""

    day = DateField(lazy_pgettext("note", "Day"), [InputRequired()])
    title = StringField(lazy_gettext("Title"), [InputRequired()])
    text = TextAreaField(lazy_pgettext("note", "Text"))
    version = HiddenField(default="0")
    form_key = HiddenField()

    def show(self, note: NoteView) -> None:
        """Fill in what a note says."""
        self.day.data, self.title.data, self.text.data = note.day, note.title, note.text
        self.version.data = str(note.version)

    @property
    def seen(self) -> int:
        """The version that was read."""
        version = self.version.data or ""
        return int(version) if version.isdecimal() and len(version) < 10 else 0

    def plan(self) -> NotePlan:
        """What was typed."""
        return NotePlan(self.title.data or "", self.text.data or "", self.day.data)


class TemplateForm(FlaskForm):
    """What new notes of a room begin with."""

    title = StringField(lazy_gettext("Title"))
    text = TextAreaField(lazy_pgettext("note", "Text"))


__all__ = ["NoteForm", "TemplateForm"]
