"""Personal groups that their owners share: with whom, and what somebody sees of those of others."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, bindparam, select

from groupware.access.models import PersonPrincipal, Principal
from groupware.db import BIGINT, holds_on, session
from groupware.directory.models import GroupShare, Person
from groupware.directory.picking import Choice, ref_of, words_of

_day = bindparam("day", type_=Date())
_with_whom = (
    select(Principal, GroupShare.may_edit)
    .join(GroupShare, GroupShare.principal_id == Principal.id)
    .where(GroupShare.group_id == bindparam("group", type_=BIGINT))
    .order_by(Principal.kind, Principal.id)
)


@dataclass(frozen=True, slots=True)
class Shares:
    """With whom a group is shared, as choices: those who see it, and those who change it as well."""

    viewers: tuple[Choice, ...] = ()
    editors: tuple[Choice, ...] = ()


def shares_of(group_id: int) -> Shares:
    """With whom a group is shared; two queries. What does not exist any more is left out."""
    rows = session.execute(_with_whom, {"group": group_id}).all()
    words = words_of(ref_of(named) for named, _ in rows)
    found = [(words[ref_of(named)], may_edit) for named, may_edit in rows if ref_of(named) in words]
    return Shares(
        tuple(one for one, may_edit in found if not may_edit),
        tuple(one for one, may_edit in found if may_edit),
    )


_owner = select(Person.display_name, Person.left_on).where(Person.id == bindparam("owner", type_=BIGINT))


def owner_of(owner_id: int | None, day: date) -> tuple[str, bool]:
    """The name of an owner, and whether they work here on that day. One query."""
    row = session.execute(_owner, {"owner": owner_id}).one_or_none()
    return (row.display_name, row.left_on > day) if row is not None else ("", False)


_editors = (
    select(PersonPrincipal.person_id)
    .join(GroupShare, GroupShare.principal_id == PersonPrincipal.principal_id)
    .join(Person, Person.id == PersonPrincipal.person_id)
    .where(
        GroupShare.group_id == bindparam("group", type_=BIGINT),
        GroupShare.may_edit,
        holds_on(PersonPrincipal, _day),
        Person.left_on > _day,
    )
    .limit(1)
)


def has_editor(group_id: int, day: date) -> bool:
    """Whether anybody who works here may change the group besides its owner. One query."""
    return session.scalar(_editors, {"group": group_id, "day": day}) is not None


__all__ = ["Shares", "has_editor", "owner_of", "shares_of"]
