"""Why somebody may, and who may: the relation or the grant that decides, named instead of guessed.

The same criteria and the same grants that let a person in are asked here, so that an explanation cannot differ from the
decision. Explanations name principals and people's ways to them, never content.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from groupware.access.enums import PrincipalKind
from groupware.access.holdings import Holding, holdings
from groupware.access.labels import Label, labels, scope_words
from groupware.access.models import Grant, PersonPrincipal, Principal
from groupware.access.objects import ObjectAccess, Relation, access_of, unit_of
from groupware.access.queries import count_of, parameters
from groupware.access.services import require
from groupware.actor import Actor
from groupware.db import holds_on, session
from groupware.directory.enums import AppointmentKind
from groupware.directory.models import Appointment, DutyHolder, Person, Post
from groupware.directory.tree import OrgTree, org_tree
from groupware.errors import NotFound
from groupware.i18n import gettext
from groupware.registry import registry


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that lets a person act on an object."""

    kind: str
    """relation, grant or everybody."""
    text: str
    label: str = ""
    """The principal through which it reaches the person."""
    permission: str = ""
    """The permission that was granted, where it is a wider one than was asked for."""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """A principal that may act on an object, and why."""

    label: Label | None
    reason: Reason
    people: int


@dataclass(frozen=True, slots=True)
class WhoCan:
    """Everybody who may act on an object. `people` counts each person once; `unnamed` are ties that name nobody."""

    entries: tuple[Access, ...]
    people: int
    unnamed: tuple[str, ...]


def explain(actor: Actor, person_id: int, permission: str, obj: Any) -> list[Reason]:
    """Why the person holds `permission` on the object today; empty if they do not.

    Raises NotFound unless the actor may read the object.
    """
    declaration = _require_reading(actor, obj)
    subject = actor if person_id == actor.person_id else acting(person_id, actor)
    names = registry().satisfying(permission)
    reasons = []
    if any(registry().permissions[name].given_to_all for name in names):
        reasons.append(Reason("everybody", str(gettext("Everybody who works here may do this."))))
    reasons += [
        Reason("relation", str(relation.title), _way(relation, obj, subject))
        for relation in declaration.relations
        if permission in relation.permissions and _is_tied(relation, obj, subject)
    ]
    covering = [h for h in holdings(subject) if h.permission in names and _covers(h, obj, declaration)]
    words = labels(h.principal_id for h in covering)
    tree = org_tree(actor.today)
    for holding in covering:
        label = words[holding.principal_id]
        scope = "all" if holding.everywhere else "object" if holding.obj else "subtree"
        reach = scope_words(scope, holding.root, tree, label.kind)
        reasons.append(
            Reason(
                "grant",
                str(gettext("By a grant (%(principal)s, %(scope)s).", principal=label.text, scope=reach)),
                label.text,
                holding.permission if holding.permission != permission else "",
                holding.until,
            )
        )
    return reasons


def who_can(actor: Actor, permission: str, obj: Any) -> WhoCan:
    """Every principal that holds `permission` on the object today, each with its reason and number of people.

    Raises NotFound unless the actor may read the object.
    """
    declaration = _require_reading(actor, obj)
    names = registry().satisfying(permission)
    found: list[tuple[int, Reason]] = []
    unnamed: list[str] = []
    if any(registry().permissions[name].given_to_all for name in names):
        key = session.scalar(select(Principal.id).where(Principal.kind == PrincipalKind.EVERYONE))
        if key is not None:
            found.append((key, Reason("everybody", str(gettext("Everybody who works here may do this.")))))
    for relation in declaration.relations:
        if permission not in relation.permissions:
            continue
        if relation.principals is None:
            unnamed.append(str(relation.title))
            continue
        reason = Reason("relation", str(relation.title))
        found += [(key, reason) for key in session.scalars(relation.principals(obj.id)) if key is not None]
    found += _granted(names, unit_of(obj), (declaration.type, obj.id), actor.today)
    words = labels(key for key, _ in found)
    keys = sorted({key for key, _ in found})
    counts = counts_of(keys, actor.today)
    entries = tuple(Access(words.get(key), reason, counts.get(key, 0)) for key, reason in found)
    return WhoCan(entries, count_of(keys, actor.today), tuple(unnamed))


def holders(permission: str, unit_id: int | None, day: date) -> list[int]:
    """Ids of the principals to whom a grant gives the permission over an organisation on a day, for those who are to be told.

    What everybody may, and what relations give, is not among them.
    """
    return [key for key, _ in _granted(registry().satisfying(permission), unit_id, None, day)]


