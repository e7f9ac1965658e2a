"""Pages of the sections as a request for disclosure finds and copies them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from groupware import clock
from groupware.db import session
from groupware.i18n import gettext
from groupware.plugin import Exhibit
from groupware.portal.models import SectionPage
from groupware.text.folding import fold
from groupware.text.html import to_plain

AT_ONCE = 200


def find(
    words: Sequence[str], since: date | None, until: date | None, units: frozenset[int] | None, limit: int
) -> list[Any]:
    """Pages of these organisations (None: of all) that hold every folded word, newest first.

    Reads the pages themselves: the search index knows nothing of those that were deleted.
    """
    statement = select(
        SectionPage.id,
        SectionPage.uid,
        SectionPage.title,
        SectionPage.html,
        SectionPage.changed_at.label("at"),
        SectionPage.unit_id,
    )
    if since is not None:
        statement = statement.where(SectionPage.changed_at >= clock.midnight(since))
    if until is not None:
        statement = statement.where(SectionPage.changed_at < clock.end_of(until))
    if units is not None:
        statement = statement.where(SectionPage.unit_id.in_(sorted(units)))
    newest = statement.order_by(SectionPage.changed_at.desc(), SectionPage.id.desc())
    found: list[Any] = []
    for row in session.execute(newest.execution_options(yield_per=AT_ONCE)):
        text = fold(f"{row.title}\n{to_plain(row.html)}")
        if len(found) < limit and all(word in text for word in words):
            found.append(row)
    return found


def exhibit(page_id: int) -> Exhibit:
    """What a page says."""
    page = session.get_one(SectionPage, page_id)
    changed = f"{clock.local(page.changed_at):%Y-%m-%d %H:%M}"
    return Exhibit(title=page.title, facts=((gettext("Last changed"), changed),), text=to_plain(page.html))
