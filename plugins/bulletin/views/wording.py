"""The settings of a wording in words, for history and approval."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from groupware import clock
from groupware.attachments.queries import files
from groupware.guards.enums import Label
from groupware.i18n import gettext, lazy_gettext, lazy_pgettext, pgettext
from groupware.web.formats import date_text, datetime_text
from plugins.bulletin.models import Revision
from plugins.bulletin.queries.audience import named
from plugins.bulletin.queries.categories import shelves
from plugins.bulletin.services.content import Content

FIELD_NAMES = {
    "title": lazy_gettext("Subject"),
    "html": lazy_pgettext("posting", "Text"),
    "category_id": lazy_gettext("Category"),
    "audience": lazy_gettext("Audience"),
    "importance": lazy_gettext("Importance"),
    "shown_from": lazy_gettext("Displayed from"),
    "shown_to": lazy_gettext("Displayed until"),
    "confirm_by": lazy_gettext("Confirm by"),
    "has_comments": lazy_gettext("Accept comments"),
    "has_reactions": lazy_gettext("Accept reactions"),
    "is_pinned": lazy_gettext("Pinned"),
    "classification": lazy_gettext("Confidentiality"),
    "files": lazy_gettext("Attachments"),
}
"""Fields of a wording as people know them."""


def settings_rows(revision: Revision, before: Revision | None) -> list[tuple[str, str, str | None]]:
    """(name, value, value before where it differs) of every setting. Postings taken over have none."""
    if not revision.settings:
        return []
    now = _words(Content.proposed_by(revision))
    then = _words(Content.proposed_by(before)) if before is not None and before.settings else {}
    return [
        (name, words, then[name] if name in then and then[name] != words else None)
        for name, words in now.items()
    ]


def _words(content: Content) -> dict[str, str]:
    shelf = shelves().get(content.category_id)
    yes, no = gettext("Yes"), gettext("No")
    values = {
        "category_id": shelf.name if shelf is not None else "",
        "importance": str(content.importance.label),
        "audience": gettext(", ").join(
            f"{one.label}({one.detail})" if one.detail else one.label for one in named(content.audience)
        ),
        "shown_from": datetime_text(content.shown_from) or pgettext("display", "At once"),
        "shown_to": last_day(content.shown_to) or gettext("No end"),
        "confirm_by": date_text(content.confirm_by) or pgettext("confirmation", "Not asked for"),
        "has_comments": yes if content.has_comments else no,
        "has_reactions": yes if content.has_reactions else no,
        "is_pinned": yes if content.is_pinned else no,
        "classification": str(Label(content.classification).label) if content.classification else "",
        "files": gettext(", ").join(file.name for file in files(content.files)) or pgettext("files", "None"),
    }
    return {str(FIELD_NAMES[name]): words for name, words in values.items()}


def last_day(ends: datetime | None) -> str:
    """The end of a display: the day where it ends with a day, otherwise day and time."""
    if ends is None or ends.year == 9999:
        return ""
    local: Any = clock.local(ends)
    if (local.hour, local.minute) == (0, 0):
        return date_text(local - timedelta(days=1))
    return datetime_text(ends)


def field_words(names: Iterable[str]) -> str:
    """Names of fields as people know them."""
    return str(gettext(", ")).join(str(FIELD_NAMES[name]) for name in names if name in FIELD_NAMES)
