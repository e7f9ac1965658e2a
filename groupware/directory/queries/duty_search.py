"""Who has a duty, by the name of the duty and of the organisation: 「文書主任 税務」."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Date, bindparam, select

from groupware.among import among
from groupware.db import fetch, holds_on
from groupware.directory.models import DutyHolder, DutyKind, Person
from groupware.directory.tree import OrgTree
from groupware.text.folding import fold

_kinds = select(DutyKind.id, DutyKind.name, DutyKind.name_en)
_day = bindparam("day", type_=Date())
_holders = (
    select(
        DutyHolder.unit_id,
        DutyHolder.deputy_order,
        DutyKind.name.label("duty"),
        DutyKind.name_en.label("duty_en"),
        Person.uid,
        Person.display_name,
    )
    .join(DutyKind, DutyKind.id == DutyHolder.kind_id)
    .join(Person, Person.id == DutyHolder.person_id)
    .where(
        among(DutyHolder.kind_id, "kinds"),
        among(DutyHolder.unit_id, "units"),
        holds_on(DutyHolder, _day),
        Person.left_on > _day,
    )
)


def holders(tree: OrgTree, text: str, limit: int) -> Sequence[Any]:
    """Today's holders of duties whose name holds a word of `text`, in 建制順; the other words must name the organisation."""
    words = fold(text).split()
    names = {row.id: fold(f"{row.name} {row.name_en}") for row in fetch(_kinds)} if words else {}
    named = {word for word in words if any(word in name for name in names.values())}
    kinds = [kind_id for kind_id, name in names.items() if named and all(word in name for word in named)]
    others = [word for word in words if word not in named]
    units = [unit.id for unit in tree if all(word in fold(tree.path_name(unit.id)) for word in others)]
    if not kinds or not units:
        return []
    rows = fetch(_holders, {"kinds": kinds, "units": units, "day": tree.day}).all()
    return sorted(rows, key=lambda row: (tree.order[row.unit_id], row.deputy_order))[:limit]


__all__ = ["holders"]
