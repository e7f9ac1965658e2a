"""What a title and a text of the portal must keep; the sanitiser decides what the text may hold."""

import re
import unicodedata

from groupware.i18n import gettext, pgettext
from groupware.text.html import from_input, to_plain

TITLE_LENGTH = 100
"""Characters."""
TEXT_LENGTH = 50_000
"""Characters of rich text as it arrives: some twenty printed pages."""


def checked_title(title: str, problems: dict[str, object], field: str = "title", label: str = "") -> str:
    """The title on one line; what is wrong with it goes to `problems`."""
    label = label or pgettext("section page", "Title")
    clean = re.sub(r"\s+", " ", unicodedata.normalize("NFC", title)).strip()
    if not clean:
        problems[field] = gettext("Please enter “%(field)s”.", field=label)
    elif len(clean) > TITLE_LENGTH:
        problems[field] = gettext(
            "Please enter “%(field)s” with at most %(limit)d characters (now %(now)d).",
            field=label,
            limit=TITLE_LENGTH,
            now=len(clean),
        )
    return clean


def checked_text(source: str, problems: dict[str, object], *, is_required: bool, field: str = "text") -> str:
    """The text as clean rich text; what is wrong with it goes to `problems`."""
    label = pgettext("section page", "Text")
    if len(source) > TEXT_LENGTH:
        problems[field] = gettext(
            "Please enter “%(field)s” with at most %(limit)d characters (now %(now)d).",
            field=label,
            limit=TEXT_LENGTH,
            now=len(source),
        )
        return ""
    html = from_input(source)
    if is_required and not to_plain(html):
        problems[field] = gettext("Please enter “%(field)s”.", field=label)
    return html
