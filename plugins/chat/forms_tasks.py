"""The form of a task. It carries what was typed; the service decides whether it is right."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older than it
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from groupware.actor import Actor
from groupware.directory.forms import PickerField
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.text.folding import fold
from plugins.chat.queries.assigning import MOST, Candidate, candidates, values_of
from plugins.chat.queries.rooms import RoomView
from plugins.chat.queries.tasks import TaskLine
from plugins.chat.services.tasks import TaskPlan


class TaskForm(FlaskForm):
    """A task: what, for whom, until when; which version was read, and the key by which a new one is set once.

    In small rooms people stand there to be ticked. In larger ones organisations do, and staff choose people with the picker; guests,
    who have none, narrow the people of the room down by a name.
    """

    what = StringField(lazy_gettext("What is to be done"), [InputRequired()])
    assignees = SelectMultipleField(
        lazy_pgettext("task", "For"),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,
    )
    narrow = StringField(lazy_gettext("Narrow people down by name"))
    narrowed = HiddenField()
    others = PickerField(lazy_gettext("People of the room"), mode="principals")
    due_on = DateField(lazy_pgettext("task", "Due"), [Optional()])
    version = HiddenField(default="0")
    form_key = HiddenField()
    has_picker = False
    has_filter = False

    def offer(self, actor: Actor, room: RoomView, found: TaskLine | None = None) -> None:
        """Offer who is in the room; whom a task is for already stays offered."""
        known = candidates(actor, room)
        is_large = len(known) > MOST
        self.has_picker, self.has_filter = is_large and not actor.is_guest, is_large and actor.is_guest
        if self.has_filter:
            known = self._fitting(known)
        elif is_large:
            own = f"person:{actor.person_id}"
            known = [one for one in known if one.value == own or not one.value.startswith("person:")][:MOST]
        offered = {one.value: f"{one.label} ({one.detail})" if one.detail else one.label for one in known}
        if found is not None:
            for value, label in zip(values_of(found.values), found.assignees, strict=True):
                offered.setdefault(value, label)
        self.assignees.choices = [SelectChoice(value=value, label=label) for value, label in offered.items()]

    def _fitting(self, known: list[Candidate]) -> list[Candidate]:
        """Those who are ticked, and those in whose name, or organisation, the words are."""
        words = [fold(word) for word in (self.narrow.data or "").split()]
        ticked = set(self.assignees.data or ())
        self.narrowed.data = self.narrow.data
        fits = [one for one in known if all(word in fold(f"{one.label} {one.detail}") for word in words)]
        chosen = [one for one in known if one.value in ticked]
        return [*chosen, *(one for one in fits if one.value not in ticked)][: max(MOST, len(chosen))]

    @property
    def is_narrowing(self) -> bool:
        """Whether it was sent to see other people, and not to be kept."""
        return (self.narrow.data or "") != (self.narrowed.data or "")

    def show(self, task: TaskLine) -> None:
        """Fill in what a task says."""
        self.what.data, self.due_on.data = task.what, task.due_on
        self.assignees.data = values_of(task.values)
        self.version.data = str(task.version)

    @property
    def seen(self) -> int:
        """The version that was read."""
        version = self.version.data or ""
        return int(version) if version.isdecimal() and len(version) < 10 else 0

    def plan(self) -> TaskPlan:
        """What was typed."""
        others: list[Any] = list(self.others.data or ()) if self.has_picker else []
        return TaskPlan(self.what.data or "", [*(self.assignees.data or ()), *others], self.due_on.data)


__all__ = ["TaskForm"]
