"""Who may do what: principals, grants, relations of objects, and the one gate that services call."""

from groupware.access.holdings import PrincipalRef, principals_of
from groupware.access.objects import (
    ACTOR_LABELS,
    ACTOR_NOW,
    ACTOR_PERSON,
    ACTOR_TODAY,
    ObjectAccess,
    Relation,
    is_among,
)
from groupware.access.queries import can, held, holds_somewhere, parameters, visible
from groupware.access.services import grant, require, revoke

__all__ = [
    "ACTOR_LABELS",
    "ACTOR_NOW",
    "ACTOR_PERSON",
    "ACTOR_TODAY",
    "ObjectAccess",
    "PrincipalRef",
    "Relation",
    "can",
    "grant",
    "held",
    "holds_somewhere",
    "is_among",
    "parameters",
    "principals_of",
    "require",
    "revoke",
    "visible",
]
