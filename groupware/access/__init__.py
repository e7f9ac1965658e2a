"""Who may do what: principals, grants, relations of objects, and the one gate that services call."""

from groupware.access.holdings import PrincipalRef, principals_of
from groupware.access.objects import (
    ACTOR_NOW,
    ACTOR_PERSON,
    ACTOR_TODAY,
    ObjectAccess,
    Relation,
    is_among,
    may_be_seen,
)
from groupware.access.queries import can, held, holds_somewhere, parameters, visible
from groupware.access.services import grant, require, revoke

__all__ = [
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
    "may_be_seen",
    "parameters",
    "principals_of",
    "require",
    "revoke",
    "visible",
]
