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
from plugins.chat.queries.assigning import MOST, candidates, values_of
from plugins.chat.queries.rooms import RoomView
from plugins.chat.queries.tasks import TaskLine
from plugins.chat.services.tasks import TaskPlan


class TaskForm(FlaskForm):
    """A task: what, for whom, until when; which version was read, and the key by which a new one is set once.

    In small rooms people stand there to be ticked. In larger ones organisations do, and staff choose people with the picker.
    """

    what = StringField(lazy_gettext("What is to be done"), [InputRequired()])
    assignees = SelectMultipleField(
        lazy_pgettext("task", "For"),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,
    )
    others = PickerField(lazy_gettext("People of the room"), mode="principals")
    due_on = DateField(lazy_pgettext("task", "Due"), [Optional()])
    version = HiddenField(default="0")
    form_key = HiddenField()
    has_picker = False

    def offer(self, actor: Actor, room: RoomView, found: TaskLine | None = None) -> None:
        """Offer who is in the room; whom a task is for already stays offered."""
        known = candidates(actor, room)
        self.has_picker = len(known) > MOST and not actor.is_guest
        own = f"person:{actor.person_id}"
        if len(known) > MOST:
            known = [
                one
                for one in known
                if actor.is_guest or one.value == own or not one.value.startswith("person:")
            ][:MOST]
        offered = {one.value: f"{one.label} ({one.detail})" if one.detail else one.label for one in known}
        if found is not None:
            for value, label in zip(values_of(found.values), found.assignees, strict=True):
                offered.setdefault(value, label)
        self.assignees.choices = [SelectChoice(value=value, label=label) for value, label in offered.items()]

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