def counts_of(principal_ids: Iterable[int], day: date) -> dict[int, int]:
    """How many people each of the principals is on a day; those that are nobody are left out."""
    statement = (
        select(PersonPrincipal.principal_id, func.count(PersonPrincipal.person_id.distinct()))
        .where(PersonPrincipal.principal_id.in_(list(principal_ids)), holds_on(PersonPrincipal, day))
        .group_by(PersonPrincipal.principal_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def _require_reading(actor: Actor, obj: Any) -> ObjectAccess:
    declaration = access_of(obj)
    require(actor, declaration.read, obj)
    return declaration


def acting(person_id: int, actor: Actor) -> Actor:
    """The person in their main appointment, as they would act today; NotFound if they are not here."""
    row = session.execute(
        select(Person.display_name, Appointment.id, Appointment.unit_id, Post.rank)
        .outerjoin(
            Appointment,
            (Appointment.person_id == Person.id)
            & (Appointment.kind == AppointmentKind.MAIN)
            & holds_on(Appointment, actor.today),
        )
        .outerjoin(Post, Post.id == Appointment.post_id)
        .where(Person.id == person_id, Person.left_on > actor.today)
    ).first()
    if row is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    return Actor(
        person_id=person_id,
        display_name=row.display_name,
        appointment_id=row.id,
        unit_id=row.unit_id,
        post_rank=row.rank,
        zone=actor.zone,
        now=actor.now,
        today=actor.today,
    )


def _is_tied(relation: Relation, obj: Any, subject: Actor) -> bool:
    model = type(obj)
    statement = select(model.id).where(model.id == obj.id, relation.criterion)
    return session.scalar(statement, parameters(subject)) is not None


def _way(relation: Relation, obj: Any, subject: Actor) -> str:
    """Through which of the relation's principals it reaches the person, where the relation names them."""
    if relation.principals is None:
        return ""
    mine = session.scalars(
        select(PersonPrincipal.principal_id).where(
            PersonPrincipal.person_id == subject.person_id,
            holds_on(PersonPrincipal, subject.today),
            PersonPrincipal.principal_id.in_(relation.principals(obj.id)),
        )
    ).all()
    words = labels(mine)
    return str(gettext(", ")).join(words[key].text for key in sorted(words))


def _covers(holding: Holding, obj: Any, declaration: ObjectAccess) -> bool:
    if holding.everywhere:
        return True
    return holding.obj == (declaration.type, obj.id) or unit_of(obj) in holding.units


def _granted(
    names: Iterable[str], unit_id: int | None, obj: tuple[str, int] | None, today: date
) -> list[tuple[int, Reason]]:
    """Principals with a grant that covers the unit or the object. Grants over one's own units are resolved to the duties that
    reach it."""
    tree = org_tree(today)
    above = set(tree.ancestors(unit_id))
    rows = session.execute(
        select(Grant, Principal)
        .join(Principal, Principal.id == Grant.principal_id)
        .where(Grant.permission.in_(sorted(names)), Grant.valid_until > today)
        .order_by(Grant.id)
    ).all()
    found: list[tuple[int, Reason]] = []
    for given, holder in rows:
        text = _reach(given, holder, tree, obj, above)
        if text is None:
            continue
        reason = Reason("grant", text, until=given.valid_until)
        found += [(key, reason) for key in _holders(given, holder, above, today)]
    return found


def _reach(
    given: Grant, holder: Principal, tree: OrgTree, key: tuple[str, int] | None, above: set[int]
) -> str | None:
    """How far a grant reaches, in words, or None if the object is not within."""
    if given.scope == "object" and (given.object_type, given.object_id) != key:
        return None
    if (given.scope == "subtree" and given.unit_id not in above) or (given.scope == "own" and not above):
        return None
    reach = scope_words(given.scope, given.unit_id, tree, PrincipalKind(holder.kind))
    return str(gettext("By a grant (%(scope)s).", scope=reach))


def _holders(given: Grant, holder: Principal, above: set[int], today: date) -> list[int]:
    """The principals to name for a grant: those of the units above where it follows the holder's own unit."""
    if given.scope != "own":
        return [holder.id]
    if holder.kind == PrincipalKind.DUTY:
        return [holder.id] if holder.ref2 in above else []
    if holder.kind == PrincipalKind.DUTY_KIND:
        units = select(DutyHolder.unit_id).where(
            DutyHolder.kind_id == holder.ref, DutyHolder.unit_id.in_(above), holds_on(DutyHolder, today)
        )
        statement = select(Principal.id).where(
            Principal.kind == PrincipalKind.DUTY, Principal.ref == holder.ref, Principal.ref2.in_(units)
        )
        return list(session.scalars(statement))
    # Somebody's own unit: those of the principal who are appointed to one of the units above, each by name.
    members = (
        select(PersonPrincipal.person_id)
        .join(Appointment, Appointment.person_id == PersonPrincipal.person_id)
        .where(
            PersonPrincipal.principal_id == holder.id,
            holds_on(PersonPrincipal, today),
            holds_on(Appointment, today),
            Appointment.unit_id.in_(above),
        )
    )
    statement = select(Principal.id).where(Principal.kind == PrincipalKind.PERSON, Principal.ref.in_(members))
    return list(session.scalars(statement))


__all__ = ["Access", "Reason", "WhoCan", "acting", "counts_of", "explain", "holders", "who_can"]
