"""What those who manage units look at: the units they manage, duties and section accounts of these."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from groupware import access
from groupware.actor import Actor
from groupware.among import among
from groupware.db import session
from groupware.directory.models import DutyKind, SectionAccount
from groupware.directory.tree import OrgTree, Unit

MANAGE = "directory:unit:manage"


def managed_units(actor: Actor, tree: OrgTree) -> list[Unit]:
    """The units whose duties, groups and accounts the actor may keep, in 建制順. Without a query of its own."""
    mine = access.held(actor, MANAGE)
    return [unit for unit in tree if mine.everywhere or unit.id in mine.units]


@dataclass(frozen=True, slots=True)
class DutyKindRow:
    """A kind of duty."""

    id: int
    code: str
    name: str
    name_en: str


_kinds = select(DutyKind.id, DutyKind.code, DutyKind.name, DutyKind.name_en).order_by(
    DutyKind.official_order, DutyKind.id
)


def duty_kinds() -> list[DutyKindRow]:
    """All kinds, in their order. One query."""
    rows: Sequence[Any] = session.execute(_kinds).all()
    return [DutyKindRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A section account."""

    id: int
    uid: str
    unit_id: int
    name: str
    is_active: bool


_accounts = select(
    SectionAccount.id,
    SectionAccount.uid,
    SectionAccount.unit_id,
    SectionAccount.name,
    SectionAccount.is_active,
).where(among(SectionAccount.unit_id, "units"))


def section_accounts(units: Sequence[Unit]) -> list[AccountRow]:
    """The accounts of these units, in their order. One query."""
    order = {unit.id: index for index, unit in enumerate(units)}
    rows: Sequence[Any] = session.execute(_accounts, {"units": list(order) or [0]}).all()
    return [
        AccountRow(*(row.id, str(row.uid), *row[2:])) for row in sorted(rows, key=lambda r: order[r.unit_id])
    ]


__all__ = ["MANAGE", "AccountRow", "DutyKindRow", "duty_kinds", "managed_units", "section_accounts"]
