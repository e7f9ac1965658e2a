"""Business systems: what a person sees, and what administrators manage."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from groupware.access.enums import PrincipalKind
from groupware.access.models import Principal
from groupware.access.queries import count_of
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.enums import GroupKind
from groupware.directory.models import DutyKind, Group, Post
from groupware.errors import NotFound
from groupware.i18n import gettext
from groupware.portal.models import LauncherAudience, LauncherLink
from groupware.portal.queries.shared import Link, shared
from groupware.portal.queries.tabs import mine
from groupware.systems.queries import counters

AUDIENCE_KINDS = (
    PrincipalKind.EVERYONE,
    PrincipalKind.UNIT_TREE,
    PrincipalKind.RANK,
    PrincipalKind.DUTY_KIND,
    PrincipalKind.GROUP,
)
"""What the audience of a system may name."""


def links_for(actor: Actor) -> list[Link]:
    """The systems whose audience the actor belongs to, in their order; costs no query beside `mine`."""
    principals = mine(actor).principals
    return [link for link in shared().links if link.audience & principals]


def numbers_for(actor: Actor, links: Sequence[Link]) -> Mapping[int, int]:
    """The numbers at the icons by link id, for those whose system sets any; one query if there is such an icon."""
    return counters([link.id for link in links if link.is_connected], mine(actor).principals)


def link(uid: uuid.UUID) -> LauncherLink:
    """A link to be changed. Raises NotFound."""
    found = session.scalar(select(LauncherLink).where(LauncherLink.uid == uid))
    if found is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    return found


def audience(link_id: int) -> list[Any]:
    """Rows kind, ref of a link's audience."""
    statement = (
        select(Principal.id, Principal.kind, Principal.ref)
        .join(LauncherAudience, LauncherAudience.principal_id == Principal.id)
        .where(LauncherAudience.link_id == link_id)
    )
    return list(session.execute(statement))


def readers(one: Link, actor: Actor) -> int:
    """How many people see a link today."""
    return count_of(sorted(one.audience), actor.today)


def ranks() -> list[tuple[int, str]]:
    """Post ranks from the top down, each with the names of its posts."""
    names: dict[int, list[str]] = {}
    for row in session.execute(select(Post.rank, Post.name).order_by(Post.rank, Post.id)):
        names.setdefault(row.rank, []).append(row.name)
    return [(rank, "・".join(posts[:3])) for rank, posts in names.items()]


def duty_kinds() -> list[tuple[int, str]]:
    """Kinds of duties."""
    statement = select(DutyKind.id, DutyKind.name).order_by(DutyKind.official_order, DutyKind.id)
    return [(row.id, row.name) for row in session.execute(statement)]


def groups() -> list[tuple[int, str]]:
    """Groups and roles that many people use; personal ones are nobody else's business."""
    statement = (
        select(Group.id, Group.name)
        .where(Group.kind.in_((GroupKind.SHARED.value, GroupKind.ROLE.value)))
        .order_by(Group.kind, Group.name)
    )
    return [(row.id, row.name) for row in session.execute(statement)]
