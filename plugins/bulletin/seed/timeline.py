"""What stands in the timelines of the sample people, and what other systems were told: the postings of the last fortnight."""

from datetime import timedelta

from sqlalchemy import select

from groupware.access.models import PersonPrincipal
from groupware.db import holds_on, session
from groupware.demo.context import DemoContext
from groupware.notifications.models import Notice
from plugins.bulletin.enums import Importance, PostingState
from plugins.bulletin.events import PUBLISHED
from plugins.bulletin.models import Addressed, Posting, Reading
from plugins.bulletin.queries.categories import shelves

FORTNIGHT = timedelta(days=14)
KIND, THING = "bulletin.published", "bulletin.posting"


def fill_timelines(context: DemoContext) -> None:
    """Write the lines; only people who can sign in have any."""
    people = [person.id for _, person in context.samples]
    told = (
        select(
            PersonPrincipal.person_id,
            Posting.id.label("posting_id"),
            Posting.author_id,
            Posting.listed_at,
            Posting.edition,
            Posting.importance,
            Reading.read_at,
        )
        .join(Addressed, Addressed.principal_id == PersonPrincipal.principal_id)
        .join(Posting, Posting.id == Addressed.posting_id)
        .outerjoin(
            Reading, (Reading.posting_id == Posting.id) & (Reading.person_id == PersonPrincipal.person_id)
        )
        .where(
            PersonPrincipal.person_id.in_(people),
            holds_on(PersonPrincipal, context.today),
            Posting.category_id.in_([shelf.id for shelf in shelves().values() if shelf.is_open]),
            Posting.state == PostingState.PUBLISHED.value,
            Posting.shown_from <= context.now,
            Posting.listed_at > context.now - FORTNIGHT,
            PersonPrincipal.person_id != Posting.author_id,
        )
        .distinct()
        .order_by(Posting.listed_at, PersonPrincipal.person_id, Posting.id)
    )
    rows = session.execute(told).all()
    shown = {row.posting_id: row for row in rows}.values()
    context.happened += [
        (PUBLISHED, {"posting_id": row.posting_id, "edition": row.edition}, row.listed_at) for row in shown
    ]
    keys = context.take_ids(Notice, len(rows))
    context.insert(
        Notice,
        [
            {
                "id": key,
                "person_id": row.person_id,
                "kind": KIND,
                "thing": THING,
                "subject_id": row.posting_id,
                "caused_by": row.author_id,
                "at": row.listed_at,
                "count": 0 if row.read_at else 1,
                "read_at": row.read_at,
                "is_urgent": row.importance == Importance.URGENT,
            }
            for key, row in zip(keys, rows, strict=True)
        ],
    )
