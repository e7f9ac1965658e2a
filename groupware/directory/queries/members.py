"""Who is in a group."""

from sqlalchemy import bindparam, select

from groupware.db import BIGINT, session
from groupware.directory.models import GroupMember

_members = (
    select(GroupMember.person_id)
    .where(GroupMember.group_id == bindparam("group", type_=BIGINT))
    .order_by(GroupMember.person_id)
)


def members_of_group(group_id: int) -> list[int]:
    """The person ids of a group, people who no longer work here among them. One query."""
    return list(session.scalars(_members, {"group": group_id}))


__all__ = ["members_of_group"]
