"""Facilities that somebody may see, with what they may do there and the terms that hold."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Select, String, bindparam, cast, func, literal, select

from groupware import access
from groupware.access import is_among
from groupware.access.queries import Held
from groupware.actor import Actor
from groupware.among import among
from groupware.db import BIGINT, fetch
from groupware.errors import NotFound
from groupware.i18n import gettext
from groupware.realtime.queries import seq_of
from groupware.text.folding import fold
from plugins.facility.enums import GroupKind, Right
from plugins.facility.events import GROUP
from plugins.facility.models import Facility, FacilityFeature, FacilityGroup, FacilityRight, Feature
from plugins.facility.permissions import PERMISSION_OF, SEE
from plugins.facility.queries.terms import Terms, TermsBook


class Place(NamedTuple):
    """A facility as pages and services use it; the first fields are the columns of `_seen`."""

    id: int
    uid: uuid.UUID
    name: str
    building: str
    floor: str
    capacity: int
    quantity: int
    unit_id: int | None
    contact: str
    note: str
    is_retired: bool
    own_terms: Mapping[str, Any]
    group_id: int
    group_uid: uuid.UUID
    group_name: str
    kind: str
    group_terms: Mapping[str, Any]
    terms: Terms
    rights: frozenset[Right]

    @property
    def is_exclusive(self) -> bool:
        """Whether one booking keeps all others out."""
        return self.quantity == 1

    @property
    def where(self) -> str:
        """Building and floor."""
        return " ".join(part for part in (self.building, self.floor) if part)

    @property
    def icon(self) -> str:
        """Its picture."""
        return GroupKind(self.kind).icon

    @property
    def can_book(self) -> bool:
        """Whether whoever looks may book it, or at least request it."""
        return not self.is_retired and Right.REQUEST in self.rights

    @property
    def is_confirmed_at_once(self) -> bool:
        """Whether a booking of whoever looks needs nobody's approval."""
        needed = Right.MODERATE if self.terms.needs_approval else Right.BOOK
        return needed in self.rights

    @property
    def can_decide(self) -> bool:
        """Whether whoever looks decides on requests and on bookings of others."""
        return Right.MODERATE in self.rights


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which facilities are wanted; empty is all of them."""

    group: int | None = None
    building: str = ""
    units: Collection[int] = ()
    """Organisations that manage them."""
    kind: str = ""
    text: str = ""
    capacity: int = 0
    features: Sequence[int] = ()
    uids: Sequence[uuid.UUID] = ()
    ids: Sequence[int] = ()
    with_retired: bool = False


_ties = (
    select(func.aggregate_strings(FacilityRight.right, ","))
    .where(FacilityRight.facility_id == Facility.id, is_among(FacilityRight.principal_id))
    .correlate(Facility)
    .scalar_subquery()
)
_seen: Any = (
    select(
        Facility.id,
        Facility.uid,
        Facility.name,
        Facility.building,
        Facility.floor,
        Facility.capacity,
        Facility.quantity,
        Facility.unit_id,
        Facility.contact,
        Facility.note,
        Facility.is_retired,
        Facility.terms.label("own_terms"),
        FacilityGroup.id.label("group_id"),
        FacilityGroup.uid.label("group_uid"),
        FacilityGroup.name.label("group_name"),
        FacilityGroup.kind,
        FacilityGroup.terms.label("group_terms"),
        _ties.label("ties"),
    )
    .join(FacilityGroup, FacilityGroup.id == Facility.group_id)
    .where(access.visible(SEE, Facility))
    .order_by(FacilityGroup.official_order, FacilityGroup.id, Facility.official_order, Facility.id)
)
_COLUMNS = len(_seen.selected_columns) - 1
_named = _seen.where(among(Facility.uid, "uids"))
_groups = (
    select(
        FacilityGroup.id,
        FacilityGroup.uid,
        FacilityGroup.name,
        FacilityGroup.kind,
        func.count().label("number"),
        seq_of(literal(f"{GROUP}.").concat(cast(FacilityGroup.id, String))).label("seq"),
    )
    .join(Facility, Facility.group_id == FacilityGroup.id)
    .where(access.visible(SEE, Facility), Facility.is_retired.is_(False))
    .group_by(
        FacilityGroup.id,
        FacilityGroup.uid,
        FacilityGroup.name,
        FacilityGroup.kind,
        FacilityGroup.official_order,
    )
    .order_by(FacilityGroup.official_order, FacilityGroup.id)
)
_whereabouts = (
    select(Facility.building, Facility.unit_id)
    .where(access.visible(SEE, Facility), Facility.is_retired.is_(False))
    .group_by(Facility.building, Facility.unit_id)
    .order_by(func.min(Facility.official_order), Facility.building, Facility.unit_id)
)


_features = select(Feature.id, Feature.name).order_by(Feature.official_order, Feature.id)
_features_of = (
    select(FacilityFeature.facility_id, Feature.name)
    .join(Feature, Feature.id == FacilityFeature.feature_id)
    .where(among(FacilityFeature.facility_id, "facilities"))
    .order_by(Feature.official_order, Feature.id)
)


def _parameters(actor: Actor) -> dict[str, Any]:
    return access.parameters(actor, SEE, "facility.facility")


def _narrowed(wanted: Filter) -> Select[Any]:
    statement: Select[Any] = _seen
    if not wanted.with_retired:
        statement = statement.where(Facility.is_retired.is_(False))
    if wanted.group is not None:
        statement = statement.where(Facility.group_id == wanted.group)
    if wanted.building:
        statement = statement.where(Facility.building == wanted.building)
    if wanted.units:
        statement = statement.where(Facility.unit_id.in_(wanted.units))
    if wanted.kind:
        statement = statement.where(FacilityGroup.kind == wanted.kind)
    for word in fold(wanted.text).split():
        statement = statement.where(Facility.search_text.contains(word, autoescape=True))
    if wanted.capacity:
        statement = statement.where(Facility.capacity >= wanted.capacity)
    for feature in wanted.features:
        has_it = select(FacilityFeature.facility_id).where(FacilityFeature.feature_id == feature)
        statement = statement.where(Facility.id.in_(has_it))
    if wanted.uids:
        statement = statement.where(Facility.uid.in_(wanted.uids))
    if wanted.ids:
        statement = statement.where(Facility.id.in_(wanted.ids))
    return statement


def seen(actor: Actor, wanted: Filter, limit: int = 1000, offset: int = 0) -> list[Place]:
    """Facilities that the actor may see, in their order, with rights and terms. One query."""
    return _places(actor, fetch(_narrowed(wanted).limit(limit).offset(offset), _parameters(actor)).all())


def named(actor: Actor, uids: Sequence[uuid.UUID]) -> list[Place]:
    """Those of the facilities that the actor may see, retired or not. As `seen`, by a query built once: every act asks."""
    return _places(actor, fetch(_named, {**_parameters(actor), "uids": list(uids)}).all())


def _places(actor: Actor, rows: Sequence[Any]) -> list[Place]:
    book = TermsBook(actor.today)
    granted = [(right, access.held(actor, PERMISSION_OF[right])) for right in Right]
    return [
        Place._make(
            (
                *row[:_COLUMNS],
                book.of(row.unit_id, row.own_terms, row.group_terms),
                _rights(row.id, row.unit_id, row.ties, granted),
            )
        )
        for row in rows
    ]


def _rights(
    key: int, unit_id: int | None, ties: str | None, granted: Iterable[tuple[Right, Held]]
) -> frozenset[Right]:
    """What somebody may do with a facility: what they are named for, and what their grants say."""
    found = {
        right
        for right, held in granted
        if held.everywhere or unit_id in held.units or ("facility.facility", key) in held.objects
    }
    if ties:
        found.update(*(Right(name).includes for name in ties.split(",")))
    return frozenset(found)


def place(actor: Actor, uid: uuid.UUID) -> Place:
    """One facility, retired or not. Raises NotFound for what the actor may not see."""
    found = seen(actor, Filter(uids=(uid,), with_retired=True))
    if not found:
        raise not_found()
    return found[0]


_is_seen = select(Facility.id).where(
    Facility.id == bindparam("facility", type_=BIGINT), access.visible(SEE, Facility)
)


def is_seen(actor: Actor, facility_id: int) -> bool:
    """Whether the actor may see a facility. One query."""
    return fetch(_is_seen, {**_parameters(actor), "facility": facility_id}).first() is not None


_is_group_seen = (
    select(Facility.id)
    .where(Facility.group_id == bindparam("group", type_=BIGINT), access.visible(SEE, Facility))
    .limit(1)
)


def is_group_seen(actor: Actor, group_id: int) -> bool:
    """Whether the actor may see some facility of a group. One query."""
    return fetch(_is_group_seen, {**_parameters(actor), "group": group_id}).first() is not None


def not_found() -> NotFound:
    """What is said of what is not there, or may not be known to be."""
    return NotFound(gettext("The page you are looking for was not found."))


def groups(actor: Actor) -> Sequence[Any]:
    """Groups with a facility that the actor may see: id, uid, name, kind, number of facilities, and the number of the last event
    in their topic (`seq`)."""
    return fetch(_groups, _parameters(actor)).all()


def whereabouts(actor: Actor) -> tuple[list[str], list[int]]:
    """Buildings with a facility that the actor may see, and the organisations that manage one. One query."""
    rows = fetch(_whereabouts, _parameters(actor)).all()
    found = dict.fromkeys(row.building for row in rows if row.building)
    return list(found), list(dict.fromkeys(row.unit_id for row in rows if row.unit_id is not None))


_standing = select(
    Facility.id,
    Facility.name,
    Facility.kana,
    Facility.building,
    Facility.floor,
    Facility.note,
    Facility.unit_id,
    Facility.created_at,
).where(among(Facility.id, "facilities"), Facility.is_retired.is_(False))


def standing(facilities: Sequence[int]) -> Sequence[Any]:
    """Those of the facilities that are in use, with their words."""
    return fetch(_standing, {"facilities": list(facilities)}).all()


def features() -> Sequence[Any]:
    """Everything that facilities are sought by: id, name."""
    return fetch(_features).all()


def features_of(facilities: Sequence[int]) -> dict[int, list[str]]:
    """The features of facilities, by facility."""
    found: dict[int, list[str]] = {}
    for row in fetch(_features_of, {"facilities": list(facilities)}):
        found.setdefault(row.facility_id, []).append(row.name)
    return found
