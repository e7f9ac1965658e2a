"""Forms of the board. They carry what was typed; the services decide whether it is right."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older than it
from wtforms.validators import InputRequired, Optional

from groupware import clock, rules
from groupware.access.enums import PrincipalKind
from groupware.actor import Actor
from groupware.attachments.forms import FilesField, came_with_form
from groupware.directory.picking import Ref
from groupware.directory.queries.pasted import resolve_lines
from groupware.guards import labels
from groupware.guards.enums import Label
from groupware.i18n import gettext, lazy_gettext, lazy_pgettext
from plugins.bulletin.enums import HUES, RIGHT_LABELS, Importance, Right
from plugins.bulletin.queries.audience import parsed
from plugins.bulletin.queries.categories import Shelf
from plugins.bulletin.queries.senders import Sender
from plugins.bulletin.rules import COMMENTS, CONFIRMATION_DAYS, DISPLAY_DAYS, REACTIONS
from plugins.bulletin.services.categories import Plan
from plugins.bulletin.services.content import Content

AGAIN, SILENTLY = "again", "silently"

UNREADABLE = "unreadable"
"""Code of a refusal whose reasons stand at the fields already."""

HUE_LABELS = {
    "blue": lazy_pgettext("colour", "Blue"),
    "cyan": lazy_pgettext("colour", "Cyan"),
    "green": lazy_pgettext("colour", "Green"),
    "lime": lazy_pgettext("colour", "Lime"),
    "yellow": lazy_pgettext("colour", "Yellow"),
    "orange": lazy_pgettext("colour", "Orange"),
    "magenta": lazy_pgettext("colour", "Magenta"),
    "purple": lazy_pgettext("colour", "Purple"),
    "grey": lazy_pgettext("colour", "Grey"),
}


def options(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """(value, label) as choices of a field."""
    return [SelectChoice(value=value, label=label) for value, label in pairs]


class Values(Field):
    """As many values as were chosen in a picker."""

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.errors: Sequence[str] = ()

    def process_data(self, value: Any) -> None:
        """Without a form that was sent: what is in force, or nothing."""
        self.data = list(value or ())

    def process_formdata(self, valuelist: list[Any]) -> None:
        """What was chosen."""
        self.data = list(valuelist)

    @property
    def refs(self) -> tuple[Ref, ...]:
        """What the values name."""
        return parsed(self.data or ())


class PostingForm(FlaskForm):
    """A posting as somebody writes it."""

    category_id = SelectField(lazy_gettext("Category"), [InputRequired()], coerce=int, validate_choice=False)
    sender = SelectField(lazy_gettext("Sender"), validate_choice=False)
    title = StringField(lazy_gettext("Subject"), [InputRequired()])
    html = TextAreaField(lazy_pgettext("posting", "Text"), [InputRequired()])
    audience = Values(lazy_gettext("Audience"))
    audience_text = TextAreaField()
    files = FilesField(lazy_gettext("Attachments"))
    importance = RadioField(
        lazy_gettext("Importance"),
        coerce=int,
        choices=options((one.value, one.label) for one in Importance),
        default=0,
    )
    starts_on = DateField(lazy_pgettext("display", "First day"), [Optional()])
    starts_at = TimeField(lazy_gettext("From (time)"), [Optional()])
    ends_on = DateField(lazy_pgettext("display", "Last day"), [Optional()])
    needs_confirmation = BooleanField(lazy_gettext("Ask readers to confirm"))
    confirm_by = DateField(lazy_gettext("Confirm by"), [Optional()])
    has_comments = BooleanField(lazy_gettext("Accept comments"))
    has_reactions = BooleanField(lazy_gettext("Accept reactions"))
    is_pinned = BooleanField(lazy_gettext("Pin to the top of the list"))
    classification = RadioField(
        lazy_gettext("Confidentiality"),
        choices=options((one.value, one.label) for one in Label),
        validate_choice=False,
    )
    label_reason = StringField(lazy_gettext("Reason for another confidentiality"))
    notice = RadioField(
        lazy_gettext("Readers"),
        choices=options(
            (
                (AGAIN, lazy_gettext("Notify them again: it becomes unread, and is to be confirmed again")),
                (SILENTLY, lazy_gettext("Correct silently: what was read or confirmed stays so")),
            )
        ),
        default=AGAIN,
        validate_choice=False,
    )
    version = HiddenField(default="0")
    form_key = HiddenField()
    draft = HiddenField()
    looked = HiddenField()

    @property
    def draft_uid(self) -> uuid.UUID | None:
        """The draft that the form is kept under."""
        try:
            return uuid.UUID(self.draft.data or "")
        except ValueError:
            return None

    def offer(self, shelves: Sequence[Shelf], senders: Sequence[Sender]) -> None:
        """Fill the lists that can be chosen from."""
        self.category_id.choices = options((shelf.id, shelf.name) for shelf in shelves)
        if self.category_id.data is None and shelves:
            self.category_id.data = shelves[0].id
        self.sender.choices = options(
            (one.value, f"{one.name}({one.detail})" if one.detail else one.name) for one in senders
        )

    def look_names_up(self) -> None:
        """Names that were typed or pasted without scripts join the audience; those that are nobody stay, with an error."""
        text = self.audience_text.data or ""
        if not text.strip():
            return
        pasted = resolve_lines(text)
        self.audience.data = [
            *self.audience.data,
            *(Ref(PrincipalKind.PERSON, one).value for one in pasted.found),
        ]
        unclear = [*(line for line, _ in pasted.ambiguous), *pasted.missing]
        self.audience_text.data = "\n".join(unclear)
        if unclear:
            fault = gettext("Not found or not unique: %(names)s", names=gettext(", ").join(unclear))
            self.audience.errors = [*self.audience.errors, fault]

    def preset(self, actor: Actor) -> None:
        """What a new posting begins with, as the bureau's rules say."""
        unit_id = actor.unit_id
        self.classification.data = labels.default(unit_id).value
        self.has_comments.data = bool(rules.value(COMMENTS, unit_id))
        self.has_reactions.data = bool(rules.value(REACTIONS, unit_id))
        self.ends_on.data = actor.today + timedelta(days=int(rules.value(DISPLAY_DAYS, unit_id)) - 1)
        self.confirm_by.data = actor.today + timedelta(days=int(rules.value(CONFIRMATION_DAYS, unit_id)))

    def show(self, content: Content, *, is_copy: bool = False) -> None:
        """Fill in what a posting says; a copy gets dates of its own."""
        self.category_id.data = content.category_id
        self.title.data, self.html.data = content.title, content.html
        self.importance.data = content.importance.value
        self.classification.data = content.classification or self.classification.data
        self.audience.data = [ref.value for ref in content.audience]
        self.files.data = [str(uid) for uid in content.files]
        self.has_comments.data, self.has_reactions.data = content.has_comments, content.has_reactions
        self.needs_confirmation.data = content.confirm_by is not None
        if is_copy:
            return
        self.is_pinned.data = content.is_pinned
        if content.shown_from is not None:
            begins = clock.local(content.shown_from)
            self.starts_on.data, self.starts_at.data = (
                begins.date(),
                begins.time().replace(second=0, microsecond=0),
            )
        ends = content.shown_to
        self.ends_on.data = clock.local(ends - timedelta(microseconds=1)).date() if ends is not None else None
        if content.confirm_by is not None:
            self.confirm_by.data = content.confirm_by

    def content(self, before: Content | None = None) -> Content:
        """What was typed. Days in the form are whole: the last day is shown to its end.

        What cannot be seen in the form keeps its value: seconds of an unchanged beginning or end, a pin.
        """
        return Content(
            category_id=self.category_id.data or 0,
            title=self.title.data or "",
            html=self.html.data or "",
            audience=self.audience.refs,
            importance=Importance(self.importance.data or 0),
            shown_from=self._shown_from(before),
            shown_to=self._shown_to(before),
            confirm_by=self.confirm_by.data if self.needs_confirmation.data else None,
            has_comments=bool(self.has_comments.data),
            has_reactions=bool(self.has_reactions.data),
            is_pinned=bool(self.is_pinned.data),
            classification=self.classification.data or "",
            label_reason=self.label_reason.data or "",
            files=self.files.uids,
        )

    def _shown_from(self, before: Content | None) -> datetime | None:
        kept = before.shown_from if before is not None else None
        if self.starts_on.data is None:
            return kept
        begins = _instant(self.starts_on.data, self.starts_at.data or time(0))
        if kept is not None and kept.replace(second=0, microsecond=0) == begins:
            return kept
        return begins

    def _shown_to(self, before: Content | None) -> datetime | None:
        if self.ends_on.data is None:
            return None
        kept = before.shown_to if before is not None else None
        if kept is not None and clock.local(kept - timedelta(microseconds=1)).date() == self.ends_on.data:
            return kept
        return clock.end_of(self.ends_on.data)


