"""Who acts for whom: the people whose secretary somebody is, and the secretaries of somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, and_, bindparam, or_, select

from groupware import access
from groupware.access.models import Principal
from groupware.actor import Actor
from groupware.db import fetch, holds_on, session
from groupware.directory.picking import labels_of
from groupware.directory.queries.roll import roll
from plugins.schedule.models import Secretary
from plugins.schedule.models.ties import SERVED
from plugins.schedule.permissions import SECRETARY_MANAGE, WRITE

CACHE = "schedule.served"


def served(actor: Actor) -> frozenset[int]:
    """The people whose secretary the actor is today; one query per unit of work."""
    known = session().info
    key = (CACHE, actor.person_id)
    if key not in known:
        rows = fetch(SERVED, {"actor_person": actor.person_id, "actor_today": actor.today})
        known[key] = frozenset(row.person_id for row in rows)
    found: frozenset[int] = known[key]
    return found


def forget() -> None:
    """Ask again: it was written."""
    known = session().info
    for key in [one for one in known if isinstance(one, tuple) and one[0] == CACHE]:
        del known[key]


def may_act_for(actor: Actor, person_id: int) -> bool:
    """Whether the actor enters, changes and answers for the person: themselves, their secretaries, who holds the permission."""
    if actor.is_system or person_id == actor.person_id:
        return True
    return access.can(actor, WRITE, unit_id=_unit_of(person_id)) or person_id in served(actor)


def may_name_for(actor: Actor, *, person_id: int | None, unit_id: int | None, post_id: int | None) -> bool:
    """Whether the actor names secretaries of a person, or of a post: its holder, or who manages secretaries there."""
    if actor.is_system:
        return True
    if person_id is not None:
        return person_id == actor.person_id or access.can(
            actor, SECRETARY_MANAGE, unit_id=_unit_of(person_id)
        )
    entry = roll().entries.get(actor.person_id or 0)
    is_theirs = entry is not None and (unit_id, post_id) in tuple(entry.stands)
    return is_theirs or access.can(actor, SECRETARY_MANAGE, unit_id=unit_id)


def _unit_of(person_id: int) -> int | None:
    entry = roll().entries.get(person_id)
    return entry.unit_id if entry is not None else None


@dataclass(frozen=True, slots=True)
class Named:
    """A secretary as the pages name them. `holders` are the people served today."""

    row: Secretary
    secretary: str
    served: str
    holders: tuple[int, ...]
    may_end: bool

    @property
    def follows_post(self) -> bool:
        """Whether it is the post that is served, whoever holds it."""
        return self.row.post_id is not None


_day = bindparam("day", type_=Date())
_of_person = (
    select(Principal)
    .join(Secretary, Secretary.principal_id == Principal.id)
    .where(holds_on(Secretary, _day))
    .order_by(Secretary.id)
)


def secretaries_of(person_id: int, day: date) -> list[str]:
    """What the secretaries of a person are called today, each once. Two queries, one where there is none."""
    entry = roll().entries.get(person_id)
    posts = [
        and_(Secretary.unit_id == unit_id, Secretary.post_id == post_id)
        for unit_id, post_id in (entry.stands if entry is not None else ())
    ]
    statement = _of_person.where(or_(Secretary.person_id == person_id, *posts))
    found = session.scalars(statement, {"day": day}).unique().all()
    return list(dict.fromkeys(labels_of(found).values())) if found else []


_all = (
    select(Secretary, Principal)
    .join(Principal, Principal.id == Secretary.principal_id)
    .where(Secretary.valid_to > _day)
    .order_by(Secretary.unit_id, Secretary.id)
)


def named(actor: Actor) -> list[Named]:
    """The ties of today and to come that concern the actor: their own, those they may end, those by which they serve."""
    rows = session.execute(_all, {"day": actor.today}).all()
    mine = served(actor)
    current, kept = roll(), []
    for row, secretary in rows:
        holders = _holders(row)
        may_end = may_name_for(actor, person_id=row.person_id, unit_id=row.unit_id, post_id=row.post_id)
        if may_end or mine.intersection(holders):
            kept.append((row, secretary, holders, may_end))
    words = labels_of([secretary for _, secretary, _, _ in kept])
    found = [
        Named(row, words[secretary.id], _served_words(row, holders), holders, may_end)
        for row, secretary, holders, may_end in kept
    ]
    place = current.place
    return sorted(found, key=lambda one: min((place.get(key, len(place)) for key in one.holders), default=0))


def _holders(row: Secretary) -> tuple[int, ...]:
    if row.person_id is not None:
        return (row.person_id,)
    current = roll()
    return tuple(
        person
        for person in current.by_unit.get(row.unit_id or 0, ())
        if (row.unit_id, row.post_id) in tuple(current.entries[person].stands)
    )


def _served_words(row: Secretary, holders: Sequence[int]) -> str:
    current = roll()
    names = " ".join(current.entries[one].name for one in holders if one in current.entries)
    if row.post_id is None:
        return names
    post = current.posts.get(row.post_id)
    place = current.tree.path_name(row.unit_id)
    return f"{place} {post[0] if post is not None else ''} {names}".strip()


__all__ = ["Named", "forget", "may_act_for", "may_name_for", "named", "secretaries_of", "served"]
