"""Whom to ask: the function administrators of an organisation."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, bindparam, select

from groupware.db import holds_on, session
from groupware.directory.models import DutyHolder, DutyKind, Person
from groupware.directory.queries.memory import remembered
from groupware.directory.tree import org_tree

FUNCTION_ADMINISTRATOR = "function_administrator"


@dataclass(frozen=True, slots=True)
class Helper:
    """A person to ask."""

    person_uid: str
    display_name: str
    extension: str
    unit_name: str
    is_deputy: bool


_today = bindparam("today", type_=Date())
_holders = (
    select(
        Person.uid,
        Person.display_name,
        Person.extension,
        DutyHolder.unit_id,
        DutyHolder.deputy_order,
    )
    .join(DutyHolder, DutyHolder.person_id == Person.id)
    .join(DutyKind, DutyKind.id == DutyHolder.kind_id)
    .where(
        DutyKind.code == FUNCTION_ADMINISTRATOR,
        holds_on(DutyHolder, _today),
        Person.left_on > _today,
    )
    .order_by(DutyHolder.deputy_order, Person.sort_kana, Person.id)
)


def administrators_of(unit_id: int | None, day: date) -> Sequence[Helper]:
    """The function administrators of the unit on `day`, or else of the nearest organisation above that has any.

    Holders before deputies; empty where nobody is named up to the root. From memory: the portal asks on every visit.
    """
    by_unit = remembered("function_administrators", day, _load)
    return next((by_unit[one] for one in org_tree(day).ancestors(unit_id) if one in by_unit), ())


def _load(day: date) -> dict[int, list[Helper]]:
    tree = org_tree(day)
    found: dict[int, list[Helper]] = defaultdict(list)
    for row in session.execute(_holders, {"today": day}):
        if row.unit_id in tree:
            name = tree.units[row.unit_id].name
            found[row.unit_id].append(
                Helper(str(row.uid), row.display_name, row.extension, name, row.deputy_order > 0)
            )
    return dict(found)