def _instant(day: date, at: time) -> datetime:
    # In wall-clock time, so that a change of the clocks in between does not move it.
    return clock.local(clock.midnight(day)).replace(hour=at.hour, minute=at.minute)


class CategoryForm(FlaskForm):
    """A category with its rights, one picker each."""

    name = StringField(lazy_pgettext("category", "Name"), [InputRequired()])
    description = TextAreaField(lazy_gettext("Explanation"))
    hue = RadioField(
        lazy_gettext("Colour"), choices=options((hue, HUE_LABELS[hue]) for hue in HUES), default="blue"
    )
    unit_id = SelectField(lazy_gettext("Managing organisation"), coerce=int, validate_choice=False, default=0)
    is_active = BooleanField(lazy_gettext("Accept new postings"), default=True)
    read = Values(RIGHT_LABELS[Right.READ])
    post = Values(RIGHT_LABELS[Right.POST])
    manage = Values(RIGHT_LABELS[Right.MANAGE])
    version = HiddenField(default="0")

    def plan(self) -> Plan:
        """What was typed."""
        return Plan(
            name=self.name.data or "",
            description=self.description.data or "",
            hue=self.hue.data or "",
            unit_id=self.unit_id.data or None,
            rights={right: self[right.value].refs for right in Right},
            is_active=bool(self.is_active.data),
        )


def typed() -> dict[str, list[str]]:
    """Everything that was sent, as drafts and the pages in between keep it."""
    kept = {name: request.form.getlist(name) for name in request.form if name not in ("csrf_token", "action")}
    if came := came_with_form("files"):
        kept["files"] = [*kept.get("files", []), *came]
    return kept
