"""The retention clock of section pages: it starts in the fiscal year in which a page is taken down."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, delete, or_, select

from groupware import clock, search
from groupware.calendar.fiscal import fiscal_year, fiscal_year_range
from groupware.db import session
from groupware.portal.models import SectionPage
from groupware.portal.services.pages import SEARCHED

YEARS = 3


def expired(day: date) -> Any:
    """Selects (id, uid, title, since) of deleted pages whose full fiscal years have passed on `day`; 0 years never end."""
    ends = [
        and_(
            SectionPage.retention_years == years,
            SectionPage.deleted_at < clock.midnight(_first_day(day, years)),
        )
        for years in session.scalars(
            select(SectionPage.retention_years).where(SectionPage.deleted_at.is_not(None)).distinct()
        )
        if years > 0
    ]
    return select(
        SectionPage.id, SectionPage.uid, SectionPage.title, SectionPage.deleted_at.label("since")
    ).where(SectionPage.deleted_at.is_not(None), or_(False, *ends))


def purge(ids: Sequence[int]) -> None:
    """Erase pages with their pictures and history."""
    search.drop(SEARCHED, ids)
    session.execute(delete(SectionPage).where(SectionPage.id.in_(ids), SectionPage.deleted_at.is_not(None)))


def _first_day(day: date, years: int) -> date:
    """Deleted before this day, `years` full fiscal years lie between the year of deletion and `day`."""
    return fiscal_year_range(fiscal_year(day) - years)[0]
