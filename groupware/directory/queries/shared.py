"""Which personal groups of others somebody sees: prebuilt selects over `person` and `day`."""

from sqlalchemy import Date, bindparam, select

from groupware.access.models import PersonPrincipal
from groupware.db import BIGINT, holds_on
from groupware.directory.models import GroupShare

SEEN = (
    select(GroupShare.group_id)
    .join(PersonPrincipal, PersonPrincipal.principal_id == GroupShare.principal_id)
    .where(
        PersonPrincipal.person_id == bindparam("person", type_=BIGINT),
        holds_on(PersonPrincipal, bindparam("day", type_=Date())),
    )
)
"""Ids of the groups that are shared with the person."""
EDITED = SEEN.where(GroupShare.may_edit)
"""Those that the person may change."""

__all__ = ["EDITED", "SEEN"]
