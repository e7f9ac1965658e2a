"""How a model says who may do what to its rows: relations that come with the content, and grants.

A relation is a criterion over the model that uses the bind parameters of `access.parameters`. The same criterion decides
for a list and for a single object, because the two must never differ.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, bindparam, exists
from sqlalchemy.orm import InstrumentedAttribute

from groupware.access.models import PersonPrincipal
from groupware.among import among
from groupware.db import BIGINT, Base, UTCDateTime
from groupware.plugin import Text

ACTOR_PERSON = bindparam("actor_person", type_=BIGINT)
ACTOR_TODAY = bindparam("actor_today", type_=Date())
ACTOR_NOW = bindparam("actor_now", type_=UTCDateTime())


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A tie between a person and a row that gives permissions, e.g. being addressed by it.

    `principals(object_id)` selects the principal ids that have the tie, for "who can see this".
    """

    name: str
    title: Text
    permissions: frozenset[str]
    criterion: ColumnElement[bool]
    principals: Callable[[int], Select[Any]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectAccess:
    """The access declaration of a model, set as its attribute `access`.

    `unit` is the column that places a row in the organisation tree, so that grants over a subtree reach it; `read` is
    the permission without which the row does not exist for somebody. `label` is the column of the information label: what may
    not be seen in somebody's zone does not exist for them there.
    """

    type: str
    read: str
    relations: tuple[Relation, ...] = ()
    unit: Any = None
    label: Any = None


def may_be_seen(label_column: Any) -> ColumnElement[bool]:
    """Criterion: what has this information label may be seen from where the actor is."""
    return among(label_column, "actor_labels")


def is_among(principal_column: Any) -> ColumnElement[bool]:
    """Criterion: the acting person is, today, the principal in `principal_column`."""
    return exists().where(
        PersonPrincipal.person_id == ACTOR_PERSON,
        PersonPrincipal.principal_id == principal_column,
        PersonPrincipal.valid_from <= ACTOR_TODAY,
        PersonPrincipal.valid_to > ACTOR_TODAY,
    )


def access_of(model: Any) -> ObjectAccess:
    """The declaration of a model or of one of its instances. Raises TypeError if it has none."""
    declaration = getattr(model, "access", None)
    if not isinstance(declaration, ObjectAccess):
        raise TypeError(f"{model!r} declares no access")
    return declaration


def model_of(object_type: str) -> Any:
    """The model that declares access under this type, or None if nobody does (its plugin may have gone)."""
    for mapper in Base.registry.mappers:
        declaration = getattr(mapper.class_, "access", None)
        if isinstance(declaration, ObjectAccess) and declaration.type == object_type:
            return mapper.class_
    return None


def unit_of(obj: Any) -> int | None:
    """The unit that places an object in the organisation tree, as its declaration says."""
    column = access_of(obj).unit
    unit_id = getattr(obj, column.key) if isinstance(column, InstrumentedAttribute) else None
    return unit_id if isinstance(unit_id, int) else None
