"""Reads of requests for disclosure: cases within reach, what they hold, and records that could be asked for."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from groupware import access
from groupware.access import held
from groupware.actor import Actor
from groupware.calendar.eras import format_wareki_fiscal
from groupware.db import session
from groupware.directory.tree import org_tree
from groupware.disclosure.blackening import Passage
from groupware.disclosure.models import Case, Document, Redaction
from groupware.disclosure.permissions import MANAGE
from groupware.errors import NotFound
from groupware.i18n import current_locale, gettext
from groupware.records.queries import kinds
from groupware.text.folding import fold

FOUND = 100
"""Records of a kind that a search shows."""

_visible = (
    select(Case)
    .where(access.visible(MANAGE, Case), Case.deleted_at.is_(None))
    .order_by(Case.state.desc(), Case.due_on, Case.id)
)
_one = select(Case).where(access.visible(MANAGE, Case), Case.deleted_at.is_(None))


@dataclass(frozen=True, slots=True)
class Match:
    """A record that holds the words. `is_chosen`: it is in the case already."""

    kind: str
    kind_title: str
    uid: uuid.UUID
    title: str
    at: Any
    unit_id: int | None
    is_chosen: bool


def cases(actor: Actor) -> Sequence[Case]:
    """The cases that the actor works on, open ones first, by deadline."""
    return session.scalars(_visible, access.parameters(actor, MANAGE, "disclosure.case")).all()


def case(actor: Actor, uid: uuid.UUID) -> Case:
    """One case. Raises NotFound, the same for what is absent and what is not the actor's."""
    found = session.scalars(
        _one.where(Case.uid == uid), access.parameters(actor, MANAGE, "disclosure.case")
    ).first()
    if found is None:
        raise not_found()
    return found


def home(actor: Actor) -> int | None:
    """The organisation for which the actor works on requests: their own, else the first in which they may."""
    mine = held(actor, MANAGE)
    if mine.everywhere or actor.unit_id in mine.units:
        return actor.unit_id
    return next((unit.id for unit in org_tree(actor.today) if unit.id in mine.units), actor.unit_id)


def not_found() -> NotFound:
    """What is answered for what does not exist and for what may not be known."""
    return NotFound(gettext("The page you are looking for was not found."))


def number_of(found: Case) -> str:
    """What a case is called: its fiscal year and its number in it."""
    is_japanese = current_locale.get() == "ja"
    year = format_wareki_fiscal(found.fiscal_year) if is_japanese else f"FY{found.fiscal_year}"
    return str(gettext("%(year)s no. %(serial)d", year=year, serial=found.serial))


def documents(case_id: int) -> Sequence[Document]:
    """What was chosen, in the order of choosing."""
    return session.scalars(select(Document).where(Document.case_id == case_id).order_by(Document.id)).all()


def document(case_id: int, uid: uuid.UUID) -> Document:
    """One copy of a case. Raises NotFound."""
    found = session.scalars(select(Document).where(Document.case_id == case_id, Document.uid == uid)).first()
    if found is None:
        raise not_found()
    return found


def redactions(document_ids: Sequence[int]) -> dict[int, list[Redaction]]:
    """What is blackened in each of the copies, from the beginning on."""
    found: dict[int, list[Redaction]] = {one: [] for one in document_ids}
    statement = (
        select(Redaction)
        .where(Redaction.document_id.in_(document_ids))
        .order_by(Redaction.start_at, Redaction.end_at)
    )
    for one in session.scalars(statement):
        found[one.document_id].append(one)
    return found


def passages(found: Sequence[Redaction]) -> list[Passage]:
    """Redactions as the pages and the PDF need them."""
    return [Passage(one.start_at, one.end_at, one.clause) for one in found]


def next_serial(year: int) -> int:
    """The number of the next case of a fiscal year. The caller holds the lock that lets cases be numbered one by one."""
    return (session.scalar(select(func.max(Case.serial)).where(Case.fiscal_year == year)) or 0) + 1


def matches(
    actor: Actor, found: Case, text: str, since: date | None = None, until: date | None = None
) -> list[Match]:
    """Records of every kind, within the actor's reach, that hold all the words, newest first; whoever may see them."""
    words = fold(text).split()
    if not words:
        return []
    mine = held(actor, MANAGE)
    units = None if mine.everywhere else mine.units
    chosen = {(one.object_type, one.object_uid) for one in documents(found.id)}
    rows: list[Match] = []
    for kind in kinds().values():
        if kind.find is None:
            continue
        for row in kind.find(words, since, until, units, FOUND):
            is_chosen = (kind.id, row.uid) in chosen
            rows.append(Match(kind.id, str(kind.title), row.uid, row.title, row.at, row.unit_id, is_chosen))
    return rows


__all__ = [
    "FOUND",
    "Match",
    "case",
    "cases",
    "document",
    "documents",
    "home",
    "matches",
    "next_serial",
    "not_found",
    "number_of",
    "passages",
    "redactions",
]
